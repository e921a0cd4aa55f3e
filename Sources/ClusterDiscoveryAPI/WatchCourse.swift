import ClusterDiscovery

/// What a list or a watch came to, when it did not go well.
enum WatchFailure: Error, Equatable {
  /// A watch that was open broke off, or nothing was heard of it for too long.
  case cut(DiscoveryError)
  /// The version that the watch was to go on from is not known any more (410).
  case expired
  /// Everything else.
  case failed(DiscoveryError)
}

extension WatchFailure {
  /// What a reader is told of it.
  var problem: DiscoveryError {
    switch self {
    case .cut(let error), .failed(let error): error
    case .expired: DiscoveryError(.unavailable, "the API does not know the version any more that it was asked for")
    }
  }
}

/// When to list and when to watch the objects of one kind: told what happened, it says what is next.
///
/// A watch that ends in order, and one that breaks off once, is taken up where it stood. Whatever else goes wrong is followed by a list: the
/// server that answers then may be another one, whose versions count other changes. The first failure of a watch is said when the list fails, too.
struct WatchCourse {
  /// What is to be done.
  enum Step: Equatable {
    case list
    /// Watch what changes behind this version.
    case watch(String)
  }

  private(set) var next = Step.list
  private var backoff = Backoff()
  /// A watch that lasted so long shows that the server is well.
  private static let proof = Duration.seconds(5)

  /// All objects were listed, at this version.
  mutating func listed(_ version: String) { next = .watch(version) }

  /// The watch told of a change, or that there was none, up to this version.
  mutating func heard(_ version: String) { next = .watch(version) }

  /// The watch ended as it should.
  ///
  /// - Parameter lasted: how long it was open.
  /// - Returns: how long to wait: for a server that ends watches as soon as they begin, as after a failure.
  mutating func ended(after lasted: Duration, using generator: inout some RandomNumberGenerator) -> Duration {
    note(lasted)
    return lasted < Self.proof ? backoff.failed(using: &generator) : .zero
  }

  /// A list or a watch failed.
  ///
  /// - Parameter lasted: how long the watch was open; zero for a list.
  /// - Returns: how long to wait, and what the readers are to be told; `nil` for nothing.
  mutating func failed(
    _ failure: WatchFailure, after lasted: Duration = .zero, using generator: inout some RandomNumberGenerator
  ) -> (wait: Duration, problem: DiscoveryError?) {
    note(lasted)
    let isFirst = backoff.failures == 0
    let wasWatching = next != .list
    let wait = backoff.failed(using: &generator)
    switch failure {
    case .cut where isFirst: return (.zero, nil)
    case .expired:
      next = .list
      return (isFirst ? .zero : wait, nil)
    case .cut(let error), .failed(let error):
      next = .list
      // A server may close a connection that was kept for the next request at the moment when that request is made.
      return isFirst && wasWatching && error.reason == .unavailable ? (.zero, nil) : (wait, error)
    }
  }

  private mutating func note(_ lasted: Duration) { if lasted >= Self.proof { backoff.reset() } }
}
