import ClusterDiscovery

/// When a subscription asks again. Pure: chance comes in.
struct RefreshTimes {
  private let bounds: ClosedRange<Duration>
  private var backoff: Backoff

  /// - Parameter bounds: the shortest and the longest pause.
  init(within bounds: ClosedRange<Duration>) {
    self.bounds = bounds
    backoff = Backoff(first: bounds.lowerBound * 2, most: bounds.upperBound)
  }

  /// How long to wait.
  ///
  /// - Parameters:
  ///   - ttl: how long what was told holds, in seconds; `nil` after a failure.
  ///   - generator: draws how much shorter than the longest a pause after a failure is.
  mutating func pause(afterTTL ttl: UInt32?, using generator: inout some RandomNumberGenerator) -> Duration {
    guard let ttl else { return bounded(backoff.failed(using: &generator)) }
    backoff.reset()
    return bounded(.seconds(Int64(ttl)))
  }

  private func bounded(_ pause: Duration) -> Duration { min(max(pause, bounds.lowerBound), bounds.upperBound) }
}
