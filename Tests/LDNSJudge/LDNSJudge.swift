// LDNSJudge: libldns as the independent judge of what our own codec reads and writes.

import CLDNS

/// Reads and writes messages and records with libldns alone.
public enum LDNSJudge {
  /// What libldns reads in the octets; `nil` when it does not take them for a message.
  public static func read(_ bytes: [UInt8]) -> JudgedMessage? {
    var packet: UnsafeMutablePointer<ldns_pkt>?
    guard ldns_wire2pkt(&packet, bytes, bytes.count) == LDNS_STATUS_OK, let packet else { return nil }
    defer { ldns_pkt_free(packet) }
    return JudgedMessage(packet)
  }

  /// The octets that libldns writes for a message, its names compressed; `nil` when libldns refuses a part of it.
  ///
  /// Questions and records are lines of a master file (`web.example. IN A`, `web.example. 5 IN A 10.0.0.1`).
  public static func write(_ draft: MessageDraft) -> [UInt8]? {
    guard let packet = ldns_pkt_new() else { return nil }
    defer { ldns_pkt_free(packet) }
    ldns_pkt_set_id(packet, draft.id)
    ldns_pkt_set_opcode(packet, ldns_pkt_opcode(UInt32(draft.opcode)))
    ldns_pkt_set_flags(packet, draft.flags)
    ldns_pkt_set_rcode(packet, UInt8(draft.responseCode & 15))
    for question in draft.questions {
      guard push(question, to: packet, LDNS_SECTION_QUESTION) else { return nil }
    }
    let sections = [
      (LDNS_SECTION_ANSWER, draft.answers), (LDNS_SECTION_AUTHORITY, draft.authorities),
      (LDNS_SECTION_ADDITIONAL, draft.additionals),
    ]
    for (section, records) in sections {
      guard records.allSatisfy({ push($0, to: packet, section) }) else { return nil }
    }
    if let size = draft.udpPayloadSize {
      ldns_pkt_set_edns_udp_size(packet, size)
      ldns_pkt_set_edns_do(packet, draft.dnssecOK ? 1 : 0)
      ldns_pkt_set_edns_extended_rcode(packet, UInt8(draft.responseCode >> 4))
    }
    return wire(of: packet)
  }

  /// A record from a line of a master file; `nil` when libldns can't read it.
  public static func record(_ line: String) -> JudgedRecord? {
    guard let record = parse(line) else { return nil }
    defer { ldns_rr_free(record) }
    return JudgedRecord(record)
  }

  private static func push(_ line: String, to packet: UnsafeMutablePointer<ldns_pkt>, _ section: ldns_pkt_section)
    -> Bool
  {
    guard let record = parse(line, isQuestion: section == LDNS_SECTION_QUESTION) else { return false }
    // The packet owns it from here on.
    return ldns_pkt_push_rr(packet, section, record) != 0
  }

  private static func parse(_ line: String, isQuestion: Bool = false) -> UnsafeMutablePointer<ldns_rr>? {
    var record: UnsafeMutablePointer<ldns_rr>?
    let status =
      isQuestion
      ? ldns_rr_new_question_frm_str(&record, line, nil, nil) : ldns_rr_new_frm_str(&record, line, 0, nil, nil)
    return status == LDNS_STATUS_OK ? record : nil
  }

  private static func wire(of packet: UnsafeMutablePointer<ldns_pkt>) -> [UInt8]? {
    var octets: UnsafeMutablePointer<UInt8>?
    var count = 0
    guard ldns_pkt2wire(&octets, packet, &count) == LDNS_STATUS_OK, let octets else { return nil }
    defer { free(octets) }
    return [UInt8](UnsafeBufferPointer(start: octets, count: count))
  }
}

/// A message for libldns to write.
public struct MessageDraft: Sendable {
  /// The message's number.
  public var id: UInt16
  /// QR, AA, TC, RD, RA, AD and CD as `LDNS_QR` and so on have them.
  public var flags: UInt16
  /// 0–15.
  public var opcode: UInt8
  /// Twelve bits; the upper eight need EDNS.
  public var responseCode: UInt16
  /// Owner, class and type.
  public var questions: [String]
  /// Lines of a master file.
  public var answers: [String] = []
  /// Lines of a master file.
  public var authorities: [String] = []
  /// Lines of a master file.
  public var additionals: [String] = []
  /// With a size, the message has an OPT record.
  public var udpPayloadSize: UInt16?
  /// The OPT record's DO bit.
  public var dnssecOK = false

  /// A message of questions alone.
  public init(id: UInt16, flags: UInt16 = 0, opcode: UInt8 = 0, responseCode: UInt16 = 0, questions: [String]) {
    self.id = id
    self.flags = flags
    self.opcode = opcode
    self.responseCode = responseCode
    self.questions = questions
  }
}
