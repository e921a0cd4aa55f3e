import Synchronization

/// What is counted for one endpoint, by whoever asks it, and read by whoever picks.
struct EndpointLoad: ~Copyable {
  /// Requests that were begun and have not ended.
  let underWay = Atomic<Int32>(0)
  /// The smoothed latency, as ``PeakEWMA`` packs it; 0: nothing is known.
  let latency = Atomic<UInt64>(0)

  /// How many requests are under way.
  @inline(__always)
  var requests: Int32 { max(underWay.load(ordering: .relaxed), 0) }
}

/// The load blocks of a cell, by slot. They never move and live as long as the cell, so that who has a slot can always write its block.
///
/// Blocks lie in segments, each twice as long as the one before; a segment is allocated once, when its first slot is needed.
@safe
final class EndpointLoads: Sendable {
  /// A block has a cache line of its own, so that endpoints asked by different cores share none.
  static let stride = 64
  /// How many blocks the first segment has.
  private static let first = 64
  private static let segmentCount = 24
  /// How many slots there can be.
  static let capacity = first * ((1 << segmentCount) - 1)

  /// Safety: a word is written once, with atomics, and leads to memory that lives as long as self.
  nonisolated(unsafe) private let segments: UnsafeMutablePointer<Atomic<UInt>>

  init() {
    unsafe segments = .allocate(capacity: Self.segmentCount)
    for index in 0..<Self.segmentCount { unsafe (segments + index).initialize(to: Atomic(0)) }
  }

  deinit {
    for index in 0..<Self.segmentCount {
      unsafe UnsafeMutableRawPointer(bitPattern: segments[index].load(ordering: .relaxed))?.deallocate()
    }
    unsafe segments.deallocate()
  }

  /// Where a slot is: its segment, and its place in it.
  @inline(__always)
  private static func place(of slot: UInt32) -> (segment: Int, index: Int) {
    let number = Int(slot) + first
    let segment = Int.bitWidth - 1 - number.leadingZeroBitCount - first.trailingZeroBitCount
    return (segment, number - first << segment)
  }

  /// The block of a slot; `nil` for one that was never reserved.
  @inline(__always)
  func block(_ slot: UInt32) -> UnsafeMutablePointer<EndpointLoad>? {
    let (segment, index) = Self.place(of: slot)
    guard segment < Self.segmentCount else { return nil }
    let base = unsafe UnsafeMutableRawPointer(bitPattern: segments[segment].load(ordering: .acquiring))
    return unsafe base.map { unsafe ($0 + index * Self.stride).assumingMemoryBound(to: EndpointLoad.self) }
  }

  /// The block of a slot, below ``capacity``; it is made if it is not there. One caller at a time.
  @discardableResult
  func reserve(_ slot: UInt32) -> UnsafeMutablePointer<EndpointLoad> {
    if let block = unsafe block(slot) { return unsafe block }
    let (segment, place) = Self.place(of: slot)
    let count = Self.first << segment
    let base = UnsafeMutableRawPointer.allocate(byteCount: count * Self.stride, alignment: Self.stride)
    for index in 0..<count {
      unsafe (base + index * Self.stride).initializeMemory(as: EndpointLoad.self, to: EndpointLoad())
    }
    unsafe segments[segment].store(UInt(bitPattern: base), ordering: .releasing)
    return unsafe (base + place * Self.stride).assumingMemoryBound(to: EndpointLoad.self)
  }
}
