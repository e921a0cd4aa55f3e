import Synchronization

/// Counts across tasks.
final class Counted: Sendable {
  private let value = Atomic(0)
  var count: Int { value.load(ordering: .relaxed) }

  /// The number before.
  @discardableResult func add() -> Int { value.wrappingAdd(1, ordering: .relaxed).oldValue }
}
