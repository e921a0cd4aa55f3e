import ClusterModel
import ClusterZone
import DNSWire
import FinishedAnswers
import Reclamation
import Testing

@Suite("Options of the zone")
struct OptionTests {
  let objects: [ClusterObject] = [
    namespace("shop", labels: ["team": "a"]), namespace("other", labels: ["team": "b"]),
    service("web", ips: ["10.96.0.1"], labels: ["tier": "front"]),
    slice("web-a", of: "web", [endpoint("10.0.0.1")], labels: ["tier": "front"]),
    service("db", in: "other", headless: true, labels: ["tier": "back"]),
    slice("db-a", of: "db", in: "other", [endpoint("10.0.0.2")], labels: ["tier": "back"]),
    service("lonely", ips: ["10.96.0.2"]),
    service("nowhere", in: "missing", ips: ["10.96.0.3"]),
  ]

  enum Setting: Sendable {
    case none, namespaces, namespaceLabels, labels, noEndpoints, ignoreEmpty

    func apply(_ configuration: inout ClusterZoneConfiguration) {
      switch self {
      case .none: break
      case .namespaces: configuration.namespaces = ["shop"]
      case .namespaceLabels: configuration.namespaceLabels = LabelSelector(matchLabels: ["team": "b"])
      case .labels: configuration.labels = LabelSelector(matchLabels: ["tier": "back"])
      case .noEndpoints: configuration.publishesEndpoints = false
      case .ignoreEmpty: configuration.ignoresEmptyServices = true
      }
    }
  }

  @Test(
    "What the options show",
    arguments: [
      (.none, ["web.shop.svc", "db.other.svc", "lonely.shop.svc", "shop.svc", "other.svc", "1.0.0.10.in-addr.arpa."]),
      (.namespaces, ["web.shop.svc", "lonely.shop.svc", "shop.svc", "1.0.0.10.in-addr.arpa."]),
      (.namespaceLabels, ["db.other.svc", "other.svc", "2.0.0.10.in-addr.arpa."]),
      (.labels, ["db.other.svc", "shop.svc", "other.svc", "2.0.0.10.in-addr.arpa."]),
      (.noEndpoints, ["web.shop.svc", "lonely.shop.svc", "1.0.96.10.in-addr.arpa."]),
      (.ignoreEmpty, ["web.shop.svc", "db.other.svc", "1.0.96.10.in-addr.arpa.", "2.0.96.10.in-addr.arpa."]),
    ] as [(Setting, [String])])
  func shows(setting: Setting, found: [String]) throws {
    let cluster = try ClusterFixture(objects) { setting.apply(&$0) }
    for name in found { #expect(try cluster.ask(name).kind != .nxDomain, "\(name)") }
  }

  @Test(
    "What the options hide",
    arguments: [
      (.none, ["nowhere.missing.svc", "missing.svc", "3.0.96.10.in-addr.arpa."]),
      (.namespaces, ["db.other.svc", "other.svc", "2.0.0.10.in-addr.arpa."]),
      (.namespaceLabels, ["web.shop.svc", "shop.svc"]),
      (.labels, ["web.shop.svc", "1.0.96.10.in-addr.arpa."]),
      (.noEndpoints, ["db.other.svc", "10-0-0-1.web.shop.svc", "1.0.0.10.in-addr.arpa.", "2.0.0.10.in-addr.arpa."]),
      (.ignoreEmpty, ["lonely.shop.svc"]),
    ] as [(Setting, [String])])
  func hides(setting: Setting, missing: [String]) throws {
    let cluster = try ClusterFixture(objects) { setting.apply(&$0) }
    for name in missing { #expect(try cluster.ask(name).kind == .nxDomain, "\(name)") }
  }

  @Test("All records have the TTL", arguments: [0, 5, 3600] as [UInt32])
  func ttl(ttl: UInt32) throws {
    let cluster = try ClusterFixture(objects) { $0.ttl = ttl }
    for (name, type) in [("web.shop.svc", RecordType.a), ("web.shop.svc", .srv), ("1.0.0.10.in-addr.arpa.", .ptr)] {
      let message = try #require(try cluster.ask(name, type).message)
      #expect((message.answers + message.additionals).allSatisfy { $0.ttl == ttl })
    }
  }

  @Test("A namespace that comes, goes or changes its labels shows and hides what is in it")
  func namespaces() throws {
    let cluster = try ClusterFixture(objects) {
      $0.namespaceLabels = LabelSelector(matchLabels: ["team": "a"])
      $0.pods = .insecure
    }
    #expect(try cluster.ask("db.other.svc").kind == .nxDomain)
    cluster.zone.apply([
      .set(namespace("other", labels: ["team": "a"])), .set(namespace("missing", labels: ["team": "a"])),
    ])
    #expect(try cluster.ask("db.other.svc").kind == .found)
    #expect(try cluster.ask("nowhere.missing.svc").kind == .found)
    #expect(try cluster.ask("1-2-3-4.missing.pod").kind == .found)
    cluster.zone.apply([.delete(ObjectKey(.namespace, name: "shop"))])
    #expect(try cluster.ask("web.shop.svc").kind == .nxDomain)
    #expect(try cluster.ask("shop.svc").kind == .nxDomain)
    #expect(try cluster.ask("1.0.0.10.in-addr.arpa.", .ptr).kind == .nxDomain)
  }

  @Test("Names that fall through are left to the stages")
  func fallthroughs() throws {
    func missing(_ zones: [String], _ options: (inout ClusterZoneConfiguration) -> Void = { _ in }) throws
      -> [AnswerZone.Missing]
    {
      let falling = try zones.map { try DomainName($0) }
      let cluster = try ClusterFixture([]) {
        $0.fallthroughZones = falling
        options(&$0)
      }
      return cluster.zone.zones.map(\.reader.missing)
    }
    #expect(try missing([]) == [.denied, .denied, .denied])
    #expect(try missing(["in-addr.arpa.", "ip6.arpa."]) == [.denied, .asksStages, .asksStages])
    #expect(try missing(["."]) == [.asksStages, .asksStages, .asksStages])
    #expect(try missing(["shop.svc.cluster.local."]) == [.asksStages, .denied, .denied])
    #expect(try missing([], { $0.pods = .insecure }) == [.asksStagesForPods, .denied, .denied])
  }

  @Test("ExternalName: an alias, but not of an address; nothing lies below it")
  func externalNames() throws {
    let cluster = try ClusterFixture([
      namespace("shop"), service("out", external: "www.example.org"), service("ip", external: "192.0.2.1"),
      slice("out-a", of: "out", [endpoint("10.0.0.1")]),
    ])
    #expect(try cluster.ask("out.shop.svc").kind == .alias)
    #expect(
      cluster.zone.alias(of: cluster.zone.key(of: try DomainName("out.shop.svc.cluster.local"), in: 0))?.description
        == "www.example.org.")
    for name in ["ip.shop.svc", "10-0-0-1.out.shop.svc", "_http._tcp.out.shop.svc", "1.0.0.10.in-addr.arpa."] {
      #expect(try cluster.ask(name, .ptr).kind == .nxDomain, "\(name)")
    }
  }

  @Test("Until all objects have come the zones are not synchronised")
  func synchronised() throws {
    let zone = ClusterZone(ClusterZoneConfiguration(zones: [try DomainName("cluster.local")]), reclaimer: Reclaimer())
    #expect(!zone.isSynced)
    zone.replace(with: [])
    #expect(zone.isSynced)
  }

  @Test("Names that would be too long are left out")
  func longNames() throws {
    let deep = [60, 60, 60, 55].map { String(repeating: "z", count: $0) }.joined(separator: ".")
    let cluster = try ClusterFixture(zones: [deep, "cluster.local."], objects)
    #expect(try cluster.ask("web.shop.svc").kind == .found)
    #expect(try cluster.ask("shop.svc.\(deep).").kind == .noData)
    // The name of its port would be longer than 255 octets.
    #expect(try cluster.ask("web.shop.svc.\(deep).").records == ["10.96.0.1"])
    #expect(try cluster.ask("web.shop.svc.\(deep).", .srv).records.count == 1)
  }
}
