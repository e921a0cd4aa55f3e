/// Where endpoint sets come from.
///
/// What every source keeps to:
///
/// * **Whole sets.** Each set is all that is known of the target, never a part of it. A set without endpoints means that the
///   service is there and has none; a service that is not there is ``DiscoveryError/Reason/notFound``.
/// * **In order, coalesced.** A reader sees the states of the source in their order, and may miss some between two reads: it gets
///   the newest. Two sets in a row that say the same come once.
/// * **Errors are elements.** A subscription goes on after an error: the source tries again, waiting longer each time, at most 30 s,
///   with a share of chance. It ends when its reader goes or its task is cancelled, and for no other reason, but for a source that
///   cannot ever say anything else (a fixed list), which may end after its last element.
/// * **Staleness.** A source that is cut off says so with ``DiscoveryError/Reason/unavailable``. What was known before is kept
///   by whoever wants it (``KeptSource``), never by the source itself.
/// * **Cancellation.** It ends `lookup` within a second, with ``DiscoveryError/Reason/cancelled``, and every task and connection that a
///   subscription had.
///
/// A *push* source (a registry) tells of changes by itself. A *pull* source (DNS) asks again when what it was told runs out.
public protocol DiscoverySource: Sendable {
  /// What it is called in logs and errors: `registry http://127.0.0.1:8001`.
  var name: String { get }

  /// The endpoints at this moment.
  func lookup(_ target: Target) async throws(DiscoveryError) -> EndpointSet

  /// The endpoints now and from now on. Nothing is asked before the first element is read; each reader of the sequence is a
  /// subscription of its own.
  func subscribe(to target: Target) -> EndpointUpdates
}

/// Why there is no endpoint set.
public struct DiscoveryError: Error, Sendable, Hashable {
  /// What kind of failure it is.
  public enum Reason: Sendable, Hashable {
    /// The source says that the target is not there, or has no such port.
    case notFound
    /// The source does not answer.
    case unavailable
    /// The source may not be asked that: a login is missing or has too few rights.
    case denied
    /// The source answers with what cannot be understood.
    case malformed
    /// What was known is older than is allowed.
    case tooOld
    /// The task was cancelled.
    case cancelled
  }

  /// What kind of failure it is.
  public let reason: Reason
  /// One line for a person: what happened, and where a mend is known, the mend.
  public let message: String

  /// An error.
  public init(_ reason: Reason, _ message: String) {
    self.reason = reason
    self.message = message
  }
}

extension DiscoveryError: CustomStringConvertible {
  /// The message.
  public var description: String { message }
}
