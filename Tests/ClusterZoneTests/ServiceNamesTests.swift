import ClusterModel
import ClusterZone
import DNSWire
import FinishedAnswers
import NetworkAddresses
import Testing

/// Kubernetes DNS specification 1.1.0 §2.3: Services with a ClusterIP.
@Suite("ClusterIP Services")
struct ClusterIPTests {
  let cluster: ClusterFixture

  init() throws {
    cluster = try ClusterFixture([
      namespace("shop"),
      service("web", ips: ["10.96.0.10"], ports: ["http/80", "metrics/9090"]),
      slice(
        "web-a", of: "web",
        [
          endpoint("10.0.0.1"), endpoint("10.0.0.2", hostname: "two"), endpoint("10.0.0.3", ready: false),
        ]),
      service("dual", ips: ["10.96.0.11", "fd00::11"], ports: ["http/80"]),
      service("plain", ips: ["10.96.0.12"], ports: ["/80"]),
      service("dns", ips: ["10.96.0.13"], ports: ["dns/53/UDP", "dns-tcp/53", "metrics/9153"]),
    ])
  }

  @Test(
    "Addresses by family",
    arguments: [
      ("web.shop.svc", RecordType.a, ["10.96.0.10"]),
      ("web.shop.svc", .aaaa, []),
      ("dual.shop.svc", .a, ["10.96.0.11"]),
      ("dual.shop.svc", .aaaa, ["fd00::11"]),
      ("10-0-0-1.web.shop.svc", .a, ["10.0.0.1"]),
      ("two.web.shop.svc", .a, ["10.0.0.2"]),
      ("WeB.sHOP.svC", .a, ["10.96.0.10"]),
    ])
  func addresses(name: String, type: RecordType, expected: [String]) throws {
    let answer = try cluster.ask(name, type)
    #expect(answer.records == expected)
    #expect(answer.kind == (expected.isEmpty ? .noData : .found))
  }

  @Test(
    "SRV of a named port, and of all ports at the Service's own name",
    arguments: [
      ("_http._tcp.web.shop.svc", ["0 100 80 web.shop.svc.cluster.local."], ["web.shop.svc.cluster.local. 10.96.0.10"]),
      (
        "web.shop.svc", ["0 50 80 web.shop.svc.cluster.local.", "0 50 9090 web.shop.svc.cluster.local."],
        ["web.shop.svc.cluster.local. 10.96.0.10"]
      ),
      (
        "_http._tcp.dual.shop.svc", ["0 50 80 dual.shop.svc.cluster.local."],
        ["dual.shop.svc.cluster.local. 10.96.0.11", "dual.shop.svc.cluster.local. fd00::11"]
      ),
      ("plain.shop.svc", ["0 100 80 plain.shop.svc.cluster.local."], ["plain.shop.svc.cluster.local. 10.96.0.12"]),
      ("_dns._udp.dns.shop.svc", ["0 100 53 dns.shop.svc.cluster.local."], ["dns.shop.svc.cluster.local. 10.96.0.13"]),
      (
        "dns.shop.svc", ["0 33 53 dns.shop.svc.cluster.local.", "0 33 9153 dns.shop.svc.cluster.local."],
        ["dns.shop.svc.cluster.local. 10.96.0.13"]
      ),
      (
        "10-0-0-1.web.shop.svc", ["0 100 8080 10-0-0-1.web.shop.svc.cluster.local."],
        ["10-0-0-1.web.shop.svc.cluster.local. 10.0.0.1"]
      ),
    ])
  func services(name: String, expected: [String], additional: [String]) throws {
    let answer = try cluster.ask(name, .srv)
    #expect(answer.records == expected)
    #expect(answer.additional == additional)
  }

  @Test(
    "Names that exist without records of the type",
    arguments: [
      ("web.shop.svc", RecordType.txt), ("web.shop.svc", .https), ("web.shop.svc", .any), ("web.shop.svc", .ns),
      ("web.shop.svc", .soa), ("_tcp.web.shop.svc", .a), ("_udp.dns.shop.svc", .srv), ("_http._tcp.web.shop.svc", .a),
      ("shop.svc", .a), ("svc", .a), ("pod", .a), ("", .a), ("dns-version", .a), ("dns-version", .aaaa), ("dns", .a),
    ])
  func noData(name: String, type: RecordType) throws {
    let answer = try cluster.ask(name.isEmpty ? "cluster.local." : name, type)
    #expect(answer.kind == .noData)
    #expect(answer.message?.authorities.map(\.type) == [.soa])
    #expect(answer.message?.authoritative == true)
  }

  @Test(
    "Names that do not exist",
    arguments: [
      "nope.shop.svc", "web.nope.svc", "nope", "_udp.web.shop.svc", "_tcp.plain.shop.svc", "a.b.c.web.shop.svc",
      "*.shop.svc", "any.shop.svc", "10-0-0-2.web.shop.svc", "10-0-0-3.web.shop.svc", "web.shop", "shop.pod",
      "10-0-0-1.shop.pod", "_http._tcp.two.web.shop.svc", "x.dns-version",
    ])
  func nxDomain(name: String) throws {
    let answer = try cluster.ask(name)
    #expect(answer.kind == .nxDomain)
    #expect(answer.message?.authorities.map(\.type) == [.soa])
  }

  @Test("Owner and targets show the question's letter case")
  func letterCase() throws {
    let message = try #require(try cluster.ask("_HTTP._tcp.web.SHOP.svc.Cluster.LOCAL.", .srv).message)
    #expect(message.questions[0].name.description == "_HTTP._tcp.web.SHOP.svc.Cluster.LOCAL.")
    #expect(message.answers[0].name.description == "_HTTP._tcp.web.SHOP.svc.Cluster.LOCAL.")
    #expect(message.answers[0].data.presentation == "0 100 80 web.shop.svc.Cluster.LOCAL.")
    #expect(message.additionals[0].name.description == "web.shop.svc.Cluster.LOCAL.")
    let denial = try #require(try cluster.ask("nope.Cluster.LOCAL.").message)
    #expect(denial.authorities[0].name.description == "Cluster.LOCAL.")
  }
}
