import DNSWire
import NetworkAddresses
import QueryEngine
import Synchronization
import Testing

@testable import QueryStages

@Suite("forward")
struct ForwardTests {
  /// A block of `forward` lines, before a stage that says NOTIMP.
  struct Block {
    let upstream: ScriptedUpstream
    let clock = ManualClock()
    let metrics: MetricsRegistry
    let services: [any BackgroundService]
    private let plan: StagePlan

    init(_ text: String, _ script: @escaping ScriptedUpstream.Script) throws {
      upstream = ScriptedUpstream(script)
      let (setup, lines) = try setup(text, upstream: upstream)
      try Forward.read(lines, into: setup, clock: clock.stageClock)
      plan = StagePlan(stages: setup.stages + [LastStage { Response(.notImp, to: $0) }])
      metrics = setup.environment.metrics
      services = setup.services
    }

    func answer(_ query: Query) async throws -> Response { try #require(await plan.answer(query)) }
  }

  @Test("the upstream's answer, under the client's ID and in its letters")
  func answers() async throws {
    let block = try Block("forward . 192.0.2.53") { exchange in
      exchange.answer { message in
        message.questions[0].name = message.questions[0].name.lowercased()
        message.answers[0].name = message.answers[0].name.lowercased()
        message.authenticData = true
        message.authoritative = true
      }
    }
    let response = try await block.answer(ask("WwW.Example.Org", id: 77))
    let message = response.message
    #expect(response.failure == nil)
    #expect(message.id == 77 && message.isResponse && message.recursionAvailable)
    #expect(message.authoritative && message.authenticData)
    #expect(message.questions[0].name.isIdentical(to: name("WwW.Example.Org")))
    #expect(message.answers[0].name.isIdentical(to: name("WwW.Example.Org")))
    #expect(block.upstream.exchanges.map(\.server.description) == ["192.0.2.53:53"])
    #expect(
      samples("coredns_proxy_request_duration_seconds_count", block.metrics) == [
        "{proxy_name=\"forward\",to=\"192.0.2.53:53\",rcode=\"NOERROR\"} 1"
      ])
  }

  @Test("EDNS goes both ways only when the client sent it; cookies and the like go no further")
  func edns() async throws {
    let cookie = try #require(Cookie(client: [1, 2, 3, 4, 5, 6, 7, 8]))
    let block = try Block("forward . 192.0.2.53") { exchange in
      exchange.answer {
        $0.edns = EDNS(
          udpPayloadSize: 4096, dnssecOK: true,
          options: [.cookie(cookie), .extendedError(ExtendedError(code: 3)), .keepalive(100)])
      }
    }
    let plain = try await block.answer(ask("example.org"))
    #expect(plain.message.edns == nil)
    let rich = try await block.answer(
      ask("example.org") {
        $0.checkingDisabled = true
        $0.edns = EDNS(
          udpPayloadSize: 4096, dnssecOK: true, options: [.cookie(cookie), .padding(count: 8), .nsid([])])
      })
    #expect(rich.message.edns?.dnssecOK == true)
    #expect(rich.message.edns?.options == [.extendedError(ExtendedError(code: 3))])
    let asked = block.upstream.exchanges.map(\.query)
    #expect(asked[0].edns == nil && !asked[0].checkingDisabled && asked[0].recursionDesired)
    #expect(asked[1].edns == EDNS(udpPayloadSize: 1232, dnssecOK: true, options: [.nsid([])]))
    #expect(asked[1].checkingDisabled)
  }

  @Test(
    "the client's transport, unless the line says another; TC goes to the client but with prefer_udp",
    arguments: [
      ("", Transport.udp, [UpstreamTransport.udp], true), ("", .tcp, [.tcp], false),
      ("force_tcp", .udp, [.tcp], false), ("prefer_udp", .tcp, [.udp, .tcp], false),
      ("prefer_udp", .udp, [.udp, .tcp], false), ("prefer_udp\nforce_tcp", .udp, [.tcp], false),
    ])
  func transports(options: String, client: Transport, asked: [UpstreamTransport], truncated: Bool) async throws {
    let block = try Block("forward . 192.0.2.53 {\n\(options)\n}") { exchange in
      exchange.answer { $0.truncated = exchange.transport == .udp }
    }
    let response = try await block.answer(ask("example.org", over: client))
    #expect(response.message.truncated == truncated)
    #expect(block.upstream.exchanges.map(\.transport) == asked)
  }

  @Test(
    "the line with the longest FROM, whatever the order; except; then the next stage",
    arguments: [
      ("a.lab.example", "192.0.2.1"), ("lab.example", "192.0.2.1"), ("x.example", "192.0.2.2"),
      ("no.example", nil), ("deep.no.example", nil), ("example", "192.0.2.2"), ("other.test", nil),
    ])
  func routes(owner: String, server: String?) async throws {
    let block = try Block(
      "forward example 192.0.2.2 {\nexcept no.example\n}\nforward lab.example 192.0.2.1"
    ) { $0.answer() }
    let response = try await block.answer(ask(owner))
    #expect(response.message.responseCode == (server == nil ? .notImp : .noError))
    #expect(block.upstream.exchanges.map(\.server.address.description) == (server.map { [$0] } ?? []))
  }

  @Test("an upstream that gives no answer: the next one is asked")
  func secondServer() async throws {
    let block = try Block("forward . 192.0.2.1 192.0.2.2 {\npolicy sequential\n}") { exchange throws(UpstreamError) in
      if exchange.server.address == .v4(IPv4Address(192, 0, 2, 1)) { throw .unreachable("refused") }
      return exchange.answer()
    }
    let response = try await block.answer(ask("example.org"))
    #expect(response.message.answers.count == 1)
    #expect(block.upstream.exchanges.count == 2)
  }

  @Test("a black hole: SERVFAIL with the reason before the client's five seconds are over", arguments: 1...3)
  func blackHole(servers: Int) async throws {
    let clock = Mutex<ManualClock?>(nil)
    let list = (1...servers).map { "192.0.2.\($0)" }.joined(separator: " ")
    let block = try Block("forward . \(list)") { exchange throws(UpstreamError) in
      clock.withLock { $0 }?.advance(exchange.timeout)
      throw .timeout("read udp A->B: i/o timeout")
    }
    clock.withLock { $0 = block.clock }
    let start = block.clock.now
    let response = try await block.answer(ask("example.org"))
    #expect(response.message.responseCode == .servFail && !response.message.authoritative)
    #expect(response.failure == "read udp A->B: i/o timeout")
    #expect(start.duration(to: block.clock.now) <= .milliseconds(4900))
    #expect(block.upstream.exchanges.allSatisfy { $0.timeout <= .seconds(2) })
    #expect(block.upstream.exchanges.count == 3)
  }

  @Test("an upstream that refuses at once is not asked over and over")
  func refusing() async throws {
    let block = try Block("forward . 192.0.2.1") { _ throws(UpstreamError) in throw .unreachable("refused") }
    let response = try await block.answer(ask("example.org"))
    #expect(response.failure == "refused")
    #expect(block.upstream.exchanges.count == 1)
  }

  @Test("failover: the next upstream after these codes; the last answer when all were asked")
  func failover() async throws {
    let block = try Block(
      "forward . 192.0.2.1 192.0.2.2 {\npolicy sequential\nfailover SERVFAIL refused\n}"
    ) { exchange in
      let isFirst = exchange.server.address == .v4(IPv4Address(192, 0, 2, 1))
      return exchange.answer {
        $0.responseCode = isFirst ? .servFail : exchange.question.type == .a ? .noError : .refused
      }
    }
    #expect(try await block.answer(ask("example.org")).message.responseCode == .noError)
    #expect(try await block.answer(ask("example.org", .mx)).message.responseCode == .refused)
    #expect(block.upstream.exchanges.count == 4)
  }

  @Test("next: the next line that matches after these codes, and no stage behind the last one")
  func nextLine() async throws {
    let block = try Block(
      """
      forward . 192.0.2.1 {
        next NXDOMAIN
      }
      forward . 192.0.2.2 {
        next NXDOMAIN
        next_on_nodata
      }
      forward . 192.0.2.3 {
        next NXDOMAIN
      }
      """
    ) { exchange in
      exchange.answer { message in
        message.answers = []
        let isSecond = exchange.server.address == .v4(IPv4Address(192, 0, 2, 2))
        if !isSecond || exchange.question.type != .txt { message.responseCode = .nxDomain }
        if !isSecond && exchange.question.type == .mx { message.responseCode = .servFail }
      }
    }
    #expect(try await block.answer(ask("example.org")).message.responseCode == .nxDomain)
    #expect(block.upstream.exchanges.count == 3)
    #expect(try await block.answer(ask("example.org", .mx)).message.responseCode == .servFail)
    #expect(block.upstream.exchanges.count == 4)
    #expect(try await block.answer(ask("example.org", .txt)).message.responseCode == .nxDomain)
    #expect(block.upstream.exchanges.count == 7)
  }

  @Test("max_concurrent: one more query is refused, and counted")
  func maxConcurrent() async throws {
    let isOpen = Counted()
    let gate = Gate()
    let block = try Block("forward . 192.0.2.1 {\nmax_concurrent 1\n}") { exchange in
      isOpen.add()
      await gate.wait()
      return exchange.answer()
    }
    async let first = block.answer(ask("example.org"))
    while isOpen.count == 0 { await Task.yield() }
    let second = try await block.answer(ask("example.com"))
    #expect(second.message.responseCode == .refused)
    #expect(second.failure == "concurrent queries exceeded maximum 1")
    gate.open()
    #expect(try await first.message.responseCode == .noError)
    #expect(samples("coredns_forward_max_concurrent_rejects_total", block.metrics) == [" 1"])
    #expect(try await block.answer(ask("example.com")).message.responseCode == .noError)
  }

  @Test("an answer whose code does not fit into a message without EDNS is none")
  func extendedCode() async throws {
    let block = try Block("forward . 192.0.2.1") { $0.answer { $0.responseCode = .badCookie } }
    let response = try await block.answer(ask("example.org"))
    #expect(response.message.responseCode == .servFail && response.failure != nil)
  }
}

/// A gate that opens once.
final class Gate: Sendable {
  private let state = Mutex<(isOpen: Bool, waiting: [CheckedContinuation<Void, Never>])>((false, []))

  func wait() async {
    await withCheckedContinuation { waiter in
      let isOpen = state.withLock { state in
        if !state.isOpen { state.waiting.append(waiter) }
        return state.isOpen
      }
      if isOpen { waiter.resume() }
    }
  }

  func open() {
    let waiting = state.withLock { state in
      defer { state = (true, []) }
      return state.waiting
    }
    for waiter in waiting { waiter.resume() }
  }
}
