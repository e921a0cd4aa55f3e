import DNSWire
import Testing

/// What the in-place reader makes of a message, and the lower-cased name.
private func read(_ packet: [UInt8]) -> (verdict: QueryVerdict, head: QueryHead, name: [UInt8]) {
  var head = QueryHead()
  let padded = packet + [UInt8](repeating: 0xAA, count: QueryHead.slack)
  var name = [UInt8](repeating: 0, count: QueryHead.longestName + QueryHead.slack)
  let verdict = padded.withUnsafeBufferPointer { packetBuffer in
    name.withUnsafeMutableBufferPointer {
      head.read(packetBuffer.baseAddress!, count: packet.count, name: $0.baseAddress!)
    }
  }
  return (verdict, head, Array(name.prefix(head.nameLength)))
}

private let header: [UInt8] = [0x12, 0x34, 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 0]
private let question: [UInt8] = [3] + Array("Web".utf8) + [4] + Array("shop".utf8) + [0, 0, 1, 0, 1]
private let opt: [UInt8] = [0, 0, 41, 0x10, 0x00, 0, 0, 0x80, 0, 0, 0]

/// A message with some octets of its header changed.
private func message(_ rest: [UInt8], _ changes: [Int: UInt8] = [:]) -> [UInt8] {
  var octets = header + rest
  for (index, value) in changes { octets[index] = value }
  return octets
}

@Suite("RFC 1035 §4.1: queries read in place") struct QueryHeadTests {
  @Test func aPlainQuestion() {
    let (verdict, head, name) = read(message(question))
    #expect(verdict == .question)
    #expect(name == [3] + Array("web".utf8) + [4] + Array("shop".utf8) + [0])
    #expect(head.type == 1 && head.class == 1 && head.hasCapitals && !head.hasEDNS)
  }

  @Test func anOPTRecord() {
    let (verdict, head, _) = read(message(question + opt, [11: 1]))
    #expect(verdict == .question)
    #expect(head.hasEDNS && head.dnssecOK && head.payloadSize == 4096)
  }

  @Test(arguments: [
    ("shorter than a header", Array(header.prefix(11)), QueryVerdict.ignore),
    ("a response", message(question, [2: 0x81]), .ignore),
    ("no question", message([], [5: 0]), .malformed),
    ("two questions", message(question + question, [5: 2]), .malformed),
    ("65,535 questions", message(question, [4: 255, 5: 255]), .malformed),
    ("octets behind the question", message(question + [0]), .malformed),
    ("an OPT record that is announced and missing", message(question, [11: 1]), .malformed),
    ("an OPT record that is cut", message(question + opt.dropLast(), [11: 1]), .malformed),
    (
      "an option that is longer than the record", message(question + opt.dropLast() + [4, 0, 3, 0, 9], [11: 1]),
      .malformed
    ),
    ("EDNS version 1", message(question + [0, 0, 41, 4, 0, 0, 1, 0, 0, 0, 0], [11: 1]), .badVersion),
    ("NOTIFY", message(question, [2: 0x20]), .notImplemented),
    ("UPDATE without a question", message([], [2: 0x28, 5: 0]), .notImplemented),
    (
      "AA, TC, RA and a response code, which mean nothing in a query", message(question, [2: 0x07, 3: 0x83]), .question
    ),
    ("a record in the answer section", message(question, [7: 1]), .unusual),
    ("another additional record", message(question + [0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0], [11: 1]), .unusual),
    ("a compression pointer", message([0xC0, 0x0C, 0, 1, 0, 1]), .malformed),
    ("a label of 64 octets", message([64] + [UInt8](repeating: 97, count: 64) + [0, 0, 1, 0, 1]), .malformed),
  ])
  func verdicts(_ what: String, _ packet: [UInt8], _ verdict: QueryVerdict) {
    #expect(read(packet).verdict == verdict, "\(what)")
  }

  @Test func namesOf255OctetsAreReadAndLongerOnesAreNot() {
    let labels = (0..<3).flatMap { _ in [UInt8(63)] + [UInt8](repeating: 0x5A, count: 63) }
    let longest = labels + [61] + [UInt8](repeating: 0x5A, count: 61) + [0]
    #expect(longest.count == 255)
    let (verdict, head, name) = read(message(longest + [0, 1, 0, 1]))
    #expect(verdict == .question && head.nameLength == 255)
    #expect(name.allSatisfy { $0 != 0x5A })
    let tooLong = labels + [62] + [UInt8](repeating: 0x5A, count: 62) + [0]
    #expect(read(message(tooLong + [0, 1, 0, 1])).verdict == .malformed)
  }

  @Test func onlyASCIICapitalsAreLowered() {
    let label = (0...255).map { UInt8($0) }.filter { $0 != 0 }
    for chunk in stride(from: 0, to: label.count, by: 60).map({ Array(label[$0..<min($0 + 60, label.count)]) }) {
      let (verdict, _, name) = read(message([UInt8(chunk.count)] + chunk + [0, 0, 1, 0, 1]))
      #expect(verdict == .question)
      #expect(Array(name.dropFirst().dropLast()) == chunk.map { (0x41...0x5A).contains($0) ? $0 + 32 : $0 })
    }
  }

  @Test func everyTruncationIsMalformedOrIgnored() {
    let whole = message(question + opt, [11: 1])
    for length in 0..<whole.count {
      let verdict = read(Array(whole.prefix(length))).verdict
      #expect(verdict == (length < 12 ? .ignore : .malformed), "\(length) octets")
    }
  }

  @Test func whatItTakesForAQuestionTheFullReaderReadsAlike() throws {
    let whole = message(question + opt, [11: 1])
    for index in whole.indices {
      for value in 0...255 as ClosedRange<UInt8> {
        var packet = whole
        packet[index] = value
        let (verdict, head, name) = read(packet)
        guard verdict == .question else { continue }
        let message = try Message(parsing: packet)
        #expect(message.questions.count == 1 && message.questions[0].type.rawValue == head.type)
        #expect(message.questions[0].name.lowercased().wire == name)
        #expect(message.edns != nil || !head.hasEDNS)
      }
    }
  }
}
