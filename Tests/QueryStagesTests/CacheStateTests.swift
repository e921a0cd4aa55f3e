import DNSWire
import FinishedAnswers
import NetworkAddresses
import QueryEngine
import Reclamation
import Testing

@testable import QueryStages

/// An answer to a query for `example.org A` with these sections.
func answer(
  _ code: ResponseCode = .noError, _ answers: [ResourceRecord] = [], _ authorities: [ResourceRecord] = [],
  _ additionals: [ResourceRecord] = [], to query: Query = ask("example.org")
) -> Message {
  var message = Message.response(to: query.message)
  message.responseCode = code
  message.answers = answers
  message.authorities = authorities
  message.additionals = additionals
  return message
}

private func a(_ owner: String, ttl: UInt32 = 60, _ last: UInt8 = 1) -> ResourceRecord {
  record(owner, .a(IPv4Address(192, 0, 2, last)), ttl: ttl)
}

@Suite("cache: what is kept, and how long")
struct CacheVerdictTests {
  struct Case: CustomTestStringConvertible {
    var title: String
    var message: Message
    var kind: CacheKind?
    var ttl: UInt32
    var testDescription: String { title }
  }

  static let cases: [Case] = [
    Case(title: "an answer", message: answer(.noError, [a("example.org", ttl: 60)]), kind: .success, ttl: 60),
    Case(
      title: "the shortest TTL of all sections counts",
      message: answer(
        .noError, [a("example.org", ttl: 60)], [record("example.org", .ns(name("ns.example.org")), ttl: 50)],
        [a("ns.example.org", ttl: 40)]), kind: .success, ttl: 40),
    Case(
      title: "no shorter than the floor", message: answer(.noError, [a("example.org", ttl: 0)]), kind: .success, ttl: 5),
    Case(
      title: "no longer than the cap", message: answer(.noError, [a("example.org", ttl: .max)]), kind: .success,
      ttl: 3600),
    Case(title: "a denial of the name", message: answer(.nxDomain, [], [soa("org", ttl: 60)]), kind: .denial, ttl: 60),
    Case(
      title: "no longer than the SOA's minimum", message: answer(.nxDomain, [], [soa("org", minimum: 20)]),
      kind: .denial, ttl: 20),
    Case(
      title: "no longer than the cap for denials",
      message: answer(.nxDomain, [], [soa("org", ttl: 9999, minimum: 9999)]), kind: .denial, ttl: 1800),
    Case(
      title: "a denial of the type", message: answer(.noError, [], [soa("org", minimum: 20)]), kind: .denial, ttl: 20),
    Case(
      title: "a denial behind an alias",
      message: answer(.noError, [record("example.org", .cname(name("other.org")))], [soa("org", minimum: 20)]),
      kind: .success, ttl: 20),
    Case(
      title: "an answer with an SOA beside it",
      message: answer(.noError, [a("example.org")], [soa("org", minimum: 20)]), kind: .success, ttl: 60),
    Case(title: "a denial of the name without an SOA", message: answer(.nxDomain), kind: nil, ttl: 5),
    Case(title: "nothing at all", message: answer(), kind: .success, ttl: 5),
    Case(
      title: "a referral", message: answer(.noError, [], [record("org", .ns(name("ns.org")), ttl: 900)]),
      kind: .success, ttl: 5),
    Case(title: "SERVFAIL", message: answer(.servFail), kind: .denial, ttl: 5),
    Case(title: "NOTIMP", message: answer(.notImp), kind: .denial, ttl: 5),
    Case(title: "REFUSED", message: answer(.refused), kind: nil, ttl: 5),
    Case(title: "FORMERR", message: answer(.formErr), kind: nil, ttl: 5),
    Case(
      title: "a truncated answer",
      message: {
        var message = answer(.noError, [a("example.org")])
        message.truncated = true
        return message
      }(), kind: nil, ttl: 60),
  ]

  @Test("RFC 2308, and the bounds of the configuration", arguments: cases)
  func verdict(_ test: Case) {
    let verdict = CacheVerdict(test.message, settings: CacheSettings(zones: ZoneSet([.root])))
    #expect(verdict.kind == test.kind)
    #expect(verdict.ttl == test.ttl)
  }

  @Test("a floor above the cap gives way")
  func contradiction() {
    let bounds = CacheSettings.Bounds(capacity: 1, ttl: 5...5)
    #expect(bounds.clamp(0) == 5 && bounds.clamp(99) == 5)
  }
}

@Suite("cache: the question's own chain")
struct CacheChainTests {
  static let signature = RRSIG(
    typeCovered: .dname, algorithm: 13, labels: 2, originalTTL: 60, expiration: 0, inception: 0, keyTag: 1,
    signer: name("org"), signature: [1])

  @Test(
    "records off the chain go, the others stay in their order",
    arguments: [
      ([a("example.org"), a("EXAMPLE.org", 2)], [0, 1]),
      ([a("victim.test"), a("example.org")], [1]),
      ([a("victim.test")], []),
      ([record("example.org", .cname(name("b.test"))), a("b.test"), a("c.test")], [0, 1]),
      ([a("b.test"), record("example.org", .cname(name("b.test")))], [0, 1]),
      ([record("example.org", .cname(name("b.test"))), record("b.test", .cname(name("example.org")))], [0, 1]),
      ([record("x.test", .cname(name("example.org"))), a("example.org")], [1]),
      (
        [
          record("org", .dname(name("test"))), record("org", .rrsig(signature)), a("org"),
          record("example.org", .cname(name("example.test"))), a("example.test"), a("b.test"),
        ], [0, 1, 3, 4]
      ),
      ([record("org", .dname(name("test"))), a("example.test")], [0, 1]),
      ([record("test", .dname(name("org"))), a("example.org")], [1]),
      ([record("example.org", .txt([])), a("example.org")], [1]),
    ])
  func chain(records: [ResourceRecord], kept: [Int]) {
    var message = answer(.noError, records)
    message.keepOwnChain()
    #expect(message.answers == kept.map { records[$0] })
  }

  @Test("a long chain costs no more than its length")
  func long() {
    let count = 4000
    let chain = (0..<count).map { record($0 == 0 ? "example.org" : "n\($0).test", .cname(name("n\($0 + 1).test"))) }
    var message = answer(.noError, chain.reversed() + [a("victim.test")])
    message.keepOwnChain()
    #expect(message.answers.count == count)
  }
}

@Suite("cache: a shard, without clock and lock")
struct CacheShardTests {
  func entry(_ records: Int = 1) -> CacheEntry {
    let message = answer(.noError, (0..<records).map { a("example.org", UInt8($0 & 255)) })
    let verdict = CacheVerdict(message, settings: CacheSettings(zones: ZoneSet([.root])))
    guard let entry = CacheEntry(Response(message), verdict, now: .now) else { preconditionFailure("it is small") }
    return entry
  }

  func key(_ number: Int) throws -> CacheKey { try #require(CacheKey(ask("host\(number).example.org"))) }

  @Test("never more answers than the capacity; the ones evicted are those drawn")
  func capacity() throws {
    var shard = CacheShard(capacity: 3, room: 100_000)
    for number in 0..<3 { #expect(shard.store(entry(), under: try key(number)) { _ in 0 } == 0) }
    #expect(shard.store(entry(), under: try key(3)) { count in count - 2 } == 1)
    #expect(shard.count == 3)
    #expect(try (0..<4).map { shard[try key($0)] != nil } == [true, false, true, true])
    #expect(shard.store(entry(), under: try key(3)) { _ in 0 } == 0)
  }

  @Test("never more octets than there is room for, whatever comes and goes")
  func room() throws {
    var shard = CacheShard(capacity: 1000, room: 20_000)
    var random = SystemRandomNumberGenerator()
    for step in 0..<2000 {
      let number = Int.random(in: 0..<200, using: &random)
      if step % 5 == 0 {
        shard.remove(try key(number))
      } else {
        _ = shard.store(entry(step % 40), under: try key(number)) { Int.random(in: 0..<$0) }
      }
      #expect(shard.octets <= 20_000)
    }
    let present = try (0..<200).compactMap { number in
      try shard[key(number)].map { CacheShard.size(of: $0, try key(number)) }
    }
    #expect(shard.octets == present.reduce(0, +))
    #expect(shard.count == present.count)
  }

  @Test("what is larger than all the room is not kept")
  func tooLarge() throws {
    var shard = CacheShard(capacity: 10, room: 1000)
    _ = shard.store(entry(), under: try key(1)) { _ in 0 }
    #expect(shard.store(entry(200), under: try key(2)) { _ in 0 } == nil)
    #expect(shard.count == 1)
  }

  @Test("popularity: hits without a gap, also over a new answer")
  func popularity() throws {
    let start = ContinuousClock.now
    var popularity = CachePopularity()
    for seconds in [0, 10, 20] { popularity.hit(at: start.advanced(by: .seconds(seconds)), gap: .seconds(10)) }
    #expect(popularity.hits == 3)
    var shard = CacheShard(capacity: 10, room: 10_000)
    var popular = entry()
    popular.popularity = popularity
    _ = shard.store(popular, under: try key(1)) { _ in 0 }
    _ = shard.store(entry(), under: try key(1)) { _ in 0 }
    #expect(shard[try key(1)]?.popularity == popularity)
    popularity.hit(at: start.advanced(by: .seconds(31)), gap: .seconds(10))
    #expect(popularity.hits == 1)
  }

  @Test("a store holds its capacity, exactly when it is small", arguments: [1, 10, 1023, 1024, 5000])
  func store(capacity: Int) throws {
    let store = CacheStore(capacity: capacity, reclaimer: Reclaimer())
    var evicted = 0
    for number in 0..<(2 * capacity) { evicted += store.store(entry(), under: try key(number)) }
    #expect(store.count <= capacity)
    #expect(store.count + evicted == 2 * capacity)
    if capacity < 1024 { #expect(store.count == capacity) } else { #expect(store.count > capacity * 8 / 10) }
  }

  @Test("a store of large answers stays within its octets")
  func largeAnswers() throws {
    let store = CacheStore(capacity: 9984, reclaimer: Reclaimer())
    let large = entry(1500)
    for number in 0..<2000 { _ = store.store(large, under: try key(number)) }
    #expect(store.octets < 11 << 20)
  }
}

@Suite("cache: what a Corefile may say")
struct CacheDirectiveTests {
  func settings(_ text: String) throws -> CacheSettings {
    let (setup, lines) = try setup(text)
    return try Cache.settings(lines[0], zones: setup.zones)
  }

  @Test("the defaults are CoreDNS's")
  func defaults() throws {
    let settings = try settings("cache")
    #expect(settings.zones == ZoneSet([.root]))
    #expect(settings.success == .init(capacity: 9984, ttl: 5...3600))
    #expect(settings.denial == .init(capacity: 9984, ttl: 5...1800))
    #expect(settings.prefetch == nil && settings.stale == nil && settings.failureTTL == 5 && !settings.keepsTTL)
  }

  @Test("every option")
  func all() throws {
    let settings = try settings(
      """
      cache 300 example.org 10.0.0.0/8 {
        success 5000 200 10
        denial 2500 100
        prefetch 3 1m30s 20%
        serve_stale 2h verify
        servfail 90s
        disable denial a.example.org
        disable success
        keepttl
      }
      """)
    let zones = ZoneSet([name("example.org"), name("10.in-addr.arpa")])
    #expect(settings.zones == zones)
    #expect(settings.success == .init(capacity: 5000, ttl: 10...200))
    #expect(settings.denial == .init(capacity: 2500, ttl: 5...100))
    #expect(settings.prefetch == .init(amount: 3, gap: .seconds(90), percentage: 20))
    #expect(settings.stale == .init(window: 7200, verifies: true))
    #expect(settings.failureTTL == 90 && settings.keepsTTL)
    #expect(settings.denialDisabled == ZoneSet([name("a.example.org")]))
    #expect(settings.successDisabled == zones)
    #expect(try self.settings("cache 3").success.ttl == 3...3)
    #expect(try self.settings("cache {\nprefetch 0\n}").prefetch == nil)
    #expect(try self.settings("cache {\nserve_stale\n}").stale == .init())
  }

  @Test(
    "mistakes are told with their place and what would be right",
    arguments: [
      ("cache 0", "Corefile:2:7: a TTL in seconds is expected instead of '0'; the range is 1 to 2147483647"),
      ("cache\ncache", "Corefile:3:1: 'cache' may stand only once in a server block"),
      ("cache {\nprefetsh 1\n}", "Corefile:3:1: unknown option 'prefetsh'; did you mean 'prefetch'?"),
      ("cache {\nsuccess\n}", "Corefile:3:1: 'success' takes 1 to 3 arguments, not 0"),
      ("cache {\nsuccess -1\n}", "Corefile:3:9: a capacity is expected instead of '-1'; the range is 0 to 100000000"),
      (
        "cache {\nprefetch 1 1m 5%\n}",
        "Corefile:3:15: a percentage is expected instead of '5%'; the range is 10% to 90%"
      ),
      (
        "cache {\nserve_stale 1h verfy\n}",
        "Corefile:3:16: unknown refresh mode of serve_stale 'verfy'; did you mean 'verify'?"
      ),
      ("cache {\nservfail 6m\n}", "Corefile:3:10: SERVFAIL is kept for at most 5m, not '6m'"),
      ("cache {\ndisable succes\n}", "Corefile:3:9: unknown kind of answers 'succes'; did you mean 'success'?"),
      ("cache {\nkeepttl yes\n}", "Corefile:3:9: 'keepttl' takes no arguments, not 1"),
    ])
  func mistakes(text: String, message: String) throws {
    let (setup, lines) = try setup(text)
    let error = #expect(throws: (any Error).self) { try Cache.read(lines, into: setup) }
    #expect(error.map { "\($0)" } == message)
  }

  @Test(
    "what the fast path is told of a zone",
    arguments: [
      ("cache", FastCachePolicy(success: 5...3600, denial: 5...1800, keepsTTL: false)),
      ("cache 30", FastCachePolicy(success: 5...30, denial: 5...30, keepsTTL: false)),
      (
        "cache {\ndisable success cluster.local\nkeepttl\n}",
        FastCachePolicy(success: nil, denial: 5...1800, keepsTTL: true)
      ),
      ("cache {\ndisable denial example.org\n}", FastCachePolicy(success: 5...3600, denial: 5...1800, keepsTTL: false)),
      ("cache example.org", nil),
    ])
  func fastPath(text: String, policy: FastCachePolicy?) throws {
    let (setup, lines) = try setup(text)
    try Cache.read(lines, into: setup)
    guard case .caches(let cache) = setup.stages[0].fastPath else {
      Issue.record("no cache")
      return
    }
    let seen = cache.fastPolicy(for: name("cluster.local"))
    #expect((seen == nil) == (policy == nil))
    #expect(seen?.success == policy?.success && seen?.denial == policy?.denial && seen?.keepsTTL == policy?.keepsTTL)
  }
}
