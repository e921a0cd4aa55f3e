/// The next name of the zone in the order of hashes, and which types this one has (RFC 5155 §3).
public struct NSEC3: Sendable, Hashable {
  /// How names are hashed; 1 is SHA-1.
  public var hashAlgorithm: UInt8
  /// Bit 0x01: unsigned delegations may lie between (opt-out).
  public var flags: UInt8
  /// How often the hash is hashed again.
  public var iterations: UInt16
  /// What is hashed along, at most 255 octets.
  public var salt: [UInt8]
  /// The next owner's hash, 1–255 octets.
  public var nextHash: [UInt8]
  /// The types at the owner's original name.
  public var types: TypeBitmap

  /// All fields.
  public init(
    hashAlgorithm: UInt8, flags: UInt8, iterations: UInt16, salt: [UInt8], nextHash: [UInt8], types: TypeBitmap
  ) {
    self.hashAlgorithm = hashAlgorithm
    self.flags = flags
    self.iterations = iterations
    self.salt = salt
    self.nextHash = nextHash
    self.types = types
  }
}

extension NSEC3 {
  init(reading cursor: inout WireCursor) throws(WireError) {
    hashAlgorithm = try cursor.readUInt8()
    flags = try cursor.readUInt8()
    iterations = try cursor.readUInt16()
    salt = try cursor.readCharacterString()
    let start = cursor.offset
    nextHash = try cursor.readCharacterString()
    guard !nextHash.isEmpty else { throw .badField(type: .nsec3, at: start) }
    types = try TypeBitmap(type: .nsec3, reading: &cursor)
  }

  func write(to writer: inout MessageWriter) {
    writer.append(hashAlgorithm)
    writer.append(flags)
    writer.append(iterations)
    writer.append(characterString: salt)
    writer.append(characterString: nextHash)
    writer.append(types.wire)
  }
}

extension NSEC3: CustomStringConvertible {
  /// The fields as a master file has them.
  public var description: String {
    "\(hashAlgorithm) \(flags) \(iterations) \(salt.isEmpty ? "-" : salt.hexadecimal) \(nextHash.base32hex)\(types)"
  }
}
