/// A place in a range of octets that moves on as fields are read: every read is checked against the range's end.
struct WireCursor {
  /// The octets: a whole message, or uncompressed data of one record.
  let bytes: [UInt8]
  /// Where the next field begins.
  var offset: Int
  /// Where the fields end, at most `bytes.count`.
  let end: Int
  /// Whether `bytes` is a whole message, so that pointers in it lead somewhere.
  let isMessage: Bool

  var isAtEnd: Bool { offset >= end }

  /// How many octets are left.
  var remaining: Int { end - offset }

  mutating func readUInt8() throws(WireError) -> UInt8 {
    guard remaining >= 1 else { throw .truncated(at: offset) }
    defer { offset += 1 }
    return bytes[offset]
  }

  mutating func readUInt16() throws(WireError) -> UInt16 {
    guard remaining >= 2 else { throw .truncated(at: offset) }
    defer { offset += 2 }
    return bytes.uint16(at: offset)
  }

  mutating func readUInt32() throws(WireError) -> UInt32 {
    guard remaining >= 4 else { throw .truncated(at: offset) }
    defer { offset += 4 }
    return UInt32(bytes.uint16(at: offset)) << 16 | UInt32(bytes.uint16(at: offset + 2))
  }

  mutating func readUInt64() throws(WireError) -> UInt64 {
    UInt64(try readUInt32()) << 32 | UInt64(try readUInt32())
  }

  mutating func readBytes(_ count: Int) throws(WireError) -> [UInt8] {
    guard remaining >= count else { throw .truncated(at: offset) }
    defer { offset += count }
    return [UInt8](bytes[offset..<(offset + count)])
  }

  /// All that is left.
  mutating func readRest() -> [UInt8] {
    defer { offset = end }
    return [UInt8](bytes[offset..<end])
  }

  /// A length of 0–255 and as many octets: `<character-string>` of RFC 1035 §3.3.
  mutating func readCharacterString() throws(WireError) -> [UInt8] {
    guard remaining >= 1, remaining > Int(bytes[offset]) else { throw .truncated(at: offset) }
    return try readBytes(Int(try readUInt8()))
  }

  /// A name whose labels may end in a pointer, when the octets are a message.
  mutating func readName() throws(WireError) -> DomainName { try readName(pointers: isMessage) }

  /// A name of a type for which RFC 3597 §4 forbids compression.
  mutating func readUncompressedName() throws(WireError) -> DomainName { try readName(pointers: false) }

  private mutating func readName(pointers: Bool) throws(WireError) -> DomainName {
    let extent = try bytes.nameExtent(at: offset, before: end, pointers: pointers)
    let name = bytes.name(at: offset, length: extent.length)
    offset = extent.end
    return name
  }

  /// Complains about octets that no field has claimed.
  func finish() throws(WireError) {
    guard isAtEnd else { throw .trailingOctets(at: offset) }
  }
}

extension [UInt8] {
  /// Two octets in network order; both must lie inside.
  @inlinable
  func uint16(at offset: Int) -> UInt16 { UInt16(self[offset]) << 8 | UInt16(self[offset + 1]) }
}
