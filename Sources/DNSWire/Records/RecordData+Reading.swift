import NetworkAddresses

extension RecordData {
  /// Reads a record's data from octets of its own, names in them uncompressed; offsets in errors count from their start.
  public init(type: RecordType, class: RecordClass = .in, wire: [UInt8]) throws(WireError) {
    var cursor = WireCursor(bytes: wire, offset: 0, end: wire.count, isMessage: false)
    try self.init(type: type, class: `class`, reading: &cursor)
  }

  /// Reads the cursor to its end.
  init(type: RecordType, class: RecordClass, reading cursor: inout WireCursor) throws(WireError) {
    if Self.isOpaque(type, `class`, length: cursor.remaining) {
      self = .unknown(type: type, bytes: cursor.readRest())
    } else {
      self = try Self.fields(of: type, &cursor)
    }
    try cursor.finish()
  }

  /// Types have the fields below in class IN. Addresses of other classes are something else (RFC 1035 §3.4.1), and dynamic
  /// updates have records without data (RFC 2136 §2.4, §2.5).
  private static func isOpaque(_ type: RecordType, _ class: RecordClass, length: Int) -> Bool {
    switch `class` {
    case .in: false
    case .none, .any: length == 0
    default: type == .a || type == .aaaa
    }
  }

  private static func fields(of type: RecordType, _ cursor: inout WireCursor) throws(WireError) -> RecordData {
    switch type {
    case .a: .a(IPv4Address(bits: try cursor.readUInt32()))
    case .aaaa: .aaaa(IPv6Address(high: try cursor.readUInt64(), low: try cursor.readUInt64()))
    case .ns: .ns(try cursor.readName())
    case .cname: .cname(try cursor.readName())
    case .ptr: .ptr(try cursor.readName())
    case .dname: .dname(try cursor.readUncompressedName())
    case .soa: .soa(try SOA(reading: &cursor))
    case .mx: .mx(preference: try cursor.readUInt16(), exchange: try cursor.readName())
    case .txt: .txt(try texts(&cursor))
    case .hinfo: .hinfo(try HINFO(reading: &cursor))
    case .srv: .srv(try SRV(reading: &cursor))
    case .naptr: .naptr(try NAPTR(reading: &cursor))
    case .caa: .caa(try CAA(reading: &cursor))
    case .ds: .ds(try DS(reading: &cursor))
    case .dnskey: .dnskey(try DNSKEY(reading: &cursor))
    case .rrsig: .rrsig(try RRSIG(reading: &cursor))
    case .nsec: .nsec(try NSEC(reading: &cursor))
    case .nsec3: .nsec3(try NSEC3(reading: &cursor))
    case .svcb: .svcb(try SVCB(type: .svcb, reading: &cursor))
    case .https: .https(try SVCB(type: .https, reading: &cursor))
    case .tlsa: .tlsa(try TLSA(reading: &cursor))
    case .uri: .uri(try URI(reading: &cursor))
    default: .unknown(type: type, bytes: try octets(of: type, &cursor))
    }
  }

  private static func texts(_ cursor: inout WireCursor) throws(WireError) -> [[UInt8]] {
    var texts = [try cursor.readCharacterString()]
    while !cursor.isAtEnd { texts.append(try cursor.readCharacterString()) }
    return texts
  }

  /// All octets of a type that has no case here. Senders may compress names in the old ones of them (RFC 3597 §4), and a
  /// pointer means nothing outside of its message: so those names are written out.
  private static func octets(of type: RecordType, _ cursor: inout WireCursor) throws(WireError) -> [UInt8] {
    guard let layout = OldLayout(type) else { return cursor.readRest() }
    var octets = try cursor.readBytes(layout.octetsBefore)
    for _ in 0..<layout.names { octets += try cursor.readName().wire }
    return layout.hasMore ? octets + cursor.readRest() : octets
  }
}

/// Where the names are in types that may come compressed and have no case of their own in `RecordData`.
private struct OldLayout {
  /// Octets in front of the names.
  var octetsBefore: Int
  /// How many names follow.
  var names: Int
  /// Whether octets may follow the names.
  var hasMore = false

  init?(_ type: RecordType) {
    switch type {
    case .md, .mf, .mb, .mg, .mr: (octetsBefore, names) = (0, 1)
    case .minfo, .rp: (octetsBefore, names) = (0, 2)
    case .afsdb, .rt: (octetsBefore, names) = (2, 1)
    case .px: (octetsBefore, names) = (2, 2)
    case .sig: (octetsBefore, names, hasMore) = (18, 1, true)
    case .nxt: (octetsBefore, names, hasMore) = (0, 1, true)
    default: return nil
    }
  }
}
