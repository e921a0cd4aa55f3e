import Synchronization

/// Whether the process is about to stop: it still answers queries, and `/health` and `/ready` say 503 so that nobody sends new ones.
///
/// There is one for the process, and it stays on once it is on.
public final class LameduckSwitch: Sendable {
  private let state = Atomic(false)

  /// Off.
  public init() {}

  /// Whether the stop has begun.
  public var isOn: Bool { state.load(ordering: .acquiring) }

  /// Begins the stop: call it, wait for ``BlockSetup/lameduck``, then end.
  public func turnOn() { state.store(true, ordering: .releasing) }
}
