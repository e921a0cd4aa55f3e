/// Random numbers for the order of answers, one source a worker. They guard nothing, so they are only fast (wyrand).
@frozen
public struct ShuffleSource {
  @usableFromInline var state: UInt64

  /// A source; equal seeds give equal orders.
  public init(seed: UInt64 = .random(in: .min ... .max)) { state = seed }

  /// The next 32 random bits.
  @inlinable
  public mutating func next() -> UInt32 {
    state &+= 0xA076_1D64_78BD_642F
    return UInt32(truncatingIfNeeded: NameHash.mix(state, state ^ 0xE703_7ED1_A0B4_28DB))
  }

  /// A number below `bound` (at least 1), by multiplication: its bias is below 2^-16 for what fits a message.
  @inlinable
  public mutating func below(_ bound: UInt32) -> Int {
    Int((UInt64(next()) &* UInt64(bound)) >> 32)
  }

  /// Draws a new order of `count` records of `stride` octets each (Fisher and Yates).
  @inlinable
  public mutating func shuffle(_ records: UnsafeMutableRawPointer, count: Int, stride: Int) {
    var index = count - 1
    while index > 0 {
      let other = below(UInt32(truncatingIfNeeded: index + 1))
      if other != index { unsafe Self.swap(records + index * stride, records + other * stride, stride) }
      index -= 1
    }
  }

  /// Safety: both records lie whole in the buffer; the stride is a multiple of four (16 for A, 28 for AAAA).
  @inlinable
  static func swap(_ a: UnsafeMutableRawPointer, _ b: UnsafeMutableRawPointer, _ stride: Int) {
    var offset = 0
    while offset < stride {
      let word = unsafe a.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
      unsafe a.storeBytes(
        of: b.loadUnaligned(fromByteOffset: offset, as: UInt32.self), toByteOffset: offset, as: UInt32.self)
      unsafe b.storeBytes(of: word, toByteOffset: offset, as: UInt32.self)
      offset += 4
    }
  }
}
