import Synchronization

/// A fixed row of counters in one piece of memory.
///
/// The memory is allocated once, never moved, and freed with the object; each index is checked, and every access is atomic. That is
/// what makes the unsafe pointer in here safe. It has cache lines of its own: what one thread counts slows no other one down.
@safe final class AtomicCounters: @unchecked Sendable {
  private static let cacheLine = 64

  let count: Int
  let base: UnsafeMutablePointer<Atomic<UInt64>>

  init(count: Int) {
    self.count = count
    let lines = (count * MemoryLayout<UInt64>.stride + Self.cacheLine - 1) / Self.cacheLine
    let memory = UnsafeMutableRawPointer.allocate(byteCount: lines * Self.cacheLine, alignment: Self.cacheLine)
    unsafe base = memory.bindMemory(to: Atomic<UInt64>.self, capacity: count)
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

  subscript(index: Int) -> UInt64 {
    precondition(index >= 0 && index < count)
    return unsafe base[index].load(ordering: .relaxed)
  }

  /// Adds as the only thread that ever writes a row: a load and a store, no locked instruction. The row is held by its address, so that no
  /// reference is counted.
  ///
  /// Safety: the index is below `count` of the row that the address is of, which lives.
  @inline(__always)
  static func addAsOwner(_ amount: UInt64, to row: UnsafeMutablePointer<Atomic<UInt64>>, at index: Int) {
    unsafe row[index].store(row[index].load(ordering: .relaxed) &+ amount, ordering: .relaxed)
  }

  /// The values of a part of the row.
  func values(_ range: Range<Int>) -> [UInt64] { range.map { self[$0] } }
  func values() -> [UInt64] { values(0..<count) }
}
