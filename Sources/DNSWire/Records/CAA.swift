/// Who may issue certificates for the name (RFC 8659 §4.1).
public struct CAA: Sendable, Hashable {
  /// Bit 0x80: an issuer that does not understand the tag must not issue.
  public var flags: UInt8
  /// The property, such as `issue`, `issuewild`, `iodef`: 1–255 ASCII letters and digits.
  public var tag: [UInt8]
  /// The property's value.
  public var value: [UInt8]

  /// All fields.
  public init(flags: UInt8, tag: [UInt8], value: [UInt8]) {
    self.flags = flags
    self.tag = tag
    self.value = value
  }
}

extension CAA {
  init(reading cursor: inout WireCursor) throws(WireError) {
    flags = try cursor.readUInt8()
    let start = cursor.offset
    tag = try cursor.readCharacterString()
    guard !tag.isEmpty else { throw .badField(type: .caa, at: start) }
    value = cursor.readRest()
  }

  func write(to writer: inout MessageWriter) {
    writer.append(flags)
    writer.append(characterString: tag)
    writer.append(value)
  }
}

extension CAA: CustomStringConvertible {
  /// The fields as a master file has them.
  public var description: String {
    var name: [UInt8] = []
    for octet in tag { name.append(escaping: octet) { !$0.isLetterOrDigit } }
    return "\(flags) \(String(decoding: name, as: UTF8.self)) \(value.quoted)"
  }
}

extension UInt8 {
  fileprivate var isLetterOrDigit: Bool {
    asciiLowercased &- UInt8(ascii: "a") < 26 || self &- UInt8(ascii: "0") < 10
  }
}
