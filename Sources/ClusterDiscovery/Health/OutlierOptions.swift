/// When an endpoint that does worse than the others gets no more requests for a while, and how it comes back.
///
/// After Envoy's outlier detection: what is ejected comes back by itself, and each time it fails again it stays away longer.
public struct OutlierOptions: Sendable, Hashable {
  /// So many failures in a row eject an endpoint at once; 0: any number may fail.
  public var consecutiveFailures = 5
  /// How often success rates and latencies are compared.
  public var interval = Duration.seconds(10)
  /// An endpoint is compared when it had so many requests in the interval.
  public var minimumRequests = 20
  /// Endpoints are compared when so many had enough requests: with fewer, one bad endpoint of them lies within the deviation.
  public var minimumEndpoints = 5
  /// An endpoint is ejected when its success rate is so many standard deviations below the mean; `nil`: rates are not compared.
  public var successRateFactor: Double? = 1.9
  /// An endpoint that fails no more than this share of its requests is never ejected for its success rate.
  public var tolerableFailureShare = 0.05
  /// An endpoint is ejected when its mean latency is so many times the median of all; `nil`: latencies are not compared.
  public var latencyFactor: Double? = 10
  /// An endpoint whose mean latency is no more than this is never ejected for its latency.
  public var tolerableLatency = Duration.milliseconds(10)
  /// How long an endpoint is away the first time; the second time twice as long, and so on. Each interval in which it does
  /// well takes one time off the count.
  public var ejection = Duration.seconds(30)
  /// The longest that an endpoint is away.
  public var maximumEjection = Duration.seconds(300)
  /// The share of the endpoints that may be away at once, 0 to 1. One may be if there are two; of one, none.
  public var maximumShare = 0.5
  /// So many requests, one at a time, have to succeed before an endpoint that comes back counts as well; 0: at once.
  public var probationRequests = 3

  /// The defaults.
  public init() {}

  /// Nothing is ever ejected.
  public static var off: Self {
    var options = Self()
    options.consecutiveFailures = 0
    options.successRateFactor = nil
    options.latencyFactor = nil
    return options
  }

  /// How long the `times`-th ejection lasts.
  func ejection(times: Int) -> Duration {
    let longest = maximumEjection.bounded
    let first = ejection.bounded
    // Neither factor is beyond a year, so the product is within Duration's range.
    return min(first * min(times, 1_000_000), longest)
  }

  /// How many of so many endpoints may be away at once.
  func mostEjected(of count: Int) -> Int {
    guard count > 1 else { return 0 }
    let share = maximumShare.isFinite ? min(max(maximumShare, 0), 1) : 0
    return share == 0 ? 0 : max(1, Int(share * Double(count)))
  }
}

extension Duration {
  /// The duration, but not below 0 and not over a year: sums and small multiples of it never overflow.
  var bounded: Duration { min(max(self, .zero), .seconds(365 * 86_400)) }

  /// In nanoseconds; what is longer than 292 years counts as that.
  var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    guard !overflow else { return seconds < 0 ? .min : .max }
    let (sum, overflows) = whole.addingReportingOverflow(attoseconds / 1_000_000_000)
    return overflows ? (seconds < 0 ? .min : .max) : sum
  }
}
