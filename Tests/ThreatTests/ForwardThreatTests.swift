import DNSWire
import LiveServer
import Testing

extension Threats {
  /// Upstreams that lie, and what of it reaches the cache and clients.
  @Suite("lying upstreams") struct Forwarding {
    let target: Target

    init() throws { target = try Target.shared.get() }

    @Test(
      "wrong packets are ignored, and the wait goes on",
      arguments: [
        "wrong-id", "wrong-name", "wrong-type", "wrong-class", "no-question", "no-response", "other-opcode", "cut",
        "nothing",
      ])
    func lies(lie: String) throws {
      for _ in 0..<2 {
        let reply = try #require(try target.ask(try Target.query("\(lie).lies.test")))
        #expect(Array(reply.suffix(4)) == LyingUpstream.truth)
      }
    }

    @Test("cache: records that nobody asked for reach neither the client nor later questions")
    func unasked() throws {
      let reply = try #require(try target.ask(try Target.query("unasked.victim.test")))
      #expect(try Message(parsing: reply).answers.count == 1)
      let later = try #require(try target.ask(try Target.query("victim.test")))
      #expect(Array(later.suffix(4)) == LyingUpstream.truth)
    }

    @Test("cache: TTLs are capped")
    func endless() throws {
      let reply = try Message(parsing: try #require(try target.ask(try Target.query("endless.ttl.test"))))
      #expect(reply.answers.allSatisfy { $0.ttl <= 30 })
    }

    @Test("cache: the key has DO and CD")
    func key() throws {
      var edns = EDNS()
      edns.dnssecOK = true
      var disabled = try Target.query("one.key.test")
      disabled[3] |= 0x10
      for packet in [try Target.query("one.key.test"), try Target.query("one.key.test", edns: edns), disabled] {
        for _ in 0..<2 { _ = try #require(try target.ask(packet)) }
      }
      #expect(target.upstream.asked(below: "one.key.test.").count == 3)
    }

    @Test("100 equal questions make one upstream query; silence is SERVFAIL")
    func coalescing() async throws {
      let sockets = try (0..<100).map { _ in try Socket.connected(.udp, to: target.server.endpoint) }
      for (id, socket) in sockets.enumerated() { try socket.send(try Target.query("silent.once.test", id: UInt16(id))) }
      for socket in sockets {
        try await Threats.wait(for: socket, seconds: 10)
        let reply = try Message(parsing: try #require(socket.receive(within: 0)))
        #expect(reply.responseCode == .servFail)
      }
      // One wait of 2 s after the other, until the time of a query is over.
      #expect(target.upstream.asked(below: "silent.once.test.").count <= 3)
      try target.expectWell()
      #expect(
        try #require(try target.ask(try Target.query("after.silence.test"))).suffix(4) == LyingUpstream.truth[...])
    }

    @Test("each question has a random ID and a port of its own")
    func unpredictable() throws {
      for number in 0..<100 { _ = try #require(try target.ask(try Target.query("q\(number).random.test"))) }
      let asked = target.upstream.asked(below: ".random.test.")
      #expect(asked.count == 100)
      #expect(Set(asked.map(\.id)).count > 90 && Set(asked.map(\.port)).count > 90)
      let steps = zip(asked, asked.dropFirst()).map { $1.id &- $0.id }
      #expect(Set(steps).count > 90, "IDs that count are guessed")
    }

    @Test("a flood of questions that nobody answers costs a bounded number of sockets and octets")
    func pile() throws {
      let (memory, descriptors) = (target.server.residentMemory, target.server.descriptors)
      let sockets = try (0..<8).map { _ in try Socket.connected(.udp, to: target.server.endpoint) }
      for number in 0..<8_000 {
        try sockets[number % 8].send(try Target.query("silent.p\(number).pile.test", id: UInt16(number)))
        if number % 500 == 499 { try target.expectWell() }
      }
      #expect(target.server.residentMemory - memory < 64 << 10)
      #expect(target.server.descriptors - descriptors < 3_000)
    }
  }
}
