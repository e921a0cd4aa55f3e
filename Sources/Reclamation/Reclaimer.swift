// Reclamation: when memory is freed that readers look at without a lock and without counting references.

public import Glibc
public import Synchronization

/// Frees memory that lock-free readers may still look at once none of them can.
///
/// A reader takes a slot for as long as it reads (a worker: a batch of datagrams). Each retired block is tagged with the epoch of
/// its retirement, and freed when every slot that is taken was taken in a later epoch.
@safe
public final class Reclaimer: Sendable {
  /// How many readers there may be at once; further ones wait for a free slot.
  public static let slotCount = 64
  /// A slot has a cache line of its own, so that readers on different cores write no line in common.
  @usableFromInline static let slotStride = 128

  @usableFromInline let epoch = Atomic<UInt64>(1)
  /// Safety: written only through atomics.
  @usableFromInline nonisolated(unsafe) let slots: UnsafeMutableRawPointer
  private let retired = Mutex<[Retired]>([])

  /// A block of memory that nobody can find any more, and the epoch in which that came to be.
  @safe
  private struct Retired: @unchecked Sendable {
    let epoch: UInt64
    let block: UnsafeMutableRawPointer
  }

  /// A reclaimer without readers.
  public init() {
    unsafe slots = .allocate(byteCount: Self.slotCount * Self.slotStride, alignment: Self.slotStride)
    unsafe slots.initializeMemory(as: UInt8.self, repeating: 0, count: Self.slotCount * Self.slotStride)
  }

  deinit {
    let left = retired.withLock { $0 }
    for item in left { unsafe item.block.deallocate() }
    unsafe slots.deallocate()
  }

  /// The word of a slot: 0 while it is free, else the epoch in which it was taken.
  ///
  /// Safety: the index is below `slotCount`, and the memory lives as long as self; `Atomic<UInt64>` has the layout of `UInt64`.
  @inlinable
  func slot(_ index: Int) -> UnsafeMutablePointer<Atomic<UInt64>> {
    unsafe (slots + index * Self.slotStride).assumingMemoryBound(to: Atomic<UInt64>.self)
  }

  /// Runs `body` as a reader: what it finds in a table stays valid until it returns.
  ///
  /// - Parameter body: what reads.
  /// - Parameter hint: where to look for a free slot first; readers that have a number of their own never meet.
  @inline(__always)
  public func read<Result>(hint: Int = 0, _ body: () throws -> Result) rethrows -> Result {
    let index = enter(hint: hint)
    defer { leave(index) }
    return try body()
  }

  /// Where a thread may look for a free slot first that has no number of its own: threads mostly have different ones.
  @inlinable
  public static var threadHint: Int {
    Int(truncatingIfNeeded: (UInt64(pthread_self()) &* 0x9E37_79B9_7F4A_7C15) >> 58)
  }

  /// Takes a slot and gives its index; ``leave(_:)`` frees it.
  @inlinable
  public func enter(hint: Int) -> Int {
    var index = hint & (Self.slotCount - 1)
    while true {
      let now = epoch.load(ordering: .acquiring)
      let (taken, _) = unsafe slot(index).pointee.compareExchange(
        expected: 0, desired: now, ordering: .sequentiallyConsistent)
      if taken {
        // Loads of what is read must not move before the slot is seen as taken. On x86 the exchange itself sees to that: it is a
        // locked instruction, which no later load overtakes (Intel SDM vol. 3, 10.2.3.9), and it is acquiring to the compiler.
        #if !arch(x86_64)
          atomicMemoryFence(ordering: .sequentiallyConsistent)
        #endif
        return index
      }
      index = (index + 1) & (Self.slotCount - 1)
    }
  }

  /// Frees a slot that ``enter(hint:)`` took.
  @inlinable
  public func leave(_ index: Int) {
    unsafe slot(index).pointee.store(0, ordering: .releasing)
  }

  /// Hands over blocks that were taken out of their table; they are freed now or at a later call, when no reader can hold them.
  ///
  /// Complexity: O(slots + blocks).
  public func retire(_ blocks: [UnsafeMutableRawPointer]) {
    let tag = epoch.wrappingAdd(1, ordering: .sequentiallyConsistent).oldValue
    atomicMemoryFence(ordering: .sequentiallyConsistent)
    let oldest = oldestReader()
    retired.withLock { retired in
      unsafe retired += blocks.map { unsafe Retired(epoch: tag, block: $0) }
      let free = retired.prefix { $0.epoch < oldest }
      for item in free { unsafe item.block.deallocate() }
      retired.removeFirst(free.count)
    }
  }

  /// How many blocks wait to be freed.
  public var waiting: Int { retired.withLock { $0.count } }

  /// The epoch of the reader that has read longest; the largest number when there is none.
  private func oldestReader() -> UInt64 {
    var oldest = UInt64.max
    for index in 0..<Self.slotCount {
      let entered = unsafe slot(index).pointee.load(ordering: .sequentiallyConsistent)
      if entered != 0 { oldest = min(oldest, entered) }
    }
    return oldest
  }
}
