public import DNSWire
import Synchronization

/// A stage that leaves the names of some zones to the fast path.
public protocol FastGuard: Sendable {
  /// Whether the fast path may answer names in a zone. Asked once when a plan is made, so a ``FastGate`` says what changes later.
  func passage(to zone: DomainName) -> FastPassage
}

/// What a ``FastGuard`` says of a zone.
public enum FastPassage: Sendable {
  /// The stage never has a part in answers for the zone's names.
  case open
  /// The stage must see the queries for the zone's names.
  case shut
  /// It depends: as long as the gate is open, the stage has no part in them.
  case gate(FastGate)

  /// What two stages say together. Two gates are one too many for a route: its queries go to the stages.
  func and(_ other: FastPassage) -> FastPassage {
    switch (self, other) {
    case (.shut, _), (_, .shut), (.gate, .gate): .shut
    case (.open, let passage), (let passage, .open): passage
    }
  }
}

/// A switch that a stage turns and the fast path looks at for each query. The stage keeps it as long as its configuration is in force.
///
/// The memory is allocated once, never moved, and freed with the object; every access is atomic.
@safe
public final class FastGate: @unchecked Sendable {
  let state: UnsafeMutablePointer<Atomic<Bool>>

  /// A gate that is open or shut.
  public init(isOpen: Bool) {
    unsafe state = .allocate(capacity: 1)
    unsafe state.initialize(to: Atomic(isOpen))
  }

  deinit {
    unsafe state.deinitialize(count: 1)
    unsafe state.deallocate()
  }

  /// Whether the fast path may pass. A change counts from the next query on.
  public var isOpen: Bool {
    get { unsafe state.pointee.load(ordering: .relaxed) }
    set { unsafe state.pointee.store(newValue, ordering: .relaxed) }
  }
}
