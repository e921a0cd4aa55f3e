import DNSWire
import LDNSJudge

/// A message from the server, as libldns reads it: an independent judge of every octet that the server writes.
struct ReceivedMessage: Sendable {
  var bytes: [UInt8]
  var header: Header
  var status: ResponseCode
  /// Records in presentation form without class where it is IN: `owner TTL TYPE data…`, fields apart by one space.
  var answer: [String]
  var authority: [String]
  var additional: [String]
  /// The OPT record, as our own reader sees it.
  var edns: EDNS?

  /// Fails where libldns or our own reader does not take the message.
  init(_ bytes: [UInt8]) throws {
    self.bytes = bytes
    guard let header = Header(bytes), let judged = LDNSJudge.read(bytes) else {
      throw JudgeError(text: "libldns does not take it for a message", bytes: bytes)
    }
    self.header = header
    answer = judged.answers.map(Self.text)
    authority = judged.authorities.map(Self.text)
    additional = judged.additionals.map(Self.text)
    do {
      let ours = try Message(parsing: bytes)
      status = ours.responseCode
      edns = ours.edns
    } catch {
      throw JudgeError(text: "libldns takes it for a message, DNSWire does not: \(error)", bytes: bytes)
    }
  }

  var flags: Set<String> {
    var flags: Set<String> = []
    if header.flags.authoritative { flags.insert("aa") }
    if header.flags.truncated { flags.insert("tc") }
    if header.flags.recursionAvailable { flags.insert("ra") }
    if header.flags.authenticData { flags.insert("ad") }
    return flags
  }

  private static func text(_ record: JudgedRecord) -> String {
    var fields = record.text.split(whereSeparator: \.isWhitespace).map(String.init)
    if fields.count > 2, fields[2] == "IN" { fields.remove(at: 2) }
    return fields.joined(separator: " ")
  }
}

/// What is wrong with octets that should be a message.
struct JudgeError: Error, CustomStringConvertible {
  var text: String
  var bytes: [UInt8] = []
  var description: String {
    "\(text): \(bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined())"
  }
}

/// The wire form of a record that is given in presentation form.
func wireForm(ofRecord text: String) throws -> [UInt8] {
  guard let record = LDNSJudge.record(text) else { throw JudgeError(text: "libldns does not read '\(text)'") }
  let fixed = [
    record.type >> 8, record.type & 0xFF, record.class >> 8, record.class & 0xFF, UInt16(record.ttl >> 24),
    UInt16(record.ttl >> 16 & 0xFF), UInt16(record.ttl >> 8 & 0xFF), UInt16(record.ttl & 0xFF),
    UInt16(record.data.count >> 8), UInt16(record.data.count & 0xFF),
  ]
  return record.owner + fixed.map { UInt8($0) } + record.data
}
