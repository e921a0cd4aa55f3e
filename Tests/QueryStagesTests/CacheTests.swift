import DNSWire
import NetworkAddresses
import QueryEngine
import Synchronization
import Testing

@testable import QueryStages

/// Something that can stop being true.
final class Truth: Freshness {
  private let state = Atomic<Bool>(true)
  var isFresh: Bool { state.load(ordering: .relaxed) }
  func end() { state.store(false, ordering: .relaxed) }
}

/// A `cache` line before a source that a script plays.
struct CachedSource {
  let clock = ManualClock()
  let source: LastStage
  let metrics: MetricsRegistry
  private let plan: StagePlan

  init(_ text: String = "cache", _ respond: @escaping @Sendable (Query) async -> Response?) throws {
    let (setup, lines) = try setup(text)
    try Cache.read(lines, into: setup, clock: clock.stageClock)
    source = LastStage(respond)
    plan = StagePlan(stages: setup.stages + [source])
    metrics = setup.environment.metrics
  }

  func answer(_ query: Query) async throws -> Message { try await response(query).message }

  func response(_ query: Query) async throws -> Response { try #require(await plan.answer(query)) }

  func answerOrSilence(_ query: Query) async -> Message? { await plan.answer(query)?.message }

  /// The value of a counter.
  func count(_ counter: String, _ kind: String? = nil) -> String? {
    samples("coredns_cache_\(counter){", metrics).first { kind.map($0.contains) ?? true }?.split(separator: " ").last
      .map(String.init)
  }
}

/// An address at the name that was asked.
func address(_ query: Query, ttl: UInt32 = 60, _ last: UInt8 = 1, change: (inout Message) -> Void = { _ in })
  -> Response
{
  var message = answer(
    .noError, [record("\(query.question.name)", .a(IPv4Address(192, 0, 2, last)), ttl: ttl)], to: query)
  message.recursionAvailable = true
  change(&message)
  return Response(message)
}

@Suite("cache")
struct CacheTests {
  @Test("a hit counts the TTL down, and has the new query's ID, letters and flags, AA and the source's RA")
  func hit() async throws {
    let cached = try CachedSource { query in
      address(query, ttl: 60) {
        $0.additionals = [record("x.org", .a(.loopback), ttl: 40)]
        $0.edns = EDNS()
      }
    }
    let first = try await cached.answer(ask("Example.org", id: 1))
    #expect((first.answers + first.additionals).map(\.ttl) == [40, 40])
    #expect(!first.authoritative && first.recursionAvailable)
    cached.clock.advance(.milliseconds(10_900))
    let second = try await cached.answer(
      ask("eXample.ORG", id: 2) {
        $0.recursionDesired = false
      })
    #expect(second.id == 2 && second.isResponse && second.authoritative && second.recursionAvailable)
    #expect(!second.recursionDesired && second.edns == nil)
    #expect(second.questions[0].name.isIdentical(to: name("eXample.ORG")))
    #expect(second.answers[0].name.isIdentical(to: name("eXample.ORG")))
    #expect((second.answers + second.additionals).map(\.ttl) == [30, 30])
    #expect(cached.source.asked == 1)
    cached.clock.advance(.seconds(29))
    #expect(try await cached.answer(ask("example.org")).answers[0].ttl == 1)
    cached.clock.advance(.milliseconds(100))
    #expect(try await cached.answer(ask("example.org")).answers[0].ttl == 40)
    #expect(cached.source.asked == 2)
    #expect(cached.count("requests_total") == "4" && cached.count("misses_total") == "2")
    #expect(cached.count("hits_total", "success") == "2" && cached.count("hits_total", "denial") == "0")
    #expect(cached.count("entries", "success") == "1")
    #expect(
      samples("coredns_cache_requests_total", cached.metrics) == ["{server=\"dns://.:53\",zones=\".\",view=\"\"} 4"])
  }

  @Test("keepttl: TTLs stay")
  func keepTTL() async throws {
    let cached = try CachedSource("cache {\nkeepttl\n}") { address($0) }
    _ = try await cached.answer(ask("example.org"))
    cached.clock.advance(.seconds(59))
    #expect(try await cached.answer(ask("example.org")).answers[0].ttl == 60)
    cached.clock.advance(.seconds(1))
    _ = try await cached.answer(ask("example.org"))
    #expect(cached.source.asked == 2)
  }

  @Test("the key is name, type, class, DO and CD")
  func keys() async throws {
    let cached = try CachedSource { address($0) }
    let queries = [
      ask("example.org"), ask("example.com"), ask("example.org", .aaaa),
      ask("example.org") { $0.questions[0].class = .ch },
      ask("example.org") { $0.edns = EDNS(dnssecOK: true) }, ask("example.org") { $0.checkingDisabled = true },
    ]
    for (index, query) in queries.enumerated() {
      for _ in 0..<2 { _ = try await cached.answer(query) }
      #expect(cached.source.asked == index + 1)
    }
    _ = try await cached.answer(ask("EXAMPLE.org", over: .tcp) { $0.edns = EDNS() })
    #expect(cached.source.asked == queries.count)
  }

  @Test(
    "what is never kept: meta types, a client's network, answers to other questions, referrals for who wants none",
    arguments: [
      ask("example.org", .any), ask("example.org", .axfr), ask("example.org", .ixfr),
      ask("example.org") { $0.questions[0].class = .any }, ask("mismatch.example"),
      ask("example.org") { $0.recursionDesired = false },
      ask("example.org") { message in
        guard let network = IPPrefix("192.0.2.0/24") else { return }
        message.edns = EDNS(options: [.clientSubnet(ClientSubnet(source: network, scopeLength: 0))])
      },
    ])
  func notKept(_ query: Query) async throws {
    let cached = try CachedSource { query in
      address(query) {
        if query.question.name == name("mismatch.example") { $0.questions[0].name = name("other.example") }
      }
    }
    for asked in 1...2 {
      _ = try await cached.answer(query)
      #expect(cached.source.asked == asked)
    }
    if query.question.name == name("mismatch.example") { #expect(cached.count("drops_total") == "2") }
  }

  @Test("without RD, an answer with AA is kept")
  func authoritative() async throws {
    let cached = try CachedSource { address($0) { $0.authoritative = true } }
    for _ in 0..<2 { _ = try await cached.answer(ask("example.org") { $0.recursionDesired = false }) }
    #expect(cached.source.asked == 1)
  }

  @Test("AD is shown to clients that set AD or DO only, on the first answer and on hits")
  func authenticData() async throws {
    let cached = try CachedSource { address($0) { $0.authenticData = true } }
    for _ in 0..<2 {
      #expect(try await !cached.answer(ask("example.org")).authenticData)
      #expect(try await cached.answer(ask("example.org") { $0.authenticData = true }).authenticData)
      #expect(try await cached.answer(ask("example.org") { $0.edns = EDNS(dnssecOK: true) }).authenticData)
    }
  }

  @Test("denials are kept as such, whole; a new answer takes their place")
  func denial() async throws {
    let exists = Atomic<Bool>(false)
    let cached = try CachedSource { query in
      exists.load(ordering: .relaxed)
        ? address(query) : Response(answer(.nxDomain, [], [soa("org", ttl: 300, minimum: 30)], to: query))
    }
    _ = try await cached.answer(ask("example.org"))
    cached.clock.advance(.seconds(10))
    let hit = try await cached.answer(ask("example.org"))
    #expect(hit.responseCode == .nxDomain && hit.authorities.map(\.ttl) == [20])
    #expect(cached.count("hits_total", "denial") == "1")
    cached.clock.advance(.seconds(20))
    exists.store(true, ordering: .relaxed)
    #expect(try await cached.answer(ask("example.org")).responseCode == .noError)
    #expect(cached.count("entries", "denial") == "0" && cached.count("entries", "success") == "1")
  }

  @Test(
    "SERVFAIL is kept for 5 s, or as said; but not what only a time-out caused",
    arguments: [("", 5), ("servfail 20s", 20), ("servfail 0", 0)])
  func failures(option: String, seconds: Int) async throws {
    let cached = try CachedSource("cache {\n\(option)\n}") { query in
      Response(.servFail, to: query, failure: query.question.type == .mx ? "i/o timeout" : nil)
    }
    _ = try await cached.answer(ask("example.org"))
    if seconds > 0 {
      cached.clock.advance(.seconds(seconds - 1))
      #expect(try await cached.answer(ask("example.org")).responseCode == .servFail)
      #expect(cached.source.asked == 1)
      cached.clock.advance(.seconds(1))
    }
    _ = try await cached.answer(ask("example.org"))
    #expect(cached.source.asked == 2)
    for asked in 3...4 {
      #expect(try await cached.response(ask("example.org", .mx)).failure == "i/o timeout")
      #expect(cached.source.asked == asked)
    }
  }

  @Test("records that answer other questions are neither given nor kept")
  func poison() async throws {
    let cached = try CachedSource { query in
      address(query) { $0.answers.append(record("victim.test", .a(IPv4Address(6, 6, 6, 6)))) }
    }
    for _ in 0..<2 { #expect(try await cached.answer(ask("example.org")).answers.count == 1) }
    _ = try await cached.answer(ask("victim.test"))
    #expect(cached.source.asked == 2)
  }

  @Test("what its source takes back is gone at once")
  func freshness() async throws {
    let truth = Mutex(Truth())
    let cached = try CachedSource("cache {\nserve_stale\n}") { query in
      var response = address(query)
      response.freshness = truth.withLock { $0 }
      return response
    }
    for _ in 0..<3 { _ = try await cached.answer(ask("example.org")) }
    #expect(cached.source.asked == 1)
    truth.withLock { truth in
      truth.end()
      truth = Truth()
    }
    for _ in 0..<3 { #expect(try await cached.answer(ask("example.org")).answers[0].ttl == 60) }
    #expect(cached.source.asked == 2)
  }

  @Test("disable: what is not kept still has its TTL capped", arguments: ["success", "denial"])
  func disabled(kind: String) async throws {
    let cached = try CachedSource("cache 30 {\ndisable \(kind) example.org\n}") { query in
      query.question.type == .a ? address(query, ttl: 900) : Response(answer(.noError, [], [soa("org")], to: query))
    }
    for type in [RecordType.a, .aaaa, .a, .aaaa] {
      let message = try await cached.answer(ask("www.example.org", type))
      #expect((message.answers + message.authorities).map(\.ttl) == [30])
    }
    #expect(cached.source.asked == 3)
    for _ in 0..<2 { _ = try await cached.answer(ask("example.com", kind == "success" ? .a : .aaaa)) }
    #expect(cached.source.asked == 4)
  }

  @Test("names outside of the zones pass untouched")
  func zones() async throws {
    let cached = try CachedSource("cache example.org") { address($0, ttl: 9999) }
    for _ in 0..<2 { #expect(try await cached.answer(ask("example.com")).answers[0].ttl == 9999) }
    #expect(cached.source.asked == 2 && cached.count("requests_total") == "0")
  }

  @Test("silence stays silence")
  func silence() async throws {
    let cached = try CachedSource { _ in nil }
    #expect(await cached.answerOrSilence(ask("example.org")) == nil)
  }

  @Test("the number of answers is bounded, evictions are counted")
  func capacity() async throws {
    let cached = try CachedSource("cache {\nsuccess 10\n}") { address($0) }
    for number in 0..<50 { _ = try await cached.answer(ask("host\(number).example.org")) }
    #expect(cached.count("entries", "success") == "10")
    #expect(cached.count("evictions_total", "success") == "40")
  }
}

@Suite("cache: prefetch and serve_stale")
struct CacheRefreshTests {
  /// Waits, bounded, for what runs beside.
  func wait(until condition: () async throws -> Bool) async rethrows {
    for _ in 0..<1_000_000 {
      if try await condition() { return }
      await Task.yield()
    }
    Issue.record("it never happened")
  }

  @Test("popular answers are asked for again once their TTL is nearly over, without anybody waiting")
  func prefetch() async throws {
    let gate = Gate()
    let calls = Counted()
    let cached = try CachedSource("cache {\nprefetch 2 1m 20%\n}") { query in
      calls.add()
      if calls.count == 2 { await gate.wait() }
      return address(query, ttl: 100, UInt8(calls.count))
    }
    _ = try await cached.answer(ask("example.org"))
    cached.clock.advance(.seconds(40))
    for _ in 0..<3 { _ = try await cached.answer(ask("example.org")) }
    #expect(cached.source.asked == 1)
    cached.clock.advance(.seconds(39))
    _ = try await cached.answer(ask("example.org"))
    #expect(cached.source.asked == 1)
    cached.clock.advance(.seconds(1))
    for _ in 0..<5 { #expect(try await cached.answer(ask("example.org")).answers[0].ttl == 20) }
    await wait { cached.source.asked == 2 }
    gate.open()
    try await wait { try await cached.answer(ask("example.org")).answers[0].ttl == 100 }
    #expect(cached.source.asked == 2 && cached.count("prefetch_total") == "1")
    // The popularity lives on: one hit is enough the next time.
    cached.clock.advance(.seconds(40))
    _ = try await cached.answer(ask("example.org"))
    cached.clock.advance(.seconds(45))
    _ = try await cached.answer(ask("example.org"))
    await wait { cached.source.asked == 3 }
  }

  @Test("what nobody asks for is not asked for again")
  func unpopular() async throws {
    let cached = try CachedSource("cache {\nprefetch 3 10s\n}") { address($0, ttl: 100) }
    for seconds in [0, 50, 25, 20] {
      cached.clock.advance(.seconds(seconds))
      _ = try await cached.answer(ask("example.org"))
    }
    for _ in 0..<1000 { await Task.yield() }
    #expect(cached.source.asked == 1 && cached.count("prefetch_total") == "0")
  }

  @Test("serve_stale: an old answer at once with TTL 0, a new one for the next; within the window only")
  func immediate() async throws {
    let gate = Gate()
    let calls = Counted()
    let cached = try CachedSource("cache {\nserve_stale 100s\n}") { query in
      calls.add()
      if calls.count == 2 { await gate.wait() }
      return address(query, ttl: 60, UInt8(calls.count))
    }
    _ = try await cached.answer(ask("example.org"))
    cached.clock.advance(.seconds(159))
    for _ in 0..<3 {
      let stale = try await cached.answer(ask("example.org"))
      #expect(stale.answers[0].ttl == 0 && stale.answers[0].data == .a(IPv4Address(192, 0, 2, 1)))
    }
    await wait { cached.source.asked == 2 }
    gate.open()
    try await wait { try await cached.answer(ask("example.org")).answers[0].ttl != 0 }
    let fresh = try await cached.answer(ask("example.org"))
    #expect(fresh.answers[0].data == .a(IPv4Address(192, 0, 2, 2)) && cached.source.asked == 2)
    cached.clock.advance(.seconds(160))
    #expect(try await cached.answer(ask("example.org")).answers[0].ttl == 60)
    #expect(cached.source.asked == 3)
  }

  @Test("a source that fails does not spoil the old answer", arguments: ["immediate", "verify"])
  func failing(mode: String) async throws {
    let fails = Atomic<Bool>(false)
    let cached = try CachedSource("cache {\nserve_stale 1h \(mode)\n}") { query in
      fails.load(ordering: .relaxed) ? Response(.servFail, to: query) : address(query)
    }
    _ = try await cached.answer(ask("example.org"))
    fails.store(true, ordering: .relaxed)
    cached.clock.advance(.seconds(100))
    for calls in 2...4 {
      let stale = try await cached.answer(ask("example.org"))
      #expect(stale.responseCode == .noError && stale.answers[0].ttl == 0)
      await wait { cached.source.asked >= calls }
    }
    #expect(cached.count("served_stale_total") == "3")
    fails.store(false, ordering: .relaxed)
    if mode == "verify" { #expect(try await cached.answer(ask("example.org")).answers[0].ttl == 60) }
  }

  @Test("failures are not served when they are old")
  func oldFailure() async throws {
    let cached = try CachedSource("cache {\nserve_stale\n}") { Response(.servFail, to: $0) }
    _ = try await cached.answer(ask("example.org"))
    cached.clock.advance(.seconds(6))
    _ = try await cached.answer(ask("example.org"))
    #expect(cached.source.asked == 2 && cached.count("served_stale_total") == "0")
  }
}
