import ClusterModel
import ClusterZone
import DNSWire
import Testing

/// Kubernetes DNS specification 1.1.0 §2.3.3 and §2.4.3: reverse names.
@Suite("PTR records")
struct PointerTests {
  let objects: [ClusterObject] = [
    namespace("shop"), namespace("other"),
    service("web", ips: ["10.96.0.10", "fd00::10"]),
    slice("web-a", of: "web", [endpoint("10.0.0.1"), endpoint("10.0.0.2", ready: false)]),
    service("db", in: "other", headless: true),
    slice("db-a", of: "db", in: "other", [endpoint("10.0.0.1", hostname: "one")]),
    slice("orphan", of: "nope", [endpoint("10.0.0.9")]),
  ]

  @Test(
    "One for each Service",
    arguments: [
      ("10.0.96.10.in-addr.arpa.", ["web.shop.svc.cluster.local."]),
      ("1.0.0.10.in-addr.arpa.", ["10-0-0-1.web.shop.svc.cluster.local.", "one.db.other.svc.cluster.local."]),
      (
        "0.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.IP6.arpa.", ["web.shop.svc.cluster.local."]
      ),
    ])
  func pointers(name: String, expected: [String]) throws {
    #expect(try ClusterFixture(objects).ask(name, .ptr).records == expected)
  }

  @Test(
    "Names above an address exist, others do not",
    arguments: [
      ("2.0.0.10.in-addr.arpa.", Answer.Kind.nxDomain), ("9.0.0.10.in-addr.arpa.", .nxDomain),
      ("0.0.10.in-addr.arpa.", .noData), ("10.in-addr.arpa.", .noData), ("96.10.in-addr.arpa.", .noData),
      ("97.10.in-addr.arpa.", .nxDomain), ("11.in-addr.arpa.", .nxDomain), ("in-addr.arpa.", .noData),
      ("d.f.ip6.arpa.", .noData), ("e.f.ip6.arpa.", .nxDomain), ("1.0.0.0.10.in-addr.arpa.", .nxDomain),
      ("web.shop.svc.in-addr.arpa.", .nxDomain), ("svc.in-addr.arpa.", .nxDomain),
    ])
  func emptyNonTerminals(name: String, kind: Answer.Kind) throws {
    #expect(try ClusterFixture(objects).ask(name, .ptr).kind == kind)
  }

  @Test("Names above addresses go with the last address")
  func emptyNonTerminalsGo() throws {
    let cluster = try ClusterFixture(objects)
    cluster.zone.apply([.delete(ObjectKey(.service, namespace: "shop", name: "web"))])
    #expect(try cluster.ask("96.10.in-addr.arpa.").kind == .nxDomain)
    #expect(try cluster.ask("0.0.10.in-addr.arpa.").kind == .noData)
    #expect(try cluster.ask("1.0.0.10.in-addr.arpa.", .ptr).records == ["one.db.other.svc.cluster.local."])
    #expect(try cluster.ask("d.f.ip6.arpa.").kind == .nxDomain)
  }

  @Test("The target lies in the first forward zone; without a reverse zone there are none")
  func zones() throws {
    let cluster = try ClusterFixture(zones: ["in-addr.arpa.", "a.example.", "b.example."], objects)
    #expect(try cluster.ask("10.0.96.10.in-addr.arpa.", .ptr).records == ["web.shop.svc.a.example."])
    #expect(try cluster.ask("web.shop.svc.b.example.").records == ["10.96.0.10"])
    let forward = try ClusterFixture(zones: ["cluster.local."], objects)
    #expect(try forward.ask("10.0.96.10.in-addr.arpa.", .ptr).kind == .notOurs)
  }

  @Test("A zone of part of the addresses owns its SOA, and the longest zone has the name")
  func partialZones() throws {
    let zones = ["cluster.local.", "in-addr.arpa.", "0.96.10.in-addr.arpa.", "0-25.2.0.192.in-addr.arpa."]
    let cluster = try ClusterFixture(zones: zones, objects)
    #expect(try cluster.ask("10.0.96.10.in-addr.arpa.", .ptr).kind == .found)
    let denial = try #require(try cluster.ask("11.0.96.10.in-addr.arpa.", .ptr).message)
    #expect(denial.authorities.map(\.name.description) == ["0.96.10.in-addr.arpa."])
    #expect(try cluster.ask("1.0.0.10.in-addr.arpa.", .ptr).kind == .found)
  }

  @Test("The root as a zone has forward and reverse names")
  func rootZone() throws {
    let cluster = try ClusterFixture(zones: ["."], objects)
    #expect(try cluster.ask("10.0.96.10.in-addr.arpa.", .ptr).records == ["web.shop.svc."])
    #expect(try cluster.ask("web.shop.svc.").records == ["10.96.0.10"])
    #expect(try cluster.ask("arpa.").kind == .noData)
    #expect(try cluster.ask("in-addr.arpa.").kind == .noData)
    #expect(try cluster.ask("96.10.in-addr.arpa.").kind == .noData)
  }
}
