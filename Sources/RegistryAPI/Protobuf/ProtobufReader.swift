/// Why octets are no message.
struct ProtobufError: Error, Sendable, Hashable {
  let message: String

  init(_ message: String) { self.message = message }
}

/// Reads the fields of one message (Protocol Buffers' encoding, "wire format"); every length is checked.
struct ProtobufReader {
  /// The value of a field by its wire type.
  enum Value: Sendable {
    case varint(UInt64)
    /// A string, a message inside, or several numbers.
    case octets(ArraySlice<UInt8>)
    /// A number of fixed width, which no field here has.
    case fixed
  }

  private var rest: ArraySlice<UInt8>

  init(_ octets: ArraySlice<UInt8>) { rest = octets }

  /// The next field; `nil` behind the last one.
  mutating func next() throws(ProtobufError) -> (number: UInt64, value: Value)? {
    guard !rest.isEmpty else { return nil }
    let tag = try varint()
    guard tag >> 3 > 0, tag >> 3 < 1 << 29 else { throw ProtobufError("proto: illegal tag \(tag >> 3)") }
    return (tag >> 3, try value(tag & 7))
  }

  private mutating func value(_ wireType: UInt64) throws(ProtobufError) -> Value {
    switch wireType {
    case 0: return .varint(try varint())
    case 1: _ = try take(8)
    case 2: return .octets(try take(try varint()))
    case 5: _ = try take(4)
    default: throw ProtobufError("proto: illegal wireType \(wireType)")
    }
    return .fixed
  }

  private mutating func varint() throws(ProtobufError) -> UInt64 {
    var number: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard let octet = rest.popFirst() else { throw ProtobufError("unexpected EOF") }
      guard shift < 63 || octet <= 1 else { break }
      number |= UInt64(octet & 0x7F) << shift
      if octet & 0x80 == 0 { return number }
    }
    throw ProtobufError("proto: integer overflow")
  }

  private mutating func take(_ count: UInt64) throws(ProtobufError) -> ArraySlice<UInt8> {
    guard count <= UInt64(rest.count) else { throw ProtobufError("unexpected EOF") }
    let octets = rest.prefix(Int(count))
    rest = rest.dropFirst(Int(count))
    return octets
  }
}
