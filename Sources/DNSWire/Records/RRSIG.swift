/// The signature of an RRset (RFC 4034 §3).
public struct RRSIG: Sendable, Hashable {
  /// The type of the RRset.
  public var typeCovered: RecordType
  /// The algorithm (IANA: DNS Security Algorithm Numbers).
  public var algorithm: UInt8
  /// The number of labels in the owner, without the root and a leading `*`.
  public var labels: UInt8
  /// The RRset's TTL in its zone, in seconds.
  public var originalTTL: UInt32
  /// From when on it is no longer valid, in seconds since 1970 in serial number arithmetic.
  public var expiration: UInt32
  /// From when on it is valid, likewise.
  public var inception: UInt32
  /// The tag of the DNSKEY that made it.
  public var keyTag: UInt16
  /// The zone, which owns the DNSKEY.
  public var signer: DomainName
  /// The signature, in its algorithm's format.
  public var signature: [UInt8]

  /// All fields.
  public init(
    typeCovered: RecordType, algorithm: UInt8, labels: UInt8, originalTTL: UInt32, expiration: UInt32,
    inception: UInt32,
    keyTag: UInt16, signer: DomainName, signature: [UInt8]
  ) {
    self.typeCovered = typeCovered
    self.algorithm = algorithm
    self.labels = labels
    self.originalTTL = originalTTL
    self.expiration = expiration
    self.inception = inception
    self.keyTag = keyTag
    self.signer = signer
    self.signature = signature
  }
}

extension RRSIG {
  init(reading cursor: inout WireCursor) throws(WireError) {
    typeCovered = RecordType(rawValue: try cursor.readUInt16())
    algorithm = try cursor.readUInt8()
    labels = try cursor.readUInt8()
    originalTTL = try cursor.readUInt32()
    expiration = try cursor.readUInt32()
    inception = try cursor.readUInt32()
    keyTag = try cursor.readUInt16()
    signer = try cursor.readUncompressedName()
    signature = cursor.readRest()
  }

  func write(to writer: inout MessageWriter) {
    writer.append(typeCovered.rawValue)
    writer.append(algorithm)
    writer.append(labels)
    writer.append(originalTTL)
    writer.append(expiration)
    writer.append(inception)
    writer.append(keyTag)
    writer.append(signer, compressed: false)
    writer.append(signature)
  }
}

extension RRSIG: CustomStringConvertible {
  /// The fields as a master file has them.
  public var description: String {
    let times = "\(Self.timestamp(expiration)) \(Self.timestamp(inception))"
    return "\(typeCovered) \(algorithm) \(labels) \(originalTTL) \(times) \(keyTag) \(signer) \(signature.base64)"
  }

  /// `YYYYMMDDHHmmSS` in UTC of seconds since 1970 (RFC 4034 §3.2).
  private static func timestamp(_ seconds: UInt32) -> String {
    let (year, month, day) = date(ofDay: Int(seconds / 86400))
    let (hour, minute) = (Int(seconds / 3600 % 24), Int(seconds / 60 % 60))
    let parts = [(year, 4), (month, 2), (day, 2), (hour, 2), (minute, 2), (Int(seconds % 60), 2)]
    return parts.map { value, width in String(String(value + 10_000).suffix(width)) }.joined()
  }

  /// The Gregorian date of a day counted from 1970-01-01. Years begin in March here, so that the leap day is the last one.
  private static func date(ofDay day: Int) -> (year: Int, month: Int, day: Int) {
    let days = day + 719_468
    let (era, dayOfEra) = (days / 146_097, days % 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let march = (5 * dayOfYear + 2) / 153
    let month = march < 10 ? march + 3 : march - 9
    return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * march + 2) / 5 + 1)
  }
}
