/// What an OPT record says (RFC 6891 §6): the size that its sender can take, and options. Its eight bits of the response
/// code are part of `Message.responseCode`.
public struct EDNS: Sendable, Hashable {
  /// The largest datagram that the sender can take, in octets. As it came: less than 512 counts as 512 (§6.2.3).
  public var udpPayloadSize: UInt16
  /// The version; only 0 exists.
  public var version: UInt8
  /// DO: the sender wants DNSSEC records (RFC 3225).
  public var dnssecOK: Bool
  /// The fifteen flags below DO, none of them assigned.
  public var otherFlags: UInt16
  /// The options, in their order.
  public var options: [EDNSOption]

  /// EDNS version 0; without a size, the 1,232 octets that pass everywhere in one piece.
  public init(
    udpPayloadSize: UInt16 = 1232, version: UInt8 = 0, dnssecOK: Bool = false, otherFlags: UInt16 = 0,
    options: [EDNSOption] = []
  ) {
    self.udpPayloadSize = udpPayloadSize
    self.version = version
    self.dnssecOK = dnssecOK
    self.otherFlags = otherFlags & 0x7FFF
    self.options = options
  }
}

extension EDNS {
  /// Reads an OPT record whose head is known. Options of versions other than 0 are left out: their form is unknown.
  init(_ head: RecordHead, in bytes: [UInt8]) throws(WireError) {
    let version = UInt8(head.ttl >> 16 & 0xFF)
    var options: [EDNSOption] = []
    var cursor = WireCursor(bytes: bytes, offset: head.data.lowerBound, end: head.data.upperBound, isMessage: true)
    while version == 0 && !cursor.isAtEnd { options.append(try EDNSOption(reading: &cursor)) }
    self.init(
      udpPayloadSize: head.class.rawValue, version: version, dnssecOK: head.ttl & 0x8000 != 0,
      otherFlags: UInt16(head.ttl & 0x7FFF), options: options)
  }

  /// Appends the OPT record, with the upper eight bits of the response code.
  func write(to writer: inout MessageWriter, responseCode: ResponseCode, withOptions: Bool = true) {
    writer.append(DomainName.root, compressed: false)
    writer.append(RecordType.opt.rawValue)
    writer.append(udpPayloadSize)
    writer.append(UInt8(responseCode.rawValue >> 4))
    writer.append(version)
    writer.append(otherFlags & 0x7FFF | (dnssecOK ? 0x8000 : 0))
    writer.appendCounted { writer in
      if withOptions { for option in options { option.write(to: &writer) } }
    }
  }
}
