import DNSWire
import LDNSJudge
import Testing

@Suite("libldns as judge, over generated messages")
struct JudgedTests {
  @Test("What we write, both read to the same meaning", arguments: 0..<8)
  func written(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    for _ in 0..<150 {
      let message = generator.message()
      let bytes = message.encoded()
      let reread = try Message(parsing: bytes)
      #expect(reread == message)
      #expect(reread.encoded() == bytes)
      let judged = try #require(LDNSJudge.read(bytes), "\(bytes)")
      expectSame(judged, message)
    }
  }

  @Test("What libldns writes, we read to the same meaning", arguments: 8..<16)
  func read(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed), longestNameText: 250)
    for _ in 0..<150 {
      let message = generator.message()
      let bytes = try #require(LDNSJudge.write(MessageDraft(message)), "\(message)")
      var expected = message
      expected.edns?.options = []
      if let size = expected.edns?.udpPayloadSize, size == 0, expected.edns?.dnssecOK == false {
        // libldns writes no OPT record then.
        expected.edns = nil
        expected.responseCode = ResponseCode(rawValue: expected.responseCode.rawValue & 15)
      }
      #expect(try Message(parsing: bytes) == expected)
    }
  }

  @Test("Each type's presentation form is read by libldns to the same data", arguments: SeededGenerator.types)
  func presentation(type: RecordType) throws {
    var generator = SeededGenerator(seed: UInt64(type.rawValue), longestNameText: 250)
    for _ in 0..<50 {
      let record = ResourceRecord(name: generator.name(), ttl: 5, data: generator.data(of: type))
      let judged = try #require(LDNSJudge.record(record.description), "\(record)")
      #expect(judged.data == record.data.wire, "\(record)")
      #expect(judged.owner == record.name.wire)
      #expect(judged.type == type.rawValue)
    }
  }

  @Test("What both read in a damaged message, they read alike", arguments: 16..<24)
  func damaged(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    for _ in 0..<40 {
      let bytes = generator.message().encoded()
      for _ in 0..<50 {
        var damaged = bytes
        damaged[generator.number(0...(bytes.count - 1))] = generator.number()
        guard let message = try? Message(parsing: damaged), let judged = LDNSJudge.read(damaged) else { continue }
        expectSame(judged, message)
      }
    }
  }

  private func expectSame(_ judged: JudgedMessage, _ message: Message) {
    #expect(judged.id == message.id)
    #expect(judged.opcode == message.opcode.rawValue)
    #expect(judged.responseCode == message.responseCode.rawValue)
    let flags = [
      ("QR", message.isResponse), ("AA", message.authoritative), ("TC", message.truncated),
      ("RD", message.recursionDesired), ("RA", message.recursionAvailable), ("AD", message.authenticData),
      ("CD", message.checkingDisabled),
    ]
    #expect(judged.flags == Set(flags.filter(\.1).map(\.0)))
    #expect(judged.questions.map(\.owner) == message.questions.map(\.name.wire))
    #expect(judged.questions.map(\.type) == message.questions.map(\.type.rawValue))
    expectSame(judged.answers, message.answers)
    expectSame(judged.authorities, message.authorities)
    expectSame(judged.additionals, message.additionals)
    #expect(judged.edns?.udpPayloadSize == message.edns?.udpPayloadSize)
    #expect(judged.edns?.dnssecOK == message.edns?.dnssecOK)
    #expect(judged.edns?.version == message.edns?.version)
  }

  private func expectSame(_ judged: [JudgedRecord], _ records: [ResourceRecord]) {
    #expect(judged.map(\.owner) == records.map(\.name.wire))
    #expect(judged.map(\.type) == records.map(\.type.rawValue))
    #expect(judged.map(\.class) == records.map(\.class.rawValue))
    #expect(judged.map(\.ttl) == records.map(\.ttl))
    #expect(judged.map(\.data) == records.map(\.data.wire))
  }
}

extension MessageDraft {
  /// The message in the words of libldns, without EDNS options.
  fileprivate init(_ message: Message) {
    self.init(
      id: message.id, flags: UInt16(message.ldnsFlags), opcode: message.opcode.rawValue,
      responseCode: message.responseCode.rawValue, questions: message.questions.map(\.description))
    answers = message.answers.map(\.description)
    authorities = message.authorities.map(\.description)
    additionals = message.additionals.map(\.description)
    udpPayloadSize = message.edns?.udpPayloadSize
    dnssecOK = message.edns?.dnssecOK ?? false
  }
}

extension Message {
  /// The flags as `ldns_pkt_set_flags` takes them: the order of the header's bits reversed within the octets.
  fileprivate var ldnsFlags: Int {
    let bits = [
      (0x1, isResponse), (0x2, authoritative), (0x4, truncated), (0x8, recursionDesired), (0x10, checkingDisabled),
      (0x20, recursionAvailable), (0x40, authenticData),
    ]
    return bits.filter(\.1).reduce(0) { $0 | $1.0 }
  }
}
