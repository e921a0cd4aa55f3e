import Synchronization

/// A fixed row of counters in one piece of memory.
///
/// The memory is allocated once, never moved, and freed with the object; each index is checked, and every access is atomic. That is
/// what makes the unsafe pointer in here safe.
@safe final class AtomicCounters: @unchecked Sendable {
  let count: Int
  private let base: UnsafeMutablePointer<Atomic<UInt64>>

  init(count: Int) {
    self.count = count
    unsafe base = .allocate(capacity: count)
    for index in 0..<count { unsafe (base + index).initialize(to: Atomic(0)) }
  }

  deinit {
    unsafe base.deinitialize(count: count)
    unsafe base.deallocate()
  }

  /// Adds as one of many threads.
  @inline(__always)
  func add(_ amount: UInt64, at index: Int) {
    precondition(index >= 0 && index < count)
    _ = unsafe base[index].wrappingAdd(amount, ordering: .relaxed)
  }

  /// Adds as the only thread that ever writes this row: a load and a store, no locked instruction.
  @inline(__always)
  func addAsOwner(_ amount: UInt64, at index: Int) {
    precondition(index >= 0 && index < count)
    unsafe base[index].store(base[index].load(ordering: .relaxed) &+ amount, ordering: .relaxed)
  }

  subscript(index: Int) -> UInt64 {
    precondition(index >= 0 && index < count)
    return unsafe base[index].load(ordering: .relaxed)
  }

  /// The values of a part of the row.
  func values(_ range: Range<Int>) -> [UInt64] { range.map { self[$0] } }
  func values() -> [UInt64] { values(0..<count) }
}
