/// Writes the fields of one message (Protocol Buffers' encoding), in the order of the calls.
struct ProtobufWriter: Sendable {
  private(set) var bytes: [UInt8] = []

  /// A text.
  mutating func text(_ number: UInt64, _ text: String) { octets(number, Array(text.utf8)) }

  /// A message inside.
  mutating func message(_ number: UInt64, _ body: (inout ProtobufWriter) -> Void) {
    var inner = ProtobufWriter()
    body(&inner)
    octets(number, inner.bytes)
  }

  private mutating func octets(_ number: UInt64, _ octets: [UInt8]) {
    varint(number << 3 | 2)
    varint(UInt64(octets.count))
    bytes += octets
  }

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }
}
