import ClusterModel
import ClusterZone
import Corefile
import DNSWire
import FinishedAnswers
import NetworkAddresses
import QueryEngine
import Reclamation
import Synchronization
import Testing

@testable import QueryStages

/// A registry that never changes by itself.
private final class Objects: ClusterFeed {
  private let objects: [ClusterObject]
  private let zones = Mutex<[ClusterZone]>([])

  init(_ objects: [ClusterObject]) { self.objects = objects }

  var attached: Int { zones.withLock { $0.count } }

  func attach(_ zone: ClusterZone) {
    zones.withLock { $0.append(zone) }
    zone.replace(with: objects)
  }

  func detach(_ zone: ClusterZone) { zones.withLock { $0.removeAll { $0 === zone } } }

  func apply(_ events: [ClusterEvent]) { zones.withLock { $0 }.forEach { $0.apply(events) } }
}

private func clusterService(_ name: String, _ ip: String? = nil, external: String = "", port: Int32 = 80)
  -> ClusterObject
{
  var spec = ServiceSpec(
    ports: [ServicePort(name: "http", port: port)],
    clusterIPs: AddressList(ip.flatMap { IPAddress($0) }.map { [$0] } ?? []),
    type: ip == nil ? .externalName : .clusterIP)
  spec.externalName = external
  return .service(Service(metadata: ObjectMeta(name: name, namespace: "shop"), spec: spec))
}

private func endpoints(of service: String, _ ips: String...) -> ClusterObject {
  .endpointSlice(
    EndpointSlice(
      metadata: ObjectMeta(name: service, namespace: "shop", labels: [WellKnownLabel.serviceName: service]),
      addressType: .ipv4,
      endpoints: ips.compactMap { IPAddress($0) }.map {
        Endpoint(addresses: [$0], conditions: EndpointConditions(ready: true))
      },
      ports: [EndpointPort(name: "http", protocol: .tcp, port: 8080)]))
}

private let objects: [ClusterObject] = [
  .namespace(Namespace(name: "shop")), clusterService("web", "10.96.0.10"), clusterService("six", "fd00::10"),
  clusterService("out", external: "www.example.org"), clusterService("in", external: "web.shop.svc.cluster.local"),
  clusterService("chain", external: "in.shop.svc.cluster.local"),
  clusterService("gone", external: "nope.shop.svc.cluster.local"),
  clusterService("loop", external: "pool.shop.svc.cluster.local"),
  clusterService("pool", external: "loop.shop.svc.cluster.local"),
  clusterService("self", external: "self.shop.svc.cluster.local"),
  clusterService("back", external: "alias.example.org"),
  clusterService("chainout", external: "out.shop.svc.cluster.local"),
  clusterService("pod", external: "1-2-3-4.shop.pod.cluster.local"),
  endpoints(of: "web", "10.0.0.1"),
]

/// What stands behind the cluster: one name, and an alias that leads back in.
private let outside = Script { query in
  var message = Message.response(to: query.message)
  switch query.question.name.description.lowercased() {
  case "www.example.org.": message.answers = [record("www.example.org. 60 IN A 192.0.2.1")]
  case "dangling.example.org.": message.responseCode = .nxDomain
  case "nope.shop.svc.cluster.local.", "9.9.9.9.in-addr.arpa.": message.answers = [record("next. 1 IN TXT next")]
  default: message.responseCode = .nxDomain
  }
  return Response(message)
}

private func block(_ options: String = "", zones: String = "cluster.local in-addr.arpa ip6.arpa", feed: Objects)
  async throws -> Block
{
  let block = try Block("kubernetes \(zones) {\n\(options)\n}", cluster: feed)
  for preparation in block.setup.preparations { await preparation.prepare() }
  return block
}

@Suite("kubernetes")
struct KubernetesTests {
  private let feed = Objects(objects)

  private func ask(_ name: String, _ type: RecordType = .a, _ options: String = "") async throws -> Response {
    let block = try await block(options, feed: feed)
    let query = query(name.hasSuffix(".") ? name : name + ".shop.svc.cluster.local", type)
    return try #require(await block.answer(query, then: outside))
  }

  private func answers(_ name: String, _ type: RecordType = .a, _ options: String = "") async throws -> [String] {
    try await ask(name, type, options).message.answers.map(\.description)
  }

  @Test("The octets are those of the message")
  func octets() async throws {
    let response = try await ask("web")
    let octets = try #require(response.finished)
    #expect(try Message(parsing: octets) == response.message)
    #expect(response.message.answers.map(\.description) == ["web.shop.svc.cluster.local. 5 IN A 10.96.0.10"])
    #expect(response.message.authoritative && response.message.recursionDesired && response.message.id == 7)
  }

  @Test(
    "A zone of the directive is handed over where 'transfer' allows it; before all objects have come it is SERVFAIL")
  func transfer() async throws {
    let lines = "transfer {\n to *\n}\nkubernetes cluster.local"
    let open = try Block(lines, cluster: feed)
    let axfr = query("cluster.local", .axfr, over: .tcp)
    #expect(await open.answer(axfr)?.message.responseCode == .servFail)
    for preparation in open.setup.preparations { await preparation.prepare() }
    let response = try #require(await open.answer(axfr))
    #expect(response.message.answers.first?.type == .soa)
    #expect(response.message.answers.last == response.message.answers.first)
    #expect(response.answers.contains("web.shop.svc.cluster.local. 5 IN A 10.96.0.10"))
    #expect(
      response.answers.contains("_http._tcp.web.shop.svc.cluster.local. 5 IN SRV 0 100 80 web.shop.svc.cluster.local."))
    let closed = try await block(feed: feed)
    #expect(await closed.answer(axfr)?.message.responseCode == .refused)
  }

  @Test(
    "The stage and the fast path give the same octets",
    arguments: [
      ("web.shop.svc.cluster.local", RecordType.a), ("WEB.shop.svc.Cluster.LOCAL", .srv),
      ("web.shop.svc.cluster.local", .txt),
      ("nope.shop.svc.cluster.local", .a), ("cluster.local", .soa), ("cluster.LOCAL", .ns),
      ("10.0.96.10.in-addr.arpa", .ptr),
      ("dns-version.cluster.local", .txt), ("shop.svc.cluster.local", .a), ("web.shop.svc.cluster.local", .any),
      ("10-0-0-1.web.shop.svc.cluster.local", .a), ("10-0-0-1.Web.shop.svc.Cluster.local", .srv),
      ("10-0-0-1.web.shop.svc.cluster.local", .aaaa), ("10-0-0-2.web.shop.svc.cluster.local", .a),
      ("1.0.0.10.in-addr.arpa", .ptr),
    ], [false, true])
  func sameOctets(question: (String, RecordType), edns: Bool) async throws {
    let block = try await block(feed: feed)
    let query = query(question.0, question.1, edns: edns ? EDNS(udpPayloadSize: 1232, dnssecOK: true) : nil)
    let plan = ServerPlan(blocks: [BlockPlan(zones: [.root], server: "dns://.:53", stages: block.setup.stages)])
    let slow = try #require(await block.answer(query)?.finished)
    #expect(fastReply(to: query.message.encoded(), plan, block.setup.environment.reclaimer) == slow)
  }

  private func fastReply(to query: [UInt8], _ plan: ServerPlan, _ reclaimer: Reclaimer) -> [UInt8]? {
    var fast = FastPath(plan: plan, metrics: MetricsRegistry().queries)
    let packet = query + [UInt8](repeating: 0, count: QueryHead.slack)
    var out = [UInt8](repeating: 0, count: 65_600)
    let outcome = reclaimer.read {
      packet.withUnsafeBufferPointer { packet in
        out.withUnsafeMutableBufferPointer { out -> FastOutcome in
          guard let from = packet.baseAddress, let to = out.baseAddress else { return .silence }
          return fast.answer(
            from, count: query.count, into: to, plan: plan,
            arrival: FastPath.Arrival(transport: .udp, isIPv6: false, now: 1))
        }
      }
    }
    guard case .reply(let length) = outcome else { return nil }
    return Array(out.prefix(length))
  }

  @Test("Only questions in its zones are its own; transfers and other classes are refused")
  func takes() async throws {
    let block = try await block(feed: feed)
    let other = Script.records("next. 1 IN TXT next")
    let chaos = await block.answer(query("web.shop.svc.cluster.local", class: .ch), then: other)
    #expect(chaos?.message.responseCode == .refused)
    #expect(await block.answer(query("example.org"), then: other)?.message.answers.count == 1)
    for type in [RecordType.axfr, .ixfr] {
      #expect(await block.answer(query("cluster.local", type), then: other)?.message.responseCode == .refused)
    }
  }

  @Test("Before the objects have come: SERVFAIL, and not ready")
  func unsynced() async throws {
    let block = try Block("kubernetes cluster.local {\n startup_timeout 0s\n}")
    for preparation in block.setup.preparations { await preparation.prepare() }
    let response = await block.answer(query("web.shop.svc.cluster.local"), then: outside)
    #expect(response?.message.responseCode == .servFail && response?.message.authoritative == false)
    #expect(block.setup.readiness.map(\.isReady) == [false])
  }

  @Test("Ready when the objects have come; the feed is let go when the configuration ends")
  func service() async throws {
    let block = try await block(feed: feed)
    #expect(block.setup.readiness.map(\.name) == ["kubernetes"])
    #expect(block.setup.readiness.map(\.isReady) == [true])
    #expect(feed.attached == 1)
    let run = Task { await block.setup.services[0].run() }
    run.cancel()
    await run.value
    #expect(feed.attached == 0)
  }

  @Test("fallthrough: names that do not exist go on, and only these")
  func fallsThrough() async throws {
    for options in ["fallthrough", "fallthrough cluster.local", "fallthrough shop.svc.cluster.local"] {
      #expect(try await answers("nope", .a, options) == ["next. 1 IN TXT \"next\""])
      #expect(try await ask("web", .txt, options).message.authorities.map(\.type) == [.soa])
    }
    #expect(try await answers("nope", .a, "fallthrough in-addr.arpa ip6.arpa") == [])
    #expect(try await answers("9.9.9.9.in-addr.arpa.", .ptr, "fallthrough in-addr.arpa") == ["next. 1 IN TXT \"next\""])
    #expect(try await ask("9.9.9.9.in-addr.arpa.", .ptr).message.responseCode == .nxDomain)
  }

  @Test(
    "pods insecure",
    arguments: [
      ("1-2-3-4.shop.pod.cluster.local.", RecordType.a, ["1-2-3-4.shop.pod.cluster.local. 5 IN A 1.2.3.4"]),
      ("FD00--1.shop.POD.cluster.local.", .aaaa, ["FD00--1.shop.POD.cluster.local. 5 IN AAAA fd00::1"]),
      ("1-2-3-4.nope.pod.cluster.local.", .a, []),
    ])
  func insecurePods(name: String, type: RecordType, expected: [String]) async throws {
    let response = try await ask(name, type, "pods insecure")
    #expect(response.message.answers.map(\.description) == expected)
    #expect(response.message.responseCode == (expected.isEmpty ? .nxDomain : .noError))
  }
}

@Suite("ExternalName")
struct ExternalNameTests {
  private let feed = Objects(objects)

  private func ask(_ name: String, _ type: RecordType, others: Script = outside) async throws -> Message {
    let block = try await block("pods insecure", feed: feed)
    return try #require(await block.answer(query(name + ".shop.svc.cluster.local", type), then: others)).message
  }

  @Test(
    "The alias first, then what its target says",
    arguments: [
      ("out", RecordType.a, ["out CNAME www.example.org.", "www.example.org. A 192.0.2.1"]),
      ("out", .cname, ["out CNAME www.example.org."]),
      ("in", .a, ["in CNAME web.shop.svc.cluster.local.", "web A 10.96.0.10"]),
      (
        "chain", .a,
        ["chain CNAME in.shop.svc.cluster.local.", "in CNAME web.shop.svc.cluster.local.", "web A 10.96.0.10"]
      ),
      (
        "chainout", .a,
        ["chainout CNAME out.shop.svc.cluster.local.", "out CNAME www.example.org.", "www.example.org. A 192.0.2.1"]
      ),
      ("pod", .a, ["pod CNAME 1-2-3-4.shop.pod.cluster.local.", "1-2-3-4.shop.pod.cluster.local. A 1.2.3.4"]),
      // A target outside that is not there leaves the alias alone.
      ("back", .a, ["back CNAME alias.example.org."]),
      // One inside that is not there, has no such records, or leads back is no alias.
      ("gone", .a, []), ("in", .aaaa, []), ("loop", .a, []), ("self", .aaaa, []), ("out", .srv, []), ("out", .txt, []),
    ])
  func follows(name: String, type: RecordType, expected: [String]) async throws {
    let message = try await ask(name, type)
    let lines = message.answers.map { "\($0.name) \($0.type) \($0.data.presentation)" }
    #expect(lines == expected.map { full($0) })
    #expect(message.responseCode == .noError && message.authoritative)
    #expect(message.authorities.map(\.type) == (expected.isEmpty ? [.soa] : []))
  }

  /// Names without a dot at their end lie in the namespace.
  private func full(_ line: String) -> String {
    let end = line.firstIndex(of: " ") ?? line.endIndex
    let owner = line[..<end]
    return (owner.hasSuffix(".") ? String(owner) : "\(owner).shop.svc.cluster.local.") + line[end...]
  }

  @Test("A chain that leads out and in again ends")
  func outerLoop() async throws {
    // Whatever stands outside asks again for the alias itself.
    let asked = Counted()
    let leading = Script { query in
      asked.add()
      var message = Message.response(to: query.message)
      message.answers = [record("alias.example.org. 5 IN CNAME back.shop.svc.cluster.local.")]
      return Response(message)
    }
    let message = try await ask("back", .a, others: leading)
    #expect(message.answers.count == 2)
    #expect(asked.count == 1)
  }

  @Test("A target in another server block is asked there")
  func otherBlock() async throws {
    let block = try await block(feed: feed)
    let other = BlockPlan(
      zones: [try DomainName("example.org")], server: "dns://example.org.:53",
      stages: [Script.records("www.example.org. 9 IN A 192.0.2.9")])
    let own = BlockPlan(zones: [.root], server: "dns://.:53", stages: block.setup.stages + [outside])
    let server = QueryServer(
      plan: ServerPlan(blocks: [own, other]), metrics: block.metrics.queries,
      reclaimer: block.setup.environment.reclaimer)
    let asked = query("out.shop.svc.cluster.local")
    let reply = try #require(await server.answer(asked.message.encoded(), from: asked.origin))
    #expect(try Message(parsing: reply).answers.last?.data == .a(IPv4Address(192, 0, 2, 9)))
  }
}

@Suite("Freshness")
struct FreshnessTests {
  private let feed = Objects(objects)

  private func fresh(_ name: String, _ type: RecordType = .a, after events: [ClusterEvent]) async throws -> Bool? {
    let block = try await block("pods insecure", feed: feed)
    let response = try #require(await block.answer(query(name, type), then: outside))
    #expect(response.freshness?.isFresh == true)
    feed.apply(events)
    return response.freshness?.isFresh
  }

  @Test("An answer is stale as soon as its own names say something else, and not before")
  func changes() async throws {
    let web = "web.shop.svc.cluster.local"
    #expect(try await fresh(web, after: [.set(clusterService("new", "10.96.0.77"))]) == true)
    #expect(try await fresh(web, after: [.set(endpoints(of: "web", "10.0.0.1", "10.0.0.2"))]) == true)
    let endpoint = "10-0-0-1." + web
    #expect(try await fresh(endpoint, after: [.set(endpoints(of: "web", "10.0.0.1", "10.0.0.3"))]) == true)
    #expect(try await fresh(endpoint, .srv, after: [.set(endpoints(of: "web", "10.0.0.3"))]) == false)
    #expect(try await fresh("10-0-0-4." + web, after: [.set(endpoints(of: "web", "10.0.0.4"))]) == false)
    #expect(try await fresh(web, after: [.set(clusterService("web", "10.96.0.10"))]) == true)
    #expect(try await fresh(web, after: [.set(clusterService("web", "10.96.0.11"))]) == false)
    #expect(try await fresh(web, after: [.delete(ObjectKey(.service, namespace: "shop", name: "web"))]) == false)
    let new = "newer.shop.svc.cluster.local"
    #expect(try await fresh(new, after: [.set(clusterService("newer", "10.96.0.78"))]) == false)
  }

  @Test("What an alias leads to counts too, and the namespace of a Pod's name")
  func sources() async throws {
    let chain = "chain.shop.svc.cluster.local"
    #expect(try await fresh(chain, after: [.set(clusterService("web", "10.96.0.12"))]) == false)
    let pod = "1-2-3-4.shop.pod.cluster.local"
    #expect(try await fresh(pod, after: [.delete(ObjectKey(.namespace, name: "shop"))]) == false)
  }
}
