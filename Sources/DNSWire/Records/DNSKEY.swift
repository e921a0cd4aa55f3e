/// A key of the zone (RFC 4034 §2).
public struct DNSKEY: Sendable, Hashable {
  /// Bit 0x0100: signs the zone; 0x0001: entry point; 0x0080: revoked (RFC 5011).
  public var flags: UInt16
  /// Always 3.
  public var protocolNumber: UInt8
  /// The algorithm (IANA: DNS Security Algorithm Numbers).
  public var algorithm: UInt8
  /// The public key, in its algorithm's format.
  public var publicKey: [UInt8]

  /// All fields.
  public init(flags: UInt16, protocolNumber: UInt8, algorithm: UInt8, publicKey: [UInt8]) {
    self.flags = flags
    self.protocolNumber = protocolNumber
    self.algorithm = algorithm
    self.publicKey = publicKey
  }
}

extension DNSKEY {
  init(reading cursor: inout WireCursor) throws(WireError) {
    flags = try cursor.readUInt16()
    protocolNumber = try cursor.readUInt8()
    algorithm = try cursor.readUInt8()
    publicKey = cursor.readRest()
  }

  func write(to writer: inout MessageWriter) {
    writer.append(flags)
    writer.append(protocolNumber)
    writer.append(algorithm)
    writer.append(publicKey)
  }
}

extension DNSKEY: CustomStringConvertible {
  /// The fields as a master file has them.
  public var description: String {
    "\(flags) \(protocolNumber) \(algorithm) \(publicKey.base64)"
  }
}
