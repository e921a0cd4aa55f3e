import DNSWire
import FinishedAnswers
import NetworkAddresses
import QueryEngine
import Reclamation
import Testing

@testable import QueryStages

/// A block with a cache whose queries can be put to the fast path and to the stages.
final class CachedBlock {
  let clock = ManualClock()
  let source: LastStage
  let server: QueryServer
  let metrics: MetricsRegistry
  private let reclaimer: Reclaimer
  private var fast: FastPath
  private var out = [UInt8](repeating: 0, count: 65_600)
  /// The server's clock.
  private(set) var now: UInt32 = 1000
  private static let origin = query("example.org").origin

  init(_ text: String = "cache", _ respond: @escaping @Sendable (Query) async -> Response?) throws {
    let (setup, lines) = try setup(text)
    let start = clock.now
    var stageClock = clock.stageClock
    stageClock.seconds = { [clock] in 1000 + UInt32(start.duration(to: clock.now).components.seconds) }
    let balances = lines.filter { $0.name.text == "loadbalance" }
    if !balances.isEmpty { try Loadbalance.read(balances, into: setup) }
    let logs = lines.filter { $0.name.text == "log" }
    if !logs.isEmpty { try Log.read(logs, into: setup) }
    try Cache.read(lines.filter { $0.name.text == "cache" }, into: setup, clock: stageClock)
    source = LastStage(respond)
    let block = BlockPlan(zones: [.root], server: "dns://:53", stages: setup.stages + [source])
    metrics = setup.environment.metrics
    reclaimer = setup.environment.reclaimer
    server = QueryServer(plan: ServerPlan(blocks: [block]), metrics: metrics.queries, reclaimer: reclaimer)
    fast = FastPath(plan: server.plan, metrics: metrics.queries)
  }

  func advance(_ seconds: UInt32) {
    clock.advance(.seconds(Int64(seconds)))
    now += seconds
  }

  /// What the stages answer.
  func slow(_ packet: [UInt8], over transport: Transport = .udp) async -> [UInt8]? {
    let origin = QueryOrigin(client: Self.origin.client, local: Self.origin.local, transport: transport)
    return await server.answer(packet, from: origin)
  }

  /// What the fast path answers; `nil` when it leaves the query to the stages.
  func quick(_ packet: [UInt8], over transport: Transport = .udp) -> [UInt8]? {
    let padded = packet + [UInt8](repeating: 0, count: QueryHead.slack)
    let arrival = FastPath.Arrival(transport: transport, isIPv6: false, now: now)
    let outcome = reclaimer.read {
      padded.withUnsafeBufferPointer { query in
        out.withUnsafeMutableBufferPointer { reply in
          fast.answer(
            query.baseAddress!, count: packet.count, into: reply.baseAddress!, plan: server.plan, arrival: arrival)
        }
      }
    }
    fast.finishBatch()
    guard case .reply(let length) = outcome else { return nil }
    return Array(out.prefix(length))
  }

  func count(_ counter: String, _ kind: String? = nil) -> String? {
    samples("coredns_cache_\(counter){", metrics).first { kind.map($0.contains) ?? true }?.split(separator: " ").last
      .map(String.init)
  }
}

/// The octets of a query.
private func packet(
  _ owner: String, _ type: RecordType = .a, id: UInt16 = 7, edns: EDNS? = nil,
  change: (inout Message) -> Void = { _ in }
) -> [UInt8] {
  var message = Message(id: id, questions: [Question(name: name(owner), type: type, class: .in)], edns: edns)
  message.recursionDesired = true
  change(&message)
  return message.encoded()
}

/// Answers of many shapes, by the first label of the question.
private func shapes(_ query: Query) -> Response {
  let asked = query.question.name
  var message = Message.response(to: query.message)
  message.recursionAvailable = true
  message.authenticData = true
  let chain = [
    record("\(asked) 60 IN CNAME web.example.net."), record("web.example.net. 50 IN CNAME edge.example.net."),
  ]
  let denial = record("example.org. 60 IN SOA ns.example.org. root.example.org. 1 2 3 4 60")
  switch asked.description.lowercased().split(separator: ".").first {
  case "one": message.answers = [record("\(asked) 60 IN A 192.0.2.1")]
  case "four": message.answers = (1...4).map { record("\(asked) 60 IN A 192.0.2.\($0)") }
  case "six": message.answers = (1...3).map { record("\(asked) 60 IN AAAA 2001:db8::\($0)") }
  case "chain": message.answers = chain + (1...3).map { record("edge.example.net. 70 IN A 192.0.2.\($0)") }
  case "texts": message.answers = [record("\(asked) 60 IN TXT \"one\" \"two\""), record("\(asked) 60 IN TXT three")]
  case "mail": message.answers = [record("\(asked) 60 IN MX 10 mx.example.org.")]
  case "mails": message.answers = (1...2).map { record("\(asked) 60 IN MX \($0) mx\($0).example.org.") }
  case "nodata": message.authorities = [denial]
  case "gone":
    message.responseCode = .nxDomain
    message.authorities = [denial]
  case "gonechain":
    message.responseCode = .nxDomain
    message.answers = chain
    message.authorities = [denial]
  case "glue":
    message.answers = [record("\(asked) 60 IN SRV 0 0 80 srv.example.org.")]
    message.additionals = [record("srv.example.org. 60 IN A 192.0.2.9")]
  case "long": message.answers = (0..<60).map { record("\(asked) 60 IN A 192.0.2.\($0)") }
  case "failure": message.responseCode = .servFail
  default: message.responseCode = .refused
  }
  return Response(message)
}

@Suite("cache: the fast path gives what it keeps")
struct CacheFastPathTests {
  struct Shape: CustomTestStringConvertible {
    var owner: String
    var type = RecordType.a
    var edns: EDNS?
    var flags: @Sendable (inout Message) -> Void = { _ in }
    var title = ""
    var testDescription: String { "\(owner) \(type) \(title)" }
  }

  static let shown: [Shape] =
    [
      Shape(owner: "one.example.org"), Shape(owner: "four.example.org"), Shape(owner: "six.example.org", type: .aaaa),
      Shape(owner: "chain.example.org"), Shape(owner: "texts.example.org", type: .txt),
      Shape(owner: "mail.example.org", type: .mx), Shape(owner: "mails.example.org", type: .mx),
      Shape(owner: "nodata.example.org"), Shape(owner: "gone.example.org"), Shape(owner: "gonechain.example.org"),
      Shape(owner: "one.example.org", flags: { $0.recursionDesired = false }, title: "without RD"),
      Shape(owner: "one.example.org", flags: { $0.checkingDisabled = true }, title: "with CD"),
      Shape(owner: "one.example.org", flags: { $0.authenticData = true }, title: "with AD"),
    ]
    + [EDNS(udpPayloadSize: 4096), EDNS(dnssecOK: true)].flatMap { edns in
      ["one", "chain", "gone"].map { Shape(owner: "\($0).example.org", edns: edns, title: "with EDNS") }
    }

  @Test("octet for octet as the stage does, while the TTL counts down", arguments: shown)
  func equal(_ shape: Shape) async throws {
    let block = try CachedBlock { shapes($0) }
    let first = packet(shape.owner, shape.type, id: 1, edns: shape.edns) {
      shape.flags(&$0)
      $0.recursionDesired = true
    }
    let asked = packet(shape.owner, shape.type, id: 0xABCD, edns: shape.edns, change: shape.flags)
    #expect(block.quick(first) == nil)
    _ = await block.slow(first)
    for step: UInt32 in [0, 1, 20] {
      block.advance(step)
      let quick = try #require(block.quick(asked))
      #expect(await block.slow(asked) == quick)
    }
    #expect(block.source.asked == 1)
  }

  @Test("additional records come before OPT or behind it, but are the same")
  func additional() async throws {
    let block = try CachedBlock { shapes($0) }
    let asked = packet("glue.example.org", .srv, edns: EDNS())
    _ = await block.slow(asked)
    let (quick, slow) = (try #require(block.quick(asked)), try #require(await block.slow(asked)))
    #expect(try Message(parsing: quick) == Message(parsing: slow))
  }

  @Test("in the question's letter case", arguments: ["one", "chain", "gone"])
  func letters(_ label: String) async throws {
    let block = try CachedBlock { shapes($0) }
    _ = await block.slow(packet("\(label).eXample.org"))
    let lower = packet("\(label).example.org")
    #expect(await block.slow(lower) == block.quick(lower))
    let asked = packet("\(label.uppercased()).examPle.ORG")
    let (quick, slow) = (try #require(block.quick(asked)), try #require(await block.slow(asked)))
    #expect(try Message(parsing: quick) == Message(parsing: slow))
    let question = try Message(parsing: quick).questions[0]
    #expect(question.name.isIdentical(to: name("\(label.uppercased()).examPle.ORG")))
  }

  @Test("with the addresses in every order that loadbalance draws", arguments: ["four", "chain"])
  func shuffles(_ label: String) async throws {
    let block = try CachedBlock("loadbalance\ncache") { shapes($0) }
    let asked = packet("\(label).example.org")
    _ = await block.slow(asked)
    var first: Set<String> = []
    for _ in 0..<200 {
      let message = try Message(parsing: try #require(block.quick(asked)))
      let addresses = message.answers.filter { $0.type == .a }
      first.insert("\(addresses[0].data)")
      #expect(Set(addresses.map { "\($0.data)" }).count == (label == "four" ? 4 : 3))
      #expect(message.answers.last?.type == .a && message.answers.allSatisfy { $0.ttl == (label == "four" ? 60 : 50) })
    }
    #expect(first.count == (label == "four" ? 4 : 3))
  }

  static let left: [(String, Shape)] = [
    ("a failure", Shape(owner: "failure.example.org")),
    ("what does not fit", Shape(owner: "long.example.org")),
    ("what is not kept", Shape(owner: "refused.example.org")),
    (
      "a client's network",
      Shape(
        owner: "one.example.org",
        edns: EDNS(options: [.unknown(code: 8, bytes: [0, 1, 24, 0, 192, 0, 2])]))
    ),
  ]

  @Test("leaves to the stages", arguments: left)
  func leaves(_ title: String, _ shape: Shape) async throws {
    let block = try CachedBlock { shapes($0) }
    _ = await block.slow(packet(shape.owner, shape.type))
    #expect(block.quick(packet(shape.owner, shape.type, edns: shape.edns)) == nil)
  }

  @Test("leaves all to the stages behind a log, with prefetch, and an order that it cannot draw")
  func stages() async throws {
    for (text, owner, type) in [
      ("log\ncache", "one", RecordType.a), ("cache {\nprefetch 2\n}", "one", .a), ("loadbalance\ncache", "mails", .mx),
    ] {
      let block = try CachedBlock(text) { shapes($0) }
      let asked = packet("\(owner).example.org", type)
      _ = await block.slow(asked)
      #expect(block.quick(asked) == nil, "\(text)")
    }
  }

  @Test("gives long answers over TCP, and to those who can take them")
  func long() async throws {
    let block = try CachedBlock { shapes($0) }
    let asked = packet("long.example.org")
    _ = await block.slow(asked, over: .tcp)
    #expect(await block.slow(asked, over: .tcp) == block.quick(asked, over: .tcp))
    #expect(block.quick(packet("long.example.org", edns: EDNS(udpPayloadSize: 1232))) != nil)
  }

  @Test("nothing that is too old, also when stale answers are served")
  func expiry() async throws {
    for text in ["cache", "cache {\nserve_stale 1h\n}"] {
      let block = try CachedBlock(text) { shapes($0) }
      let asked = packet("one.example.org")
      _ = await block.slow(asked)
      block.advance(59)
      #expect(try block.quick(asked).map { try Message(parsing: $0).answers[0].ttl } == 1)
      block.advance(1)
      #expect(block.quick(asked) == nil)
    }
  }

  @Test("TTLs stay with keepttl")
  func keepTTL() async throws {
    let block = try CachedBlock("cache {\nkeepttl\n}") { shapes($0) }
    let asked = packet("one.example.org")
    _ = await block.slow(asked)
    block.advance(30)
    let quick = try #require(block.quick(asked))
    #expect(await block.slow(asked) == quick)
  }

  @Test("nothing that its source may change at any time")
  func freshness() async throws {
    let truth = Truth()
    let block = try CachedBlock { query in
      var response = shapes(query)
      response.freshness = truth
      return response
    }
    let asked = packet("one.example.org")
    _ = await block.slow(asked)
    #expect(block.quick(asked) == nil)
  }

  @Test("what was evicted is gone here too")
  func eviction() async throws {
    let block = try CachedBlock("cache {\nsuccess 3\n}") { shapes($0) }
    let names = (0..<20).map { packet("one.n\($0).example.org") }
    for asked in names { _ = await block.slow(asked) }
    #expect(names.count { block.quick($0) != nil } == 3)
    #expect(block.quick(names[19]) != nil)
  }

  @Test("hits are counted as the stage counts them, and as the cache's answers")
  func counts() async throws {
    let block = try CachedBlock { shapes($0) }
    for label in ["one", "gone"] {
      _ = await block.slow(packet("\(label).example.org"))
      for _ in 0..<5 { _ = block.quick(packet("\(label).example.org")) }
    }
    #expect(block.count("hits_total", "success") == "5" && block.count("hits_total", "denial") == "5")
    #expect(block.count("requests_total") == "12" && block.count("misses_total") == "2")
    #expect(samples("coredns_dns_responses_total{", block.metrics).contains { $0.contains("plugin=\"cache\"") })
  }

  @Test("readers see one whole answer or another while it is replaced")
  func concurrency() async throws {
    let reclaimer = Reclaimer()
    let table = AnswerTable(reclaimer: reclaimer)
    let key = CachedAnswerDraft.key(name("one.example.org"), type: 1, dnssecOK: false, checkingDisabled: false)
    func draft(_ count: Int) throws -> CachedAnswerDraft {
      var message = Message(id: 0, isResponse: true)
      message.questions = [Question(name: name("one.example.org"), type: .a, class: .in)]
      message.answers = (0..<count).map { record("one.example.org. 60 IN A 192.0.2.\($0 % 2 + 2 * count)") }
      return try #require(
        CachedAnswerDraft(
          message.encoded(), dnssecOK: false, checkingDisabled: false, stored: UInt32(count), lifetime: 9))
    }
    table.apply([.set(try draft(1).answer)])
    let padded = key + [UInt8](repeating: 0, count: QueryHead.slack)
    await withTaskGroup(of: Void.self) { group in
      for number in 0..<2 {
        group.addTask {
          for _ in 0..<20_000 {
            reclaimer.read(hint: number) {
              padded.withUnsafeBufferPointer { buffer in
                guard let found = table.reader.cached(buffer.baseAddress!, count: key.count, type: 1) else { return }
                #expect((1...60).contains(60 - Int(found.lifetime)) && found.responseCode == 0)
              }
            }
          }
        }
      }
      group.addTask {
        for round in 0..<2000 {
          guard let draft = try? draft(round % 50 + 1) else { return }
          table.apply(round % 7 == 0 ? [.remove(key)] : [.set(draft.answer)])
        }
      }
    }
    #expect(table.count <= 1)
  }
}
