import DNSWire
import NetworkAddresses
import QueryEngine
import Synchronization
import Testing

@testable import QueryStages

@Suite("forward: upstreams that go down and come back")
struct ForwardHealthTests {
  static let first = IPAddress.v4(IPv4Address(192, 0, 2, 1))

  /// Asks until the upstream is taken for down or well; bounded, and without a clock.
  func wait(until condition: () async throws -> Bool) async throws {
    for _ in 0..<100_000 {
      if try await condition() { return }
      await Task.yield()
    }
    Issue.record("it never happened")
  }

  @Test("a dead upstream is left alone after its probes failed, and asked again when it is back")
  func downAndBack() async throws {
    let isDead = Atomic<Bool>(true)
    let block = try ForwardTests.Block(
      "forward . 192.0.2.1 192.0.2.2 {\npolicy sequential\nhealth_check 1s no_rec domain probe.test\n}"
    ) { exchange throws(UpstreamError) in
      if exchange.server.address == Self.first, isDead.load(ordering: .relaxed) { throw .timeout("dead") }
      return exchange.answer()
    }
    let service = Task { await block.services[0].run() }
    defer { service.cancel() }
    func firstIsAsked() async throws -> Bool {
      let before = block.upstream.exchanges.count
      _ = try await block.answer(ask("example.org"))
      return block.upstream.exchanges[before...].contains {
        $0.server.address == Self.first && $0.question.type == .a
      }
    }
    #expect(try await firstIsAsked())
    try await wait { try await !firstIsAsked() }
    let probe = try #require(block.upstream.exchanges.first { $0.question.type == .ns })
    #expect(probe.question.name == name("probe.test") && !probe.query.recursionDesired)
    #expect(!samples("coredns_proxy_healthcheck_failures_total", block.metrics).isEmpty)
    isDead.store(false, ordering: .relaxed)
    try await wait { try await firstIsAsked() }
  }

  @Test(
    "all down: any one is asked all the same, unless failfast says no",
    arguments: [("", true), ("failfast_all_unhealthy_upstreams", false)])
  func allDown(option: String, isAsked: Bool) async throws {
    let isDead = Atomic<Bool>(true)
    let block = try ForwardTests.Block("forward . 192.0.2.1 192.0.2.2 {\n\(option)\n}") {
      exchange throws(UpstreamError) in
      if exchange.question.type == .ns || isDead.load(ordering: .relaxed) { throw .timeout("dead") }
      return exchange.answer()
    }
    let service = Task { await block.services[0].run() }
    defer { service.cancel() }
    try await wait {
      _ = try await block.answer(ask("example.org"))
      return samples("coredns_forward_healthcheck_broken_total", block.metrics) != [" 0"]
    }
    isDead.store(false, ordering: .relaxed)
    let response = try await block.answer(ask("example.org"))
    #expect(response.message.responseCode == (isAsked ? .noError : .servFail))
    #expect(response.failure == (isAsked ? nil : "no healthy proxies"))
  }

  @Test("an answer is an answer: SERVFAIL and REFUSED do not count against an upstream")
  func onlySilenceCounts() async throws {
    let block = try ForwardTests.Block("forward . 192.0.2.1") { exchange in
      exchange.answer { $0.responseCode = .servFail }
    }
    for _ in 0..<10 { _ = try await block.answer(ask("example.org")) }
    #expect(block.upstream.exchanges.allSatisfy { $0.question.type == .a })
  }
}

@Suite("forward: equal questions share an answer")
struct ForwardFlightsTests {
  @Test("100 equal questions at a time make one question, and each has its own ID and letters")
  func hundred() async throws {
    let gate = Gate()
    let block = try ForwardTests.Block("forward . 192.0.2.1") { exchange in
      await gate.wait()
      return exchange.answer()
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for id in UInt16(0)..<100 {
        group.addTask {
          let owner = id % 2 == 0 ? "example.org" : "EXAMPLE.org"
          let message = try await block.answer(ask(owner, id: id)).message
          #expect(message.id == id && message.answers.count == 1)
          #expect(message.questions[0].name.isIdentical(to: name(owner)))
        }
      }
      // All that began have joined when nothing is left to run but the gate.
      for _ in 0..<10_000 { await Task.yield() }
      gate.open()
      try await group.waitForAll()
    }
    #expect(block.upstream.exchanges.count < 100)
  }

  @Test("who asks first asks; the others get what that one got")
  func followers() async throws {
    let flights = ForwardFlights()
    let gate = Gate()
    let asked = Counted()
    let question = ForwardQuestion(ask("example.org"), over: .udp)
    let tasks = (0..<100).map { _ in
      Task {
        await flights.join(question) {
          asked.add()
          await gate.wait()
          return .failure("same")
        }
      }
    }
    while flights.waiting < 99 { await Task.yield() }
    gate.open()
    for task in tasks {
      guard case .failure("same") = await task.value else {
        Issue.record("another outcome")
        return
      }
    }
    #expect(asked.count == 1)
    #expect(flights.waiting == 0)
  }

  @Test("when the one who asks is cancelled, another one asks")
  func cancelledLeader() async throws {
    let flights = ForwardFlights()
    let gate = Gate()
    let question = ForwardQuestion(ask("example.org"), over: .udp)
    let leader = Task {
      await flights.join(question) {
        await gate.wait()
        return .cancelled
      }
    }
    let hasLeader = Counted()
    let follower = Task {
      while hasLeader.count == 0 { await Task.yield() }
      return await flights.join(question) { .failure("asked by myself") }
    }
    while flights.count == 0 { await Task.yield() }
    hasLeader.add()
    while flights.waiting < 1 { await Task.yield() }
    gate.open()
    _ = await leader.value
    guard case .failure("asked by myself") = await follower.value else {
      Issue.record("not asked again")
      return
    }
  }

  @Test("what makes questions differ")
  func keys() throws {
    let base = ForwardQuestion(ask("example.org"), over: .udp)
    #expect(base == ForwardQuestion(ask("EXAMPLE.ORG", id: 9), over: .udp))
    let cookie = EDNSOption.cookie(try #require(Cookie(client: [1, 2, 3, 4, 5, 6, 7, 8])))
    let others: [Query] = [
      ask("example.com"), ask("example.org", .aaaa), ask("example.org") { $0.questions[0].class = .ch },
      ask("example.org") { $0.edns = EDNS(dnssecOK: true) }, ask("example.org") { $0.checkingDisabled = true },
      ask("example.org") { $0.recursionDesired = false }, ask("example.org") { $0.edns = EDNS() },
    ]
    for query in others { #expect(ForwardQuestion(query, over: .udp) != base) }
    #expect(ForwardQuestion(ask("example.org"), over: .tcp) != base)
    let withCookie = ask("example.org") { $0.edns = EDNS(options: [cookie]) }
    #expect(
      ForwardQuestion(withCookie, over: .udp) == ForwardQuestion(ask("example.org") { $0.edns = EDNS() }, over: .udp))
  }
}

@Suite("forward: what a Corefile may say")
struct ForwardDirectiveTests {
  @Test(
    "mistakes are told with their place and what would be right",
    arguments: [
      ("forward", "Corefile:2:1: 'forward' takes at least 2 arguments, not 0"),
      ("forward .", "Corefile:2:1: 'forward' takes at least 2 arguments, not 1"),
      (
        "forward . 10.0.0.1 tls://9.9.9.9",
        "Corefile:2:20: forwarding over 'tls://' comes with a later version; use dns://"
      ),
      ("forward . foo://9.9.9.9", "Corefile:2:11: unknown protocol 'foo://'; use dns://"),
      (
        "forward . fe80::1%eth0",
        "Corefile:2:11: 'fe80::1%eth0' has a zone identifier; only addresses without one can be used"
      ),
      ("forward . dns://dns.example", "Corefile:2:11: 'dns://dns.example' is no address"),
      ("forward . 10.0.0.1:0", "Corefile:2:11: port 0 is no port of a server"),
      ("forward a..b 10.0.0.1", "Corefile:2:9: 'a..b' is no domain name: it has an empty label"),
      ("forward . 10.0.0.1 {\nforce_tpc\n}", "Corefile:3:1: unknown option 'force_tpc'; did you mean 'force_tcp'?"),
      ("forward . 10.0.0.1 {\ntls\n}", "Corefile:3:1: 'tls': forwarding over TLS comes with a later version"),
      (
        "forward . 10.0.0.1 {\nmax_fails x\n}",
        "Corefile:3:11: a number of failed probes is expected instead of 'x'; the range is 0 to 4294967295"
      ),
      ("forward . 10.0.0.1 {\npolicy randon\n}", "Corefile:3:8: unknown policy 'randon'; did you mean 'random'?"),
      (
        "forward . 10.0.0.1 {\nnext NXDOMAINS\n}",
        "Corefile:3:6: 'NXDOMAINS' is no response code; write it like NXDOMAIN or SERVFAIL"
      ),
      (
        "forward . 10.0.0.1 {\nfailover NOERROR\n}",
        "Corefile:3:10: 'NOERROR' is an answer that no other upstream is asked after"
      ),
      ("forward . 10.0.0.1 {\nhealth_check 1s domain\n}", "Corefile:3:17: 'domain' needs a name"),
      (
        "forward . 10.0.0.1 {\nexpire 5\n}",
        "Corefile:3:8: a duration is expected instead of '5'; write it like 5s, 1m30s or 300ms"
      ),
      ("forward . 10.0.0.1 {\nexcept\n}", "Corefile:3:1: 'except' takes at least 1 argument, not 0"),
      ("forward . 10.0.0.1 {\nforce_tcp yes\n}", "Corefile:3:11: 'force_tcp' takes no arguments, not 1"),
    ])
  func mistakes(text: String, message: String) throws {
    let (setup, lines) = try setup(text)
    let error = #expect(throws: (any Error).self) { try Forward.read(lines, into: setup) }
    #expect(error.map { "\($0)" } == message)
  }

  @Test("a file that is none, and too many upstreams")
  func servers() throws {
    let (missing, lines) = try setup("forward . /nonexistent/resolv.conf")
    let error = #expect(throws: (any Error).self) { try Forward.read(lines, into: missing) }
    #expect("\(error.map { "\($0)" } ?? "")".contains("is neither an IP address nor a file that can be read"))
    let many = try setup("forward . " + (1...16).map { "10.0.0.\($0)" }.joined(separator: " "))
    #expect(throws: (any Error).self) { try Forward.read(many.lines, into: many.setup) }
    let enough = try setup("forward . " + (1...15).map { "dns://10.0.0.\($0):5353" }.joined(separator: " "))
    try Forward.read(enough.lines, into: enough.setup)
    #expect(enough.setup.stages.count == 1 && enough.setup.services.count == 1)
  }
}
