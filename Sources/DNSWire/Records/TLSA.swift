/// A certificate's association with a name (RFC 6698 §2.1).
public struct TLSA: Sendable, Hashable {
  /// How the certificate is to be matched.
  public var usage: UInt8
  /// 0: the whole certificate; 1: its public key.
  public var selector: UInt8
  /// 0: the data itself; 1: its SHA-256; 2: its SHA-512.
  public var matchingType: UInt8
  /// What to compare with.
  public var association: [UInt8]

  /// All fields.
  public init(usage: UInt8, selector: UInt8, matchingType: UInt8, association: [UInt8]) {
    self.usage = usage
    self.selector = selector
    self.matchingType = matchingType
    self.association = association
  }
}

extension TLSA {
  init(reading cursor: inout WireCursor) throws(WireError) {
    usage = try cursor.readUInt8()
    selector = try cursor.readUInt8()
    matchingType = try cursor.readUInt8()
    association = cursor.readRest()
  }

  func write(to writer: inout MessageWriter) {
    writer.append(usage)
    writer.append(selector)
    writer.append(matchingType)
    writer.append(association)
  }
}

extension TLSA: CustomStringConvertible {
  /// The fields as a master file has them.
  public var description: String {
    "\(usage) \(selector) \(matchingType) \(association.hexadecimal)"
  }
}
