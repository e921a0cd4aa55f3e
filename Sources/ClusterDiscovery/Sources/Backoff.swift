/// How long a source waits before it tries again: twice as long after each failure, up to a limit, of which chance takes up to half,
/// so that the clients of a source that comes back do not all ask at once.
public struct Backoff: Sendable {
  /// The longest wait after the first failure.
  public let first: Duration
  /// The longest wait of all.
  public let most: Duration
  /// The failures in a row so far.
  public private(set) var failures = 0

  /// Waits of these lengths at most.
  public init(first: Duration = .milliseconds(250), most: Duration = .seconds(30)) {
    self.first = first
    self.most = most
  }

  /// Something went well: the next failure is the first one.
  public mutating func reset() { failures = 0 }

  /// Counts a failure.
  ///
  /// - Returns: how long to wait: half to all of `first`, doubled with each failure, up to `most`.
  public mutating func failed(using generator: inout some RandomNumberGenerator) -> Duration {
    let longest = failures < 20 ? min(first * (1 << failures), most) : most
    failures += 1
    return longest * Double.random(in: 0.5...1, using: &generator)
  }

  /// Counts a failure; the system draws.
  public mutating func failed() -> Duration {
    var generator = SystemRandomNumberGenerator()
    return failed(using: &generator)
  }
}
