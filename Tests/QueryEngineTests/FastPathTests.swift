import DNSWire
import FinishedAnswers
import NetworkAddresses
import Reclamation
import Testing

@testable import QueryEngine

/// A stage with finished answers, as `kubernetes` is one.
private struct FinishedStage: QueryStage {
  static let name = "kubernetes"
  let zones: [AnswerZone]
  var fastPath: FastPathRole { .answers(zones) }
  func answer(_ query: Query, next: NextStage) async -> Response? { await next(query) }
}

/// A stage that only plays a part in the fast path.
private struct RoleStage: QueryStage {
  static let name = "role"
  let fastPath: FastPathRole
  func answer(_ query: Query, next: NextStage) async -> Response? { await next(query) }
}

private struct FixedCache: FastCaching {
  let policy: FastCachePolicy
  func fastPolicy(for zone: DomainName) -> FastCachePolicy? { policy }
}

private func name(_ text: String) throws -> DomainName { try DomainName(text) }

/// A zone `cluster.local` with a few names, and what the fast path answers for it.
private final class Fixture {
  let reclaimer = Reclaimer()
  let zone: AnswerZone
  let plan: ServerPlan
  var fast: FastPath
  var out = [UInt8](repeating: 0, count: 65_600)

  init(missing: AnswerZone.Missing = .denied, before stages: [FastPathRole] = [], other: [BlockPlan] = []) throws {
    zone = AnswerZone(name: try name("cluster.local"), missing: missing, ttl: 5, reclaimer: reclaimer)
    zone.isSynced = true
    let chain: [any QueryStage] = stages.map { RoleStage(fastPath: $0) } + [FinishedStage(zones: [zone])]
    plan = ServerPlan(blocks: [BlockPlan(zones: [.root], server: "dns://:53", stages: chain)] + other)
    fast = FastPath(plan: plan, metrics: MetricsRegistry().queries)
  }

  func key(_ text: String) throws -> [UInt8] { text.isEmpty ? [] : Array(try name(text).wire.dropLast()) }

  func draft(_ text: String) throws -> NameAnswersDraft { NameAnswersDraft(key: try key(text), zone: zone.name.wire) }

  func add(_ text: String, _ fill: (inout NameAnswersDraft) throws -> Void) throws {
    var draft = try draft(text)
    try fill(&draft)
    zone.apply([.set(draft)])
  }

  /// A Service that lists two endpoints.
  func addListed(_ ports: [UInt16]) throws {
    try add("web.shop.svc") {
      $0.addAddresses(addresses(1), family: .ipv4, ttl: 5)
      $0.endpoints = [
        DashedEndpoints(weight: 50, ports: ports, addresses: [IPv4Address(10, 0, 0, 1), IPv4Address(10, 0, 0, 2)])
      ]
    }
  }

  func addresses(_ count: Int) -> [IPAddress] { (0..<count).map { .v4(IPv4Address(bits: 0x0A00_0000 + UInt32($0))) } }

  func outcome(_ packet: [UInt8], over transport: Transport = .udp, now: UInt32 = 1) -> FastOutcome {
    let padded = packet + [UInt8](repeating: 0, count: QueryHead.slack)
    return reclaimer.read {
      padded.withUnsafeBufferPointer { query in
        out.withUnsafeMutableBufferPointer { reply in
          fast.answer(
            query.baseAddress!, count: packet.count, into: reply.baseAddress!, plan: plan,
            arrival: FastPath.Arrival(transport: transport, isIPv6: false, now: now))
        }
      }
    }
  }

  func reply(_ packet: [UInt8], over transport: Transport = .udp, now: UInt32 = 1) throws -> Message? {
    guard case .reply(let length) = outcome(packet, over: transport, now: now) else { return nil }
    return try Message(parsing: Array(out.prefix(length)))
  }

  func ask(
    _ text: String, _ type: RecordType, edns: UInt16? = nil, over transport: Transport = .udp, now: UInt32 = 1
  ) throws -> Message? {
    try reply(query(text, type, edns: edns), over: transport, now: now)
  }

  func query(_ text: String, _ type: RecordType, edns: UInt16? = nil) throws -> [UInt8] {
    var message = Message(id: 0x4321, questions: [Question(name: try name(text), type: type, class: .in)])
    message.recursionDesired = true
    if let edns { message.edns = EDNS(udpPayloadSize: edns) }
    return message.encoded()
  }
}

@Suite struct FastPathTests {
  @Test("A batch that is answered step by step gets the replies that its queries get one by one")
  func batches() throws {
    let fixture = try Fixture(missing: .asksStagesForPods)
    for index in 0..<200 {
      try fixture.add("s\(index).shop.svc") { $0.addAddresses(fixture.addresses(1 + index % 3), family: .ipv4, ttl: 5) }
    }
    var packets: [[UInt8]] = [[], [1, 2, 3], [UInt8](repeating: 0xFF, count: 40)]
    for index in 0..<20 {
      packets.append(try fixture.query("S\(index * 7).shop.svc.cluster.local", index % 3 == 0 ? .aaaa : .a, edns: 1232))
      packets.append(try fixture.query("none\(index).shop.svc.cluster.local", .a))
    }
    packets.append(try fixture.query("1-2-3-4.shop.pod.cluster.local", .a))
    packets.append(try fixture.query("example.org", .a))
    let single = packets.map { packet in describe(fixture.outcome(packet), fixture.out) }
    let padded = packets.map { $0 + [UInt8](repeating: 0, count: QueryHead.slack) }
    let arrival = FastPath.Arrival(transport: .udp, isIPv6: false, now: 1)
    let together: [String] = fixture.reclaimer.read {
      for (place, packet) in padded.enumerated() {
        packet.withUnsafeBufferPointer {
          fixture.fast.read($0.baseAddress!, count: packets[place].count, at: place, plan: fixture.plan)
        }
      }
      for place in padded.indices { fixture.fast.fetchAnswers(at: place) }
      return padded.enumerated().map { place, packet in
        let outcome = packet.withUnsafeBufferPointer { query in
          fixture.out.withUnsafeMutableBufferPointer {
            fixture.fast.answer(
              query.baseAddress!, count: packets[place].count, at: place, into: $0.baseAddress!, plan: fixture.plan,
              arrival: arrival)
          }
        }
        return describe(outcome, fixture.out)
      }
    }
    #expect(together == single && Set(single).count > 40)
  }

  private func describe(_ outcome: FastOutcome, _ out: [UInt8]) -> String {
    if case .reply(let length) = outcome { "\(out.prefix(length))" } else { "\(outcome)" }
  }

  @Test func anAddressInTheQuestionsLetterCase() throws {
    let fixture = try Fixture()
    try fixture.add("web.shop.svc") { $0.addAddresses(fixture.addresses(1), family: .ipv4, ttl: 5) }
    let reply = try #require(try fixture.ask("wEB.Shop.svc.CLUSTER.local", .a))
    #expect(reply.id == 0x4321 && reply.isResponse && reply.authoritative && reply.recursionDesired)
    #expect(!reply.recursionAvailable && !reply.authenticData && reply.edns == nil)
    #expect(reply.answers.map(\.name.description) == ["wEB.Shop.svc.CLUSTER.local."])
    #expect(reply.answers.map(\.data) == [.a(IPv4Address(10, 0, 0, 0))] && reply.answers[0].ttl == 5)
  }

  @Test func aServiceTargetShowsTheZoneAsItWasAsked() throws {
    let fixture = try Fixture()
    let target = try fixture.key("web.shop.svc")
    try fixture.add("_http._tcp.web.shop.svc") {
      $0.addServices([.init(weight: 100, port: 80, target: target, addresses: fixture.addresses(2))], ttl: 5)
    }
    let reply = try #require(try fixture.ask("_HTTP._tcp.web.shop.svc.Cluster.LOCAL", .srv))
    #expect(reply.answers.map(\.data.presentation) == ["0 100 80 web.shop.svc.Cluster.LOCAL."])
    #expect(reply.additionals.map(\.name.description) == Array(repeating: "web.shop.svc.Cluster.LOCAL.", count: 2))
  }

  @Test func aDenialCarriesTheSOAOfTheZoneAsItWasAsked() throws {
    let fixture = try Fixture()
    try fixture.add("web.shop.svc") { $0.addAddresses(fixture.addresses(1), family: .ipv4, ttl: 5) }
    for (text, code) in [
      ("nope.shop.svc.cluster.LOCAL", ResponseCode.nxDomain), ("web.shop.svc.cluster.LOCAL", .noError),
    ] {
      let reply = try #require(try fixture.ask(text, .aaaa))
      #expect(reply.responseCode == code && reply.answers.isEmpty && reply.authoritative)
      #expect(reply.authorities.map(\.name.description) == ["cluster.LOCAL."])
      #expect(
        reply.authorities[0].data.presentation
          == "ns.dns.cluster.LOCAL. hostmaster.cluster.LOCAL. \(fixture.zone.serial) 7200 1800 86400 5")
    }
  }

  @Test func theZonesSOAIsAnAnswerAtItsApex() throws {
    let fixture = try Fixture()
    try fixture.add("") { $0.addZoneSOA(ttl: 5) }
    let reply = try #require(try fixture.ask("cluster.local", .soa))
    #expect(reply.answers.count == 1 && reply.authorities.isEmpty)
  }

  @Test func ednsIsAnsweredOnlyToEDNS() throws {
    let fixture = try Fixture()
    try fixture.add("web.shop.svc") { $0.addAddresses(fixture.addresses(1), family: .ipv4, ttl: 5) }
    let reply = try #require(try fixture.ask("web.shop.svc.cluster.local", .a, edns: 4096))
    #expect(reply.edns?.udpPayloadSize == 1232 && reply.edns?.options.isEmpty == true)
  }

  @Test(arguments: [(nil, 29), (512, 28), (1232, 73), (4096, 73)] as [(UInt16?, Int)])
  func anAnswerThatIsTooLongIsCutBetweenRecords(_ edns: UInt16?, _ fitting: Int) throws {
    let fixture = try Fixture()
    try fixture.add("big.shop.svc") { $0.addAddresses(fixture.addresses(200), family: .ipv4, ttl: 5) }
    let reply = try #require(try fixture.ask("big.shop.svc.cluster.local", .a, edns: edns))
    // 44 octets are header and question, 16 each record, 11 the OPT record.
    #expect(reply.truncated && reply.answers.count == fitting)
    let whole = try #require(try fixture.ask("big.shop.svc.cluster.local", .a, edns: edns, over: .tcp))
    #expect(!whole.truncated && whole.answers.count == 200)
  }

  @Test func additionalRecordsGoBeforeTheAnswerIsCut() throws {
    let fixture = try Fixture()
    let target = try fixture.key("web.shop.svc")
    try fixture.add("_http._tcp.web.shop.svc") {
      $0.addServices([.init(weight: 100, port: 80, target: target, addresses: fixture.addresses(60))], ttl: 5)
    }
    let reply = try #require(try fixture.ask("_http._tcp.web.shop.svc.cluster.local", .srv))
    #expect(!reply.truncated && reply.answers.count == 1 && (1..<60).contains(reply.additionals.count))
  }

  @Test func loadbalanceDrawsEveryOrder() throws {
    let fixture = try Fixture(before: [.shufflesAddresses])
    try fixture.add("web.shop.svc") { $0.addAddresses(fixture.addresses(3), family: .ipv4, ttl: 5) }
    var orders = Set<[RecordData]>()
    for _ in 0..<200 {
      orders.insert(try #require(try fixture.ask("web.shop.svc.cluster.local", .a)).answers.map(\.data))
    }
    #expect(orders.count == 6)
  }

  @Test func withoutLoadbalanceTheOrderStays() throws {
    let fixture = try Fixture()
    try fixture.add("web.shop.svc") { $0.addAddresses(fixture.addresses(3), family: .ipv4, ttl: 5) }
    for _ in 0..<20 {
      let reply = try #require(try fixture.ask("web.shop.svc.cluster.local", .a))
      #expect(
        reply.answers.map(\.data) == fixture.addresses(3).compactMap { if case .v4(let a) = $0 { .a(a) } else { nil } })
    }
  }

  @Test func aCacheBeforeTheZoneCountsTTLsDownUntilTheAnswerChanges() throws {
    let policy = FastCachePolicy(success: 5...30, denial: 5...30, keepsTTL: false)
    let fixture = try Fixture(before: [.caches(FixedCache(policy: policy))])
    try fixture.add("web.shop.svc") { $0.addAddresses(fixture.addresses(1), family: .ipv4, ttl: 60) }
    func ttl(_ now: UInt32) throws -> UInt32? {
      try fixture.ask("web.shop.svc.cluster.local", .a, now: now)?.answers.first?.ttl
    }
    func denial(_ now: UInt32) throws -> UInt32? {
      try fixture.ask("no.cluster.local", .a, now: now)?.authorities.first?.ttl
    }
    #expect(try ttl(100) == 30)
    #expect(try ttl(110) == 20)
    #expect(try ttl(129) == 1)
    #expect(try ttl(130) == 30)
    try fixture.add("web.shop.svc") { $0.addAddresses(fixture.addresses(2), family: .ipv4, ttl: 60) }
    #expect(try ttl(131) == 30)
    #expect(try denial(100) == 5)
    #expect(try denial(103) == 2)
    #expect(try denial(105) == 5)
  }

  @Test(
    "An endpoint that its Service lists is answered as at leisure, whatever becomes of other names",
    arguments: [AnswerZone.Missing.denied, .asksStages, .asksStagesForPods])
  func listedEndpoints(missing: AnswerZone.Missing) throws {
    let fixture = try Fixture(missing: missing, before: [.shufflesAddresses])
    try fixture.addListed([80, 81])
    for text in ["10-0-0-1.web.shop.svc.cluster.local", "10-0-0-2.WEB.shop.svc.Cluster.Local"] {
      for type in [RecordType.a, .srv, .aaaa] {
        let packet = try fixture.query(text, type, edns: 1232)
        guard case .reply(let length) = fixture.outcome(packet),
          case .answer(let octets) = fixture.zone.reply(to: packet, reclaimer: fixture.reclaimer)
        else {
          Issue.record("\(text) \(type) is no answer")
          continue
        }
        #expect(Array(fixture.out.prefix(length)) == octets)
      }
    }
    let other = fixture.outcome(try fixture.query("10-0-0-3.web.shop.svc.cluster.local", .a))
    switch (other, missing) {
    case (.stages, .asksStages), (.reply, .denied), (.reply, .asksStagesForPods): break
    default: Issue.record("\(other)")
    }
  }

  @Test func aCacheBeforeTheZoneCountsTTLsOfListedEndpointsDownUntilTheirAnswersChange() throws {
    let policy = FastCachePolicy(success: 5...30, denial: 5...30, keepsTTL: false)
    let fixture = try Fixture(before: [.caches(FixedCache(policy: policy))])
    func ttl(_ type: RecordType, _ now: UInt32) throws -> UInt32? {
      let reply = try fixture.ask("10-0-0-1.web.shop.svc.cluster.local", type, now: now)
      return reply?.answers.first?.ttl ?? reply?.authorities.first?.ttl
    }
    #expect(try ttl(.a, 99) == 5)
    try fixture.addListed([80])
    #expect(try ttl(.srv, 100) == 5)
    #expect(try ttl(.a, 101) == 5)
    #expect(try ttl(.srv, 103) == 2)
    #expect(try ttl(.a, 103) == 3)
    #expect(try ttl(.aaaa, 103) == 5)
    try fixture.addListed([81])
    #expect(try ttl(.srv, 104) == 5)
  }

  @Test func whatNeedsStagesIsLeftToThem() throws {
    let fixture = try Fixture(missing: .asksStagesForPods)
    try fixture.add("ext.shop.svc") { $0.needsStages = true }
    for text in ["ext.shop.svc.cluster.local", "1-2-3-4.shop.pod.cluster.local", "example.org"] {
      guard case .stages = fixture.outcome(try fixture.query(text, .a)) else {
        Issue.record("\(text) was answered")
        continue
      }
    }
    #expect(try fixture.ask("gone.shop.svc.cluster.local", .a)?.responseCode == .nxDomain)
  }

  @Test func anOpaqueStageBeforeTheZoneSeesEveryQuery() throws {
    let fixture = try Fixture(before: [.transparent, .opaque])
    try fixture.add("web.shop.svc") { $0.addAddresses(fixture.addresses(1), family: .ipv4, ttl: 5) }
    guard case .stages = fixture.outcome(try fixture.query("web.shop.svc.cluster.local", .a)) else {
      Issue.record("the stage was passed by")
      return
    }
  }

  @Test func transfersAndOtherClassesAreLeftToTheStages() throws {
    let fixture = try Fixture()
    var chaos = try fixture.query("web.shop.svc.cluster.local", .a)
    chaos[chaos.count - 1] = 3
    for packet in [try fixture.query("cluster.local", RecordType(rawValue: 252)), chaos] {
      guard case .stages = fixture.outcome(packet) else {
        Issue.record("it was answered")
        continue
      }
    }
  }
}

@Suite("RFC 8906: replies to what is no plain question") struct RefusalTests {
  @Test func malformedIsFORMERRWithIDAndOpcode() throws {
    let fixture = try Fixture()
    let whole = try fixture.query("web.shop.svc.cluster.local", .a, edns: 1232)
    for length in 12..<whole.count {
      let reply = try #require(try fixture.reply(Array(whole.prefix(length))))
      #expect(reply.responseCode == .formErr && reply.id == 0x4321 && reply.opcode == .query && reply.isResponse)
    }
  }

  @Test func shortMessagesAndResponsesAreIgnored() throws {
    let fixture = try Fixture()
    var response = try fixture.query("web.shop.svc.cluster.local", .a)
    response[2] |= 0x80
    for packet in [response, Array(response.prefix(11)), []] {
      guard case .silence = fixture.outcome(packet) else {
        Issue.record("\(packet.count) octets were answered")
        continue
      }
    }
  }

  @Test func anUnknownVersionOfEDNSIsBADVERS() throws {
    let fixture = try Fixture()
    var packet = try fixture.query("web.shop.svc.cluster.local", .a, edns: 1232)
    packet[packet.count - 5] = 1
    let reply = try #require(try fixture.reply(packet))
    #expect(reply.responseCode == .badVers && reply.edns?.version == 0 && reply.questions.count == 1)
  }

  @Test func unknownOpcodesAreNOTIMPWithTheQuestion() throws {
    let fixture = try Fixture()
    var packet = try fixture.query("web.shop.svc.cluster.local", .a)
    packet[2] |= 0x30
    let reply = try #require(try fixture.reply(packet))
    #expect(reply.responseCode == .notImp && reply.opcode.rawValue == 6 && reply.questions.count == 1)
  }
}

@Suite struct ServerPlanTests {
  private func plan(_ blocks: [[String]]) throws -> ServerPlan {
    ServerPlan(blocks: try blocks.map { BlockPlan(zones: try $0.map(name), server: "dns://:53", stages: []) })
  }

  @Test(arguments: [
    ("www.example.org", 1, "example.org."), ("a.sub.EXAMPLE.org", 2, "sub.example.org."),
    ("example.org", 1, "example.org."),
    ("notexample.org", 0, "."), ("org", 0, "."),
  ])
  func theLongestZoneTakesTheName(_ text: String, _ index: Int, _ zone: String) throws {
    let plan = try plan([["."], ["example.net", "example.org"], ["sub.example.org"]])
    let found = try #require(plan.block(for: try name(text)))
    #expect(found.block === plan.blocks[index] && found.zone.description == zone)
  }

  @Test func octetsThatOnlyLookLikeTheZoneDoNotCount() throws {
    let plan = try plan([["example.org"]])
    // One label whose octets end in those of the zone's name.
    let label = [UInt8(ascii: "x"), 7] + Array("example".utf8) + [3] + Array("org".utf8)
    #expect(plan.block(for: try DomainName(labels: [label])) == nil)
  }

  @Test func aBlocksOwnZoneGoesBeforeAnothersFinishedAnswers() throws {
    let reclaimer = Reclaimer()
    let zone = AnswerZone(name: try name("cluster.local"), missing: .denied, ttl: 5, reclaimer: reclaimer)
    let plan = ServerPlan(blocks: [
      BlockPlan(zones: [.root], server: "", stages: [FinishedStage(zones: [zone])]),
      BlockPlan(zones: [try name("cluster.local")], server: "", stages: []),
    ])
    let found = try #require(plan.block(for: try name("web.cluster.local")))
    #expect(found.block === plan.blocks[1])
  }
}
