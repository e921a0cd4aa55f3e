/// How many requests may be sent again.
public struct RetryBudgetOptions: Sendable, Hashable {
  /// The share of the requests that may be sent again.
  public var share = 0.2
  /// So many may be sent again each second, whatever the share: for programs with few requests.
  public var minimumPerSecond = 10
  /// Over which time both are counted.
  public var window = Duration.seconds(10)

  /// The defaults.
  public init() {}

  /// Nothing is sent again.
  public static var none: Self {
    var options = Self()
    options.share = 0
    options.minimumPerSecond = 0
    return options
  }
}

/// Keeps retries from making a bad moment worse: they are a share of the requests, however many fail (Finagle's retry budget).
///
/// A value: times go in. A time before one that was given earlier counts as that one.
public struct RetryBudget: Sendable {
  /// The window is counted in so many slices, of which the oldest goes when a new one begins.
  private static let sliceCount = 10

  private struct Slice {
    var requests = 0
    var retries = 0
  }

  private let options: RetryBudgetOptions
  private let width: Duration
  private var slices = [Slice](repeating: Slice(), count: sliceCount)
  private var newest = 0
  private var newestEnd: ContinuousClock.Instant

  /// A budget of which nothing is used.
  public init(_ options: RetryBudgetOptions = RetryBudgetOptions(), at now: ContinuousClock.Instant) {
    self.options = options
    width = max(options.window.bounded / Self.sliceCount, .milliseconds(1))
    newestEnd = now + width
  }

  /// Counts a request, of which a share may be sent again.
  public mutating func countRequest(at now: ContinuousClock.Instant) {
    advance(to: now)
    slices[newest].requests += 1
  }

  /// Whether one more attempt may be made now; it is counted if so.
  public mutating func takeRetry(at now: ContinuousClock.Instant) -> Bool {
    advance(to: now)
    let requests = slices.reduce(0) { $0 + $1.requests }
    let retries = slices.reduce(0) { $0 + $1.retries }
    guard Double(retries + 1) <= share * Double(requests) + reserve else { return false }
    slices[newest].retries += 1
    return true
  }

  private var share: Double { options.share.isFinite ? max(options.share, 0) : 0 }

  /// What may be sent again in a window without any request counted.
  private var reserve: Double {
    Double(max(options.minimumPerSecond, 0)) * Double((width * Self.sliceCount).nanoseconds) / 1e9
  }

  private mutating func advance(to now: ContinuousClock.Instant) {
    guard now >= newestEnd else { return }
    let passed = min(Int((now - newestEnd) / width), Self.sliceCount) + 1
    for _ in 0..<min(passed, Self.sliceCount) {
      newest = (newest + 1) % Self.sliceCount
      slices[newest] = Slice()
    }
    newestEnd = passed > Self.sliceCount ? now + width : newestEnd + width * passed
  }
}
