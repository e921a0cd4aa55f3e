/// How long requests take, for percentiles: counts in steps of a quarter of a power of two, so within 25 %.
///
/// Old requests fade: when it holds ``fading`` of them, all counts are halved.
public struct LatencyHistogram: Sendable {
  /// How many requests it holds at most.
  public static let fading = 2048
  /// Fewer requests give no percentile.
  public static let minimum = 20
  /// Four steps to each power of two, up to 2^41 ns, which is 36 minutes.
  private static let steps = 4 * 42

  private var counts = [UInt32](repeating: 0, count: steps)
  private var total = 0

  /// A histogram without requests.
  public init() {}

  /// Counts one request.
  public mutating func count(_ latency: Duration) {
    counts[Self.step(of: latency)] += 1
    total += 1
    guard total >= Self.fading else { return }
    for index in counts.indices { counts[index] /= 2 }
    total = counts.reduce(0) { $0 + Int($1) }
  }

  /// A time within which the share `share` (0 to 1) of the requests ended; `nil` when there were too few.
  public func percentile(_ share: Double) -> Duration? {
    guard total >= Self.minimum, share.isFinite else { return nil }
    let wanted = max(1, Int((min(max(share, 0), 1) * Double(total)).rounded(.up)))
    var seen = 0
    for index in counts.indices {
      seen += Int(counts[index])
      if seen >= wanted { return Self.upperBound(of: index) }
    }
    return nil
  }

  /// Below 4 ns each nanosecond is a step of its own; above, the two bits after the highest one choose among four.
  private static func step(of latency: Duration) -> Int {
    let nanoseconds = UInt64(max(latency.nanoseconds, 0))
    guard nanoseconds >= 4 else { return Int(nanoseconds) }
    let power = 63 - nanoseconds.leadingZeroBitCount
    return min(4 * (power - 1) + Int(nanoseconds >> (power - 2)) & 3, steps - 1)
  }

  /// The first nanosecond that is beyond a step.
  private static func upperBound(of step: Int) -> Duration {
    let next = step + 1
    guard next >= 4 else { return .nanoseconds(next) }
    return .nanoseconds(Int64(4 + next & 3) << (next / 4 - 1))
  }
}
