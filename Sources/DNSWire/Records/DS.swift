/// The digest of a child zone's key (RFC 4034 §5).
public struct DS: Sendable, Hashable {
  /// The tag of the DNSKEY.
  public var keyTag: UInt16
  /// The DNSKEY's algorithm (IANA: DNS Security Algorithm Numbers).
  public var algorithm: UInt8
  /// How the digest is made (IANA: DS RR Type Digest Algorithms).
  public var digestType: UInt8
  /// The digest of owner and key.
  public var digest: [UInt8]

  /// All fields.
  public init(keyTag: UInt16, algorithm: UInt8, digestType: UInt8, digest: [UInt8]) {
    self.keyTag = keyTag
    self.algorithm = algorithm
    self.digestType = digestType
    self.digest = digest
  }
}

extension DS {
  init(reading cursor: inout WireCursor) throws(WireError) {
    keyTag = try cursor.readUInt16()
    algorithm = try cursor.readUInt8()
    digestType = try cursor.readUInt8()
    digest = cursor.readRest()
  }

  func write(to writer: inout MessageWriter) {
    writer.append(keyTag)
    writer.append(algorithm)
    writer.append(digestType)
    writer.append(digest)
  }
}

extension DS: CustomStringConvertible {
  /// The fields as a master file has them.
  public var description: String {
    "\(keyTag) \(algorithm) \(digestType) \(digest.hexadecimal)"
  }
}
