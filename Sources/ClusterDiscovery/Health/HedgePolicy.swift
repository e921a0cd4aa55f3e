/// When a request is sent a second time to another endpoint although the first attempt still runs, and the first answer counts
/// (Dean and Barroso, "The Tail at Scale", 2013). Only for requests that may well be done twice.
public struct HedgePolicy: Sendable, Hashable {
  /// How long to wait before the next attempt.
  public enum Delay: Sendable, Hashable {
    /// Always the same.
    case fixed(Duration)
    /// As long as this share (0 to 1) of the client's requests take. Before 20 requests ended, none is hedged.
    case percentile(Double)
  }

  /// How long to wait before each further attempt.
  public var delay: Delay
  /// How many further attempts there are at most. Each is counted by the retry budget.
  public var maximum: Int

  /// A policy.
  public init(after delay: Delay, maximum: Int = 1) {
    self.delay = delay
    self.maximum = maximum
  }

  /// How long to wait, by what is known of latencies.
  func wait(_ latencies: LatencyHistogram) -> Duration? {
    switch delay {
    case .fixed(let delay): delay.bounded
    case .percentile(let share): latencies.percentile(share)
    }
  }
}
