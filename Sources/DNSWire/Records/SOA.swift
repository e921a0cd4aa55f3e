/// The start of a zone (RFC 1035 §3.3.13).
public struct SOA: Sendable, Hashable {
  /// The server that the zone's data comes from (MNAME).
  public var primary: DomainName
  /// The mailbox of who is responsible, its `@` a dot (RNAME).
  public var mailbox: DomainName
  /// The version, in serial number arithmetic (RFC 1982).
  public var serial: UInt32
  /// How often a secondary looks for a new version, in seconds.
  public var refresh: UInt32
  /// When it looks again after a failure, in seconds.
  public var retry: UInt32
  /// When it gives up the zone without the primary, in seconds.
  public var expire: UInt32
  /// How long a denial may be kept, in seconds (RFC 2308 §4).
  public var minimum: UInt32

  /// All fields.
  public init(
    primary: DomainName, mailbox: DomainName, serial: UInt32, refresh: UInt32, retry: UInt32, expire: UInt32,
    minimum: UInt32
  ) {
    self.primary = primary
    self.mailbox = mailbox
    self.serial = serial
    self.refresh = refresh
    self.retry = retry
    self.expire = expire
    self.minimum = minimum
  }
}

extension SOA {
  init(reading cursor: inout WireCursor) throws(WireError) {
    primary = try cursor.readName()
    mailbox = try cursor.readName()
    serial = try cursor.readUInt32()
    refresh = try cursor.readUInt32()
    retry = try cursor.readUInt32()
    expire = try cursor.readUInt32()
    minimum = try cursor.readUInt32()
  }

  func write(to writer: inout MessageWriter) {
    writer.append(primary, compressed: true)
    writer.append(mailbox, compressed: true)
    writer.append(serial)
    writer.append(refresh)
    writer.append(retry)
    writer.append(expire)
    writer.append(minimum)
  }
}

extension SOA: CustomStringConvertible {
  /// The fields as a master file has them.
  public var description: String {
    "\(primary) \(mailbox) \(serial) \(refresh) \(retry) \(expire) \(minimum)"
  }
}
