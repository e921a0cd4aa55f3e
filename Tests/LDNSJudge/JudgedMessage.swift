import CLDNS

/// What libldns found in a message.
public struct JudgedMessage: Sendable, Equatable {
  /// The message's number.
  public var id: UInt16
  /// Those of `QR AA TC RD RA AD CD` that are set.
  public var flags: Set<String>
  /// 0–15.
  public var opcode: UInt8
  /// Twelve bits, those of EDNS above.
  public var responseCode: UInt16
  /// The questions; TTL and data mean nothing.
  public var questions: [JudgedRecord]
  /// The answer section.
  public var answers: [JudgedRecord]
  /// The authority section.
  public var authorities: [JudgedRecord]
  /// The additional section, without OPT and TSIG.
  public var additionals: [JudgedRecord]
  /// The OPT record.
  public var edns: JudgedEDNS?
  /// The records as libldns prints them, a line each, section by section. (Its form of whole messages can't be asked for:
  /// libldns 1.8.3 crashes on some EDNS options there.)
  public var text: String {
    [questions, answers, authorities, additionals].joined().map { $0.text + "\n" }.joined()
  }

  init(_ packet: UnsafeMutablePointer<ldns_pkt>) {
    id = ldns_pkt_id(packet)
    let bits = [
      ("QR", ldns_pkt_qr(packet)), ("AA", ldns_pkt_aa(packet)), ("TC", ldns_pkt_tc(packet)),
      ("RD", ldns_pkt_rd(packet)), ("RA", ldns_pkt_ra(packet)), ("AD", ldns_pkt_ad(packet)),
      ("CD", ldns_pkt_cd(packet)),
    ]
    flags = Set(bits.filter { $0.1 != 0 }.map(\.0))
    opcode = UInt8(ldns_pkt_get_opcode(packet).rawValue)
    responseCode = UInt16(ldns_pkt_get_rcode(packet).rawValue)
    questions = JudgedRecord.list(ldns_pkt_question(packet))
    answers = JudgedRecord.list(ldns_pkt_answer(packet))
    authorities = JudgedRecord.list(ldns_pkt_authority(packet))
    additionals = JudgedRecord.list(ldns_pkt_additional(packet))
    if ldns_pkt_edns(packet) != 0 {
      edns = JudgedEDNS(packet)
      responseCode |= UInt16(ldns_pkt_edns_extended_rcode(packet)) << 4
    }
  }
}

/// What libldns found in an OPT record.
public struct JudgedEDNS: Sendable, Equatable {
  /// The sender's size in octets.
  public var udpPayloadSize: UInt16
  /// The version.
  public var version: UInt8
  /// DO.
  public var dnssecOK: Bool
  /// The options' octets.
  public var options: [UInt8]

  init(_ packet: UnsafeMutablePointer<ldns_pkt>) {
    udpPayloadSize = ldns_pkt_edns_udp_size(packet)
    version = ldns_pkt_edns_version(packet)
    dnssecOK = ldns_pkt_edns_do(packet) != 0
    options = ldns_pkt_edns_data(packet).map(octets(of:)) ?? []
  }
}

/// A record as libldns understands it.
public struct JudgedRecord: Sendable, Equatable {
  /// The owner's wire form, uncompressed.
  public var owner: [UInt8]
  /// The type's number.
  public var type: UInt16
  /// The class's number.
  public var `class`: UInt16
  /// Seconds.
  public var ttl: UInt32
  /// The data's wire form, names uncompressed.
  public var data: [UInt8]
  /// The record as libldns prints it, without the line's end.
  public var text: String

  init(_ record: UnsafeMutablePointer<ldns_rr>) {
    owner = ldns_rr_owner(record).map(octets(of:)) ?? []
    type = UInt16(truncatingIfNeeded: ldns_rr_get_type(record).rawValue)
    `class` = UInt16(truncatingIfNeeded: ldns_rr_get_class(record).rawValue)
    ttl = ldns_rr_ttl(record)
    data = (0..<ldns_rr_rd_count(record)).flatMap { ldns_rr_rdf(record, $0).map(octets(of:)) ?? [] }
    text = String(freeing: ldns_rr2str(record)).trimmingLineEnd
  }

  static func list(_ list: UnsafeMutablePointer<ldns_rr_list>?) -> [JudgedRecord] {
    guard let list else { return [] }
    return (0..<ldns_rr_list_rr_count(list)).compactMap { ldns_rr_list_rr(list, $0).map(JudgedRecord.init) }
  }
}

/// The octets of a field of a record.
private func octets(of field: UnsafeMutablePointer<ldns_rdf>) -> [UInt8] {
  guard let start = ldns_rdf_data(field) else { return [] }
  return [UInt8](UnsafeBufferPointer(start: start, count: ldns_rdf_size(field)))
}

extension String {
  /// Takes a text that libldns has allocated.
  fileprivate init(freeing text: UnsafeMutablePointer<CChar>?) {
    self = text.map { String(cString: $0) } ?? ""
    free(text)
  }

  fileprivate var trimmingLineEnd: String { hasSuffix("\n") ? String(dropLast()) : self }
}
