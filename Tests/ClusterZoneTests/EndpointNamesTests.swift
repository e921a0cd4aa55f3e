import ClusterModel
import ClusterZone
import DNSWire
import FinishedAnswers
import Testing

/// Names of endpoints: those that follow from their addresses are listed at the Service's name, and answer as the others do.
@Suite("Names of endpoints")
struct EndpointNamesTests {
  /// A Service with a ClusterIP, or a headless one, and how many names below it have answers of their own.
  private func cluster(_ slices: [ClusterObject], headless: Bool) throws -> (ClusterFixture, ownNames: Int) {
    let objects = [
      namespace("shop"), service("web", ips: headless ? [] : ["10.96.0.10"], ports: [], headless: headless),
    ]
    let (with, without) = (try ClusterFixture(objects + slices), try ClusterFixture(objects))
    let bare = without.zone.zones[0].table.count + (headless ? 1 : 0)
    return (with, with.zone.zones[0].table.count - bare)
  }

  private func check(_ cluster: ClusterFixture, _ label: String, _ ips: [String], _ ports: [String]) throws {
    let owner = "\(label).web.shop.svc"
    let target = owner + ".cluster.local."
    #expect(try cluster.ask(owner).records == ips)
    let services = try cluster.ask(owner, .srv)
    #expect(services.records == ports.map { "0 \($0) \(target)" })
    #expect(services.additional == (ports.isEmpty ? [] : ips.map { "\(target) \($0)" }))
    #expect(try cluster.ask(owner, .aaaa).kind == .noData)
    #expect(try cluster.ask("x." + owner).kind == .nxDomain)
  }

  @Test("One port, several, none, and the ports of two slices", arguments: [true, false])
  func ports(headless: Bool) throws {
    let (cluster, own) = try cluster(
      [
        slice("a", of: "web", [endpoint("10.0.0.1"), endpoint("10.0.0.2")], ports: ["/80"]),
        slice("b", of: "web", [endpoint("10.0.0.2"), endpoint("10.0.0.3")], ports: ["/80", "/81"]),
        slice("c", of: "web", [endpoint("10.0.0.4"), endpoint("10.0.0.5", ready: false)], ports: []),
        slice("d", of: "web", [endpoint("10.0.0.6")], ports: ["/any", "/82"]),
      ], headless: headless)
    #expect(own == 0)
    try check(cluster, "10-0-0-1", ["10.0.0.1"], ["100 80"])
    try check(cluster, "10-0-0-2", ["10.0.0.2"], ["33 80", "33 81"])
    try check(cluster, "10-0-0-3", ["10.0.0.3"], ["50 80", "50 81"])
    try check(cluster, "10-0-0-4", ["10.0.0.4"], [])
    try check(cluster, "10-0-0-6", ["10.0.0.6"], ["50 82"])
    #expect(try cluster.ask("10-0-0-5.web.shop.svc").kind == .nxDomain)
  }

  @Test("Names that say something else than their address have answers of their own", arguments: [true, false])
  func ownAnswers(headless: Bool) throws {
    let (cluster, own) = try cluster(
      [
        slice(
          "a", of: "web",
          [
            endpoint("10.0.0.1", hostname: "one"), endpoint("10.0.0.2", hostname: "10-0-0-9"),
            endpoint("10.0.0.3", hostname: "10-0-0-3"), endpoint("10.0.0.4"),
            endpoint("10.0.0.5", hostname: "10-0-0-4"),
          ], ports: ["/80"]),
        slice("six", of: "web", [endpoint("fd00::1")], ports: ["/80"], type: .ipv6),
      ], headless: headless)
    // All but 10-0-0-3: 10-0-0-4 has two addresses.
    #expect(own == 4)
    try check(cluster, "one", ["10.0.0.1"], ["100 80"])
    try check(cluster, "10-0-0-9", ["10.0.0.2"], ["100 80"])
    try check(cluster, "10-0-0-3", ["10.0.0.3"], ["100 80"])
    try check(cluster, "10-0-0-4", ["10.0.0.4", "10.0.0.5"], ["50 80"])
    #expect(try cluster.ask("fd00--1.web.shop.svc", .aaaa).records == ["fd00::1"])
    for gone in ["10-0-0-1", "10-0-0-2", "10-0-0-5"] {
      #expect(try cluster.ask("\(gone).web.shop.svc").kind == .nxDomain)
    }
  }

  @Test("Many endpoints, or many ports, have answers of their own", arguments: [64, 65], [16, 17])
  func many(endpoints: Int, ports: Int) throws {
    let (cluster, own) = try cluster(
      [
        slice(
          "a", of: "web", (1...endpoints).map { endpoint("10.0.0.\($0)") }, ports: (100..<100 + ports).map { "/\($0)" })
      ], headless: false)
    #expect(own == (endpoints > 64 || ports > 16 ? endpoints : 0))
    for number in [1, 64, endpoints] {
      let expected = (100..<100 + ports).map { "\(100 / ports) \($0)" }
      try check(cluster, "10-0-0-\(number)", ["10.0.0.\(number)"], expected)
    }
  }

  @Test("An endpoint that comes, changes or goes is asked for at once, and explained")
  func changes() throws {
    let (cluster, _) = try cluster([slice("a", of: "web", [endpoint("10.0.0.1")])], headless: false)
    let zone = cluster.zone
    let key = zone.key(of: try DomainName("10-0-0-1.web.shop.svc.cluster.local"), in: 0)
    let first = zone.contentHash(of: key, in: 0)
    let service = zone.contentHash(of: zone.key(of: try DomainName("web.shop.svc.cluster.local"), in: 0), in: 0)
    #expect(first != nil)
    zone.apply([.set(slice("a", of: "web", [endpoint("10.0.0.1")], ports: ["http/9090"]))])
    #expect(zone.contentHash(of: key, in: 0) != first)
    #expect(
      zone.records(of: key, type: .srv, in: 0).map(\.presentation) == [
        "0 100 9090 10-0-0-1.web.shop.svc.cluster.local."
      ])
    let name = try DomainName("10-0-0-1.web.shop.svc.cluster.local")
    #expect(zone.explanation(of: name, type: .a)?.outcome == .records([.a(.init(10, 0, 0, 1))]))
    #expect(zone.explanation(of: name, type: .aaaa)?.outcome == .noData)
    zone.apply([.set(slice("a", of: "web", [endpoint("10.0.0.2")]))])
    #expect(zone.contentHash(of: key, in: 0) == nil)
    #expect(zone.explanation(of: name, type: .a)?.outcome == .nxDomain)
    #expect(try cluster.ask("10-0-0-2.web.shop.svc").records == ["10.0.0.2"])
    #expect(zone.contentHash(of: zone.key(of: try DomainName("web.shop.svc.cluster.local"), in: 0), in: 0) == service)
    zone.apply([.delete(ObjectKey(.service, namespace: "shop", name: "web"))])
    #expect(try cluster.ask("10-0-0-2.web.shop.svc").kind == .nxDomain)
  }
}
