import DNSWire
import LiveServer
import Testing

extension Threats {
  /// Messages that no honest client sends.
  @Suite("messages over UDP") struct Messages {
    let target: Target

    init() throws { target = try Target.shared.get() }

    @Test(
      "arithmetic on wire values: a query cut at any octet, then mutated at any octet, is answered properly or not at all"
    )
    func cutAndMutated() throws {
      let whole = try Target.query(edns: EDNS())
      for length in 0..<12 { #expect(try target.ask(Array(whole.prefix(length)), within: 20) == nil) }
      for length in 12..<whole.count { try expect(.formErr, to: Array(whole.prefix(length))) }
      let socket = try Socket.connected(.udp, to: target.server.endpoint)
      for offset in 4..<whole.count {
        for octet: UInt8 in [0, 1, 0x3F, 0x40, 0x80, 0xC0, 0xFF] {
          var mutant = whole
          mutant[offset] = octet
          try socket.send(mutant)
          if let reply = socket.receive(within: 5_000) { try check(reply, to: mutant) }
        }
      }
      try target.expectWell()
    }

    @Test(
      "pointer loops, pointers onwards, lengths past the end",
      arguments: [
        [0xC0, 0x0C], [0xC0, 0x12, 0, 1, 0, 1, 0], [1, 97, 0xC0, 0x0C], [0xFF, 0xFF], [0xC0, 0x02], [0x40, 97],
        [0x80, 97],
        [0x3F, 97],
        Array(repeatElement([UInt8(63)] + [UInt8](repeating: 97, count: 63), count: 4).joined()) + [0],
        Array(repeatElement([UInt8(1), 97], count: 128).joined()) + [0],
      ] as [[UInt8]])
    func names(name: [UInt8]) throws {
      try expect(.formErr, to: [0x43, 0x21, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0] + name + [0, 1, 0, 1])
    }

    @Test("two OPTs, an OPT in a wrong section or below a name, and counts that lie", arguments: [5, 7, 9, 11])
    func sections(count offset: Int) throws {
      let plain = try Target.query()
      let opt: [UInt8] = [0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0]
      var lying = plain
      (lying[offset], lying[offset - 1]) = (0xFF, 0xFF)
      try expect(.formErr, to: lying)
      guard offset > 5 else { return }
      var misplaced = plain + opt + (offset == 11 ? opt : [])
      misplaced[offset] = offset == 11 ? 2 : 1
      try expect(.formErr, to: misplaced, echoes: true)
      var named = plain + [1, 97] + opt
      named[11] = 1
      try expect(.formErr, to: named, echoes: true)
    }

    @Test("any opcode but QUERY is NOTIMP, with the opcode and the question", arguments: 1...15 as ClosedRange<UInt8>)
    func opcodes(opcode: UInt8) throws {
      var packet = try Target.query(edns: EDNS())
      packet[2] |= opcode << 3
      try expect(.notImp, to: packet, echoes: true)
    }

    @Test("the cluster answers no class but IN", arguments: [0, 3, 4, 254, 255, 65_535] as [UInt16])
    func classes(code: UInt16) throws {
      var packet = try Target.query("c\(code).shop.svc.cluster.local")
      (packet[packet.count - 2], packet[packet.count - 1]) = (UInt8(code >> 8), UInt8(code & 255))
      let reply = try Message(parsing: try #require(try target.ask(packet)))
      #expect(reply.responseCode == .refused && reply.answers.isEmpty && !reply.authoritative)
    }

    @Test(
      "any type has a proper reply",
      arguments: [0, 41, 128, 249, 250, 251, 252, 253, 254, 255, 256, 65_535] as [UInt16])
    func types(code: UInt16) throws {
      let packet = try Target.query(Target.known, RecordType(rawValue: code), edns: EDNS())
      let reply = try Message(parsing: try #require(try target.ask(packet)))
      #expect(reply.questions == (try Message(parsing: packet)).questions)
    }

    @Test("an unknown version of EDNS is BADVERS")
    func version() throws {
      var edns = EDNS()
      edns.version = 1
      let reply = try Message(parsing: try #require(try target.ask(try Target.query(edns: edns))))
      #expect(reply.responseCode == .badVers && reply.edns?.version == 0)
    }

    @Test(
      "cookies and other options of EDNS, well formed or not, are not echoed",
      arguments: [3, 8, 9, 10, 11, 12, 13, 65_001] as [UInt16])
    func options(code: UInt16) throws {
      for length in [0, 1, 7, 8, 12, 41] {
        var edns = EDNS()
        edns.options = [.unknown(code: code, bytes: [UInt8](repeating: 0xAB, count: length))]
        let octets = try #require(try target.ask(try Target.query(edns: edns)))
        #expect(!octets.contains(0xAB))
        _ = try Message(parsing: octets)
      }
    }

    @Test("responses are not answered")
    func responses() throws {
      var packet = try Target.query()
      packet[2] |= 0x80
      #expect(try target.ask(packet, within: 100) == nil)
      #expect(try target.ask(Array(packet.prefix(12)), within: 100) == nil)
    }

    @Test(
      "amplification: no reply over UDP is longer than 1,232 octets, whatever the client says it takes",
      arguments: [0, 1, 511, 512, 1_232, 65_535] as [UInt16])
    func size(payload: UInt16) throws {
      var edns = EDNS()
      edns.udpPayloadSize = payload
      let reply = try #require(try target.ask(try Target.query(Target.known, .any, edns: edns)))
      #expect(reply.count <= max(512, min(1_232, Int(payload))))
    }

    @Test("enumeration: no wildcard, NS or ANY question lists names")
    func enumeration() throws {
      let questions: [(String, RecordType)] = [
        ("*.shop.svc.cluster.local", .a), ("*.*.svc.cluster.local", .any), ("any.any.svc.cluster.local", .a),
        ("shop.svc.cluster.local", .any), ("svc.cluster.local", .ns), ("cluster.local", .any),
        ("cluster.local", .axfr), ("cluster.local", .ixfr),
      ]
      for (name, type) in questions {
        let reply = try #require(try target.ask(try Target.query(name, type)))
        #expect(!"\(try Message(parsing: reply).answers)".contains("web"), "\(name) \(type)")
      }
    }

    @Test("loop: a client's question for HINFO does not stop the server")
    func loopProbe() throws {
      for name in ["123.456.", "1234567890.1234567890."] { _ = try target.ask(try Target.query(name, .hinfo)) }
      try target.expectWell()
    }

    @Test("names in logs are escaped, and are no labels of metrics")
    func logInjection() throws {
      let name: [UInt8] = [16] + Array("\n[ERROR] forged\u{1B}".utf8) + [7] + Array("logtest".utf8) + [0]
      _ = try target.ask([0x43, 0x21, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0] + name + [0, 1, 0, 1])
      let page = try HTTPClient(port: target.metrics).get("/metrics")
      #expect(page.contains("coredns_dns_requests_total") && !page.contains("logtest"))
      let log = target.server.log
      #expect(log.contains("logtest") && !log.contains("\n[ERROR] forged") && !log.contains("\u{1B}"))
    }

    // MARK: Parts

    private func expect(_ code: ResponseCode, to packet: [UInt8], echoes: Bool = false) throws {
      let octets = try #require(try target.ask(packet))
      try check(octets, to: packet)
      let reply = try Message(parsing: octets)
      #expect(reply.responseCode == code)
      if echoes { #expect(reply.questions.count == 1) }
    }

    /// What holds for every reply: number and opcode are the query's, the bit Z is 0, an error is hardly longer than its query.
    private func check(_ reply: [UInt8], to packet: [UInt8]) throws {
      let message = try Message(parsing: reply)
      #expect(message.isResponse && reply[0] == packet[0] && reply[1] == packet[1])
      #expect(reply[2] & 0x78 == packet[2] & 0x78 && reply[3] & 0x40 == 0)
      #expect(reply.count <= 1_232)
      if message.responseCode != .noError { #expect(reply.count <= packet.count + 160) }
    }
  }
}
