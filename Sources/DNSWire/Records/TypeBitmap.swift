/// Which types a name has: blocks of 256 types, each a window's number, a length of 1–32 and as many octets of bits, the
/// first type in the highest bit (RFC 4034 §4.1.2).
public struct TypeBitmap: Sendable, Hashable {
  /// The blocks, in ascending order and without zeros at their ends.
  public let wire: [UInt8]

  /// The bitmap of these types, in any order.
  public init(_ types: some Sequence<RecordType>) {
    var wire: [UInt8] = []
    var window: Int?
    var block: Int = 0
    for type in types.sorted() {
      let (high, low) = (Int(type.rawValue >> 8), Int(type.rawValue & 255))
      if high != window {
        (window, block) = (high, wire.count)
        wire += [UInt8(high), 0]
      }
      while Int(wire[block + 1]) <= low / 8 {
        wire.append(0)
        wire[block + 1] += 1
      }
      wire[block + 2 + low / 8] |= 0x80 >> UInt8(low % 8)
    }
    self.wire = wire
  }

  init(type: RecordType, reading cursor: inout WireCursor) throws(WireError) {
    let start = cursor.offset
    wire = cursor.readRest()
    var (offset, window) = (0, -1)
    while offset < wire.count {
      guard offset + 2 <= wire.count else { throw .truncated(at: start + offset) }
      let end = offset + 2 + Int(wire[offset + 1])
      guard Int(wire[offset]) > window, (1...32).contains(wire[offset + 1]) else {
        throw .badField(type: type, at: start + offset)
      }
      guard end <= wire.count else { throw .truncated(at: start + offset) }
      guard wire[end - 1] != 0 else { throw .badField(type: type, at: start + end - 1) }
      (offset, window) = (end, Int(wire[offset]))
    }
  }

  /// The types in ascending order.
  public var types: [RecordType] {
    var types: [RecordType] = []
    var offset = 0
    while offset < wire.count {
      let end = offset + 2 + Int(wire[offset + 1])
      for (index, octet) in wire[(offset + 2)..<end].enumerated() {
        for bit in 0..<8 where octet & (0x80 >> UInt8(bit)) != 0 {
          types.append(RecordType(rawValue: UInt16(wire[offset]) << 8 | UInt16(index * 8 + bit)))
        }
      }
      offset = end
    }
    return types
  }

  /// Whether the type is in it.
  public func contains(_ type: RecordType) -> Bool {
    var offset = 0
    while offset < wire.count {
      let length = Int(wire[offset + 1])
      if UInt16(wire[offset]) == type.rawValue >> 8 {
        let low = Int(type.rawValue & 255)
        return low / 8 < length && wire[offset + 2 + low / 8] & (0x80 >> UInt8(low % 8)) != 0
      }
      offset += 2 + length
    }
    return false
  }
}

extension TypeBitmap: CustomStringConvertible {
  /// The types' names, with a space in front of each.
  public var description: String { types.map { " \($0)" }.joined() }
}
