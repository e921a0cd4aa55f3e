/// A host's machine and system (RFC 1035 §3.3.2); as the answer to ANY, a reason (RFC 8482 §4.2).
public struct HINFO: Sendable, Hashable {
  /// The machine, at most 255 octets.
  public var cpu: [UInt8]
  /// The operating system, at most 255 octets.
  public var os: [UInt8]

  /// All fields.
  public init(cpu: [UInt8], os: [UInt8]) {
    self.cpu = cpu
    self.os = os
  }
}

extension HINFO {
  init(reading cursor: inout WireCursor) throws(WireError) {
    cpu = try cursor.readCharacterString()
    os = try cursor.readCharacterString()
  }

  func write(to writer: inout MessageWriter) {
    writer.append(characterString: cpu)
    writer.append(characterString: os)
  }
}

extension HINFO: CustomStringConvertible {
  /// The fields as a master file has them.
  public var description: String {
    "\(cpu.quoted) \(os.quoted)"
  }
}
