import ClusterModel
import ClusterZone
import DNSWire
import Testing

@Suite("RFC 5936: transfers, and explanations")
struct TransferTests {
  let cluster: ClusterFixture

  init() throws {
    cluster = try ClusterFixture([
      namespace("shop"), service("web", ips: ["10.96.0.10"], ports: ["http/80", "/81"]),
      slice("web-a", of: "web", [endpoint("10.0.0.1")]),
      service("db", headless: true),
      slice(
        "db-a", of: "db", [endpoint("10.0.1.1", hostname: "one"), endpoint("10.0.1.2")], ports: ["sql/5432", "/9"]),
      slice(
        "db-b", of: "db", [endpoint("10.0.1.1", hostname: "one"), endpoint("10.0.1.3", ready: false)],
        ports: ["sql/5432"]),
      service("out", external: "www.example.org"), service("hidden", in: "nope", ips: ["10.96.0.11"]),
    ])
  }

  @Test("A forward zone")
  func forward() {
    let records = cluster.zone.transferRecords(of: 0)
    #expect(records.first?.type == .soa)
    #expect(records.last == records.first)
    #expect(
      records.dropFirst().dropLast().map { "\($0.name) \($0.data.presentation)" } == [
        "cluster.local. ns.dns.cluster.local.",
        "db.shop.svc.cluster.local. 10.0.1.1", "one.db.shop.svc.cluster.local. 10.0.1.1",
        "_sql._tcp.db.shop.svc.cluster.local. 0 50 5432 one.db.shop.svc.cluster.local.",
        "db.shop.svc.cluster.local. 10.0.1.2", "10-0-1-2.db.shop.svc.cluster.local. 10.0.1.2",
        "_sql._tcp.db.shop.svc.cluster.local. 0 50 5432 10-0-1-2.db.shop.svc.cluster.local.",
        "_sql._tcp.db.shop.svc.cluster.local. 0 100 5432 one.db.shop.svc.cluster.local.",
        "out.shop.svc.cluster.local. www.example.org.",
        "web.shop.svc.cluster.local. 10.96.0.10",
        "web.shop.svc.cluster.local. 0 100 80 web.shop.svc.cluster.local.",
        "_http._tcp.web.shop.svc.cluster.local. 0 100 80 web.shop.svc.cluster.local.",
        "web.shop.svc.cluster.local. 0 100 81 web.shop.svc.cluster.local.",
      ])
  }

  @Test("A reverse zone")
  func reverse() {
    let records = cluster.zone.transferRecords(of: 1)
    #expect(records.first?.type == .soa)
    #expect(records.last == records.first)
    #expect(records.count(where: { $0.type == .ptr }) == 4)
    #expect(
      records.contains {
        "\($0.name) \($0.data.presentation)" == "10.0.96.10.in-addr.arpa. web.shop.svc.cluster.local."
      })
  }

  @Test("Why a headless name answers as it does")
  func explainsHeadless() throws {
    let name = try DomainName("db.shop.svc.cluster.local")
    let explanation = try #require(cluster.zone.explanation(of: name, type: .a))
    #expect(explanation.outcome == .records([.a(.init(10, 0, 1, 1)), .a(.init(10, 0, 1, 2))]))
    #expect(
      explanation.objects.map(\.description) == [
        "Namespace shop", "Service shop/db", "EndpointSlice shop/db-a", "EndpointSlice shop/db-b",
      ])
    #expect(explanation.endpoints.map(\.leftOut) == [nil, nil, nil, .notReady])
    let other = try #require(cluster.zone.explanation(of: name, type: .aaaa))
    #expect(other.outcome == .noData)
    #expect(other.endpoints.map(\.leftOut) == [.otherFamily, .otherFamily, .otherFamily, .notReady])
  }

  @Test(
    "Why other names answer as they do",
    arguments: [
      (
        "web.shop.svc", NameExplanation.Outcome.records([.a(.init(10, 96, 0, 10))]),
        "the Service with a ClusterIP shop/web"
      ),
      ("nope.shop.svc", .nxDomain, "there is no Service shop/nope, or the directive's labels do not take it"),
      ("web.nope.svc", .nxDomain, "there is no namespace nope"),
      ("1-2-3-4.shop.pod", .nxDomain, "below the names of Pods, which are disabled"),
      ("x.y", .nxDomain, "names end in svc or pod below the zone, not in y"),
    ])
  func explains(name: String, outcome: NameExplanation.Outcome, note: String) throws {
    let explanation = try #require(cluster.zone.explanation(of: try DomainName(name + ".cluster.local"), type: .a))
    #expect(explanation.outcome == outcome)
    #expect(explanation.notes.contains(note))
  }

  @Test("Why a reverse name answers as it does")
  func explainsReverse() throws {
    let name = try DomainName("2.1.0.10.in-addr.arpa")
    let explanation = try #require(cluster.zone.explanation(of: name, type: .ptr))
    #expect(explanation.objects.map(\.description) == ["Service shop/db", "EndpointSlice shop/db-a"])
    #expect(cluster.zone.explanation(of: try DomainName("example.org"), type: .a) == nil)
  }

  @Test("An alias says what it stands for")
  func explainsAlias() throws {
    let name = try DomainName("out.shop.svc.cluster.local")
    #expect(cluster.zone.explanation(of: name, type: .a)?.outcome == .alias(try DomainName("www.example.org")))
  }
}
