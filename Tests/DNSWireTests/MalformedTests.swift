import DNSWire
import NetworkAddresses
import Testing

@Suite("Octets that are no message")
struct MalformedTests {
  @Test("Cut at any octet, a message is none", arguments: 100..<104)
  func cut(seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    for _ in 0..<10 {
      let bytes = generator.message().encoded()
      for end in 0..<bytes.count {
        let error = #expect(throws: WireError.self) { try Message(parsing: [UInt8](bytes[..<end])) }
        #expect((error?.offset ?? -1) <= end)
      }
    }
  }

  @Test("With any octet changed, it is read or refused, and written again as it was read", arguments: 104..<108)
  func changed(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    for _ in 0..<2 {
      let bytes = generator.message().encoded()
      for offset in bytes.indices {
        for value in [
          0, 1, 0x3F, 0x40, 0x7F, 0x80, 0xC0, 0xFF, bytes[offset] &+ 1, bytes[offset] &- 1, generator.number(),
        ] {
          var changed = bytes
          changed[offset] = value
          guard let message = try? Message(parsing: changed) else { continue }
          #expect(try Message(parsing: message.encoded()) == message)
        }
      }
    }
  }

  @Test("With octets more than it says, it is none")
  func trailing() {
    let bytes = Message(id: 1).encoded()
    #expect(throws: WireError.trailingOctets(at: 12)) { try Message(parsing: bytes + [0]) }
  }

  @Test("Counts that promise more than there is cost nothing", arguments: 0..<4)
  func counts(field: Int) {
    var bytes = [UInt8](repeating: 0, count: 12)
    bytes[4 + 2 * field] = 0xFF
    bytes[5 + 2 * field] = 0xFF
    #expect(throws: WireError.truncated(at: 12)) { try Message(parsing: bytes) }
    // 13,104 questions of five octets, where 65,535 are promised.
    #expect(throws: WireError.self) { try Message(parsing: bytes + [UInt8](repeating: 0, count: 5 * 13_104)) }
  }

  @Test("65,535 questions are read when they are there")
  func questions() throws {
    let count = 65535
    let bytes = [0, 0, 0, 0, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0] + [UInt8](repeating: 0, count: 5 * count)
    let message = try Message(parsing: bytes)
    #expect(message.questions.count == count)
    let rewritten = try Message(parsing: message.encoded())
    #expect(rewritten.truncated)
    #expect(rewritten.questions.count == (65535 - 12) / 5)
  }

  @Test("Random octets", arguments: 108..<112)
  func random(seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    for _ in 0..<2000 {
      var bytes = generator.octets(0...200)
      // Small counts, so that more than the first question is looked at.
      for index in bytes.indices where (4..<12).contains(index) { bytes[index] = index % 2 == 0 ? 0 : bytes[index] & 3 }
      if let message = try? Message(parsing: bytes) { #expect(message.encoded().count >= 12) }
      _ = try? DomainName(wire: bytes)
      _ = try? DomainName(String(decoding: bytes, as: UTF8.self))
    }
  }
}

@Suite("Looking at a message without reading it")
struct MessageReaderTests {
  @Test("Heads give what the whole message has", arguments: 112..<114)
  func heads(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    for _ in 0..<100 {
      var message = generator.message()
      message.edns = nil
      let bytes = message.encoded()
      var reader = try MessageReader(bytes)
      #expect(reader.header == Header(bytes))
      // Questions are passed over when nobody asks for them.
      if generator.chance(50) {
        for question in message.questions {
          let head = try #require(try reader.nextQuestion())
          #expect(try reader.name(at: head.name.lowerBound) == question.name)
          #expect((head.type, head.class) == (question.type, question.class))
        }
        #expect(try reader.nextQuestion() == nil)
      }
      for (section, records) in [
        (Section.answer, message.answers), (.authority, message.authorities), (.additional, message.additionals),
      ] {
        for record in records {
          let head = try #require(try reader.nextRecord())
          #expect((head.section, head.type, head.class, head.ttl) == (section, record.type, record.class, record.ttl))
          #expect(try reader.name(at: head.name.lowerBound) == record.name)
          #expect(try reader.data(of: head) == record.data)
        }
      }
      #expect(try reader.nextRecord() == nil)
      try reader.finish()
      #expect(reader.offset == bytes.count)
    }
  }

  @Test("A bad name or bad data is no matter to who passes over it")
  func passedOver() throws {
    // One A record of three octets, whose owner points forward.
    let bytes: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0xC0, 99, 0, 1, 0, 1, 0, 0, 0, 9, 0, 3, 1, 2, 3]
    var reader = try MessageReader(bytes)
    let head = try #require(try reader.nextRecord())
    #expect((head.type, head.ttl, head.data) == (.a, 9, 24..<27))
    try reader.finish()
    #expect(throws: WireError.badPointer(at: 12)) { try reader.name(at: head.name.lowerBound) }
    #expect(throws: WireError.truncated(at: 24)) { try reader.data(of: head) }
  }

  @Test("Flags have their bits")
  func flags() {
    let bits: [(UInt16, WritableKeyPath<HeaderFlags, Bool>)] = [
      (0x8000, \.isResponse), (0x0400, \.authoritative), (0x0200, \.truncated), (0x0100, \.recursionDesired),
      (0x0080, \.recursionAvailable), (0x0020, \.authenticData), (0x0010, \.checkingDisabled),
    ]
    for (bit, flag) in bits {
      var flags = HeaderFlags(rawValue: 0)
      flags[keyPath: flag] = true
      #expect(flags.rawValue == bit)
      flags = HeaderFlags(rawValue: 0xFFFF)
      #expect(flags[keyPath: flag])
      flags[keyPath: flag] = false
      #expect(flags.rawValue == ~bit)
    }
  }

  @Test("Opcode and response code have their bits; bit Z is left out of what is written")
  func numbers() throws {
    var flags = HeaderFlags(rawValue: 0xFFFF)
    #expect((flags.opcode.rawValue, flags.responseCode.rawValue) == (15, 15))
    flags.opcode = .notify
    flags.responseCode = .nxDomain
    #expect(flags.rawValue == 0xFFFF & ~0x5800 & ~0xC)
    let bytes: [UInt8] = [0, 1, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0]
    #expect(try Message(parsing: bytes).encoded() == [0, 1, 0xFF, 0xBF, 0, 0, 0, 0, 0, 0, 0, 0])
  }
}
