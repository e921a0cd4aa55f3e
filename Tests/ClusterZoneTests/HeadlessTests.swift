import ClusterModel
import ClusterZone
import DNSWire
import Testing

/// Kubernetes DNS specification 1.1.0 §2.4: headless Services.
@Suite("Headless Services")
struct HeadlessTests {
  let cluster: ClusterFixture

  init() throws {
    cluster = try ClusterFixture([
      namespace("shop"),
      service("db", headless: true),
      slice(
        "db-a", of: "db",
        [
          endpoint("10.0.0.1", hostname: "db-0"), endpoint("10.0.0.2", pod: "db-1-pod"),
          endpoint("10.0.0.3", ready: false), endpoint("10.0.0.4", ready: nil, serving: false, terminating: true),
        ], ports: ["sql/5432", "/9000"]),
      slice("db-b", of: "db", [endpoint("fd00::1"), endpoint("fd00::")], ports: ["sql/5432"], type: .ipv6),
      service("empty", headless: true),
      slice("empty-a", of: "empty", [endpoint("10.0.1.1", ready: false)]),
      service("bare", headless: true),
      slice("bare-a", of: "bare", [endpoint("10.0.2.1")], ports: []),
      service("open", headless: true),
      slice("open-a", of: "open", [endpoint("10.0.3.1")], ports: ["http/any"]),
      service("twice", headless: true),
      slice("twice-a", of: "twice", [endpoint("10.0.4.1"), endpoint("10.0.4.2")]),
      slice("twice-b", of: "twice", [endpoint("10.0.4.1")]),
      service("many", headless: true),
      slice("many-a", of: "many", (1...150).map { endpoint("10.1.0.\($0)") }),
      service("old", headless: true, annotations: [WellKnownAnnotation.tolerateUnreadyEndpoints: "true"]),
      slice("old-a", of: "old", [endpoint("10.0.5.1", ready: false)]),
      service("names", headless: true),
      slice("names-a", of: "names", [endpoint("10.0.6.1")], type: .fqdn),
      service("stateful", headless: true),
      slice("stateful-a", of: "stateful", [endpoint("10.0.7.1", hostname: "s-0")]),
      slice("stateful-b", of: "stateful", [endpoint("fd00:7::1", hostname: "s-0")], type: .ipv6),
      slice("orphan-a", of: "orphan", [endpoint("10.0.8.1")]),
      slice("elsewhere", of: "db", in: "other", [endpoint("10.0.9.1")]),
    ])
  }

  @Test(
    "Addresses of the ready endpoints, each once",
    arguments: [
      ("db.shop.svc", RecordType.a, ["10.0.0.1", "10.0.0.2", "10.0.0.4"]),
      ("db.shop.svc", .aaaa, ["fd00::", "fd00::1"]),
      ("db-0.db.shop.svc", .a, ["10.0.0.1"]),
      ("10-0-0-2.db.shop.svc", .a, ["10.0.0.2"]),
      ("fd00--1.db.shop.svc", .aaaa, ["fd00::1"]),
      ("fd00--0.db.shop.svc", .aaaa, ["fd00::"]),
      ("twice.shop.svc", .a, ["10.0.4.1", "10.0.4.2"]),
      ("old.shop.svc", .a, ["10.0.5.1"]),
      ("s-0.stateful.shop.svc", .a, ["10.0.7.1"]),
      ("s-0.stateful.shop.svc", .aaaa, ["fd00:7::1"]),
      ("bare.shop.svc", .a, ["10.0.2.1"]),
    ])
  func addresses(name: String, type: RecordType, expected: [String]) throws {
    #expect(try cluster.ask(name, type).records == expected)
  }

  @Test(
    "Names that do not exist",
    arguments: [
      "empty.shop.svc", "10-0-0-1.db.shop.svc", "10-0-0-3.db.shop.svc", "fd00--.db.shop.svc", "names.shop.svc",
      "orphan.shop.svc", "_sql._udp.db.shop.svc", "_http._tcp.bare.shop.svc", "_tcp.bare.shop.svc",
      "db-1-pod.db.shop.svc", "_tcp.empty.shop.svc", "a.pin._zone.db.shop.svc", "_zone.db.shop.svc",
    ])
  func nxDomain(name: String) throws { #expect(try cluster.ask(name).kind == .nxDomain) }

  @Test(
    "SRV: one for each endpoint name and port, with the slice's port; weights count endpoint, port and slice",
    arguments: [
      (
        "_sql._tcp.db.shop.svc",
        [
          "0 20 5432 10-0-0-2.db.shop.svc.cluster.local.", "0 20 5432 10-0-0-4.db.shop.svc.cluster.local.",
          "0 20 5432 db-0.db.shop.svc.cluster.local.", "0 20 5432 fd00--0.db.shop.svc.cluster.local.",
          "0 20 5432 fd00--1.db.shop.svc.cluster.local.",
        ]
      ),
      (
        "twice.shop.svc",
        ["0 33 8080 10-0-4-1.twice.shop.svc.cluster.local.", "0 33 8080 10-0-4-2.twice.shop.svc.cluster.local."]
      ),
      (
        "db-0.db.shop.svc",
        ["0 50 5432 db-0.db.shop.svc.cluster.local.", "0 50 9000 db-0.db.shop.svc.cluster.local."]
      ),
      ("s-0.stateful.shop.svc", ["0 50 8080 s-0.stateful.shop.svc.cluster.local."]),
      ("bare.shop.svc", []), ("_http._tcp.open.shop.svc", []), ("open.shop.svc", []),
    ])
  func services(name: String, expected: [String]) throws {
    let answer = try cluster.ask(name, .srv)
    #expect(answer.records == expected)
    #expect(answer.kind == (expected.isEmpty ? .noData : .found))
  }

  @Test("At the Service's own name there are all ports, unnamed ones too")
  func bareServices() throws {
    let answer = try cluster.ask("db.shop.svc", .srv)
    // Three endpoints with two ports, and two with one.
    #expect(answer.records.count == 8)
    #expect(answer.records.allSatisfy { $0.hasPrefix("0 12 ") })
    #expect(answer.additional.count == 5)
  }

  @Test("Both families of one endpoint name are in the additional section")
  func additional() throws {
    #expect(
      try cluster.ask("_http._tcp.stateful.shop.svc", .srv).additional == [
        "s-0.stateful.shop.svc.cluster.local. 10.0.7.1", "s-0.stateful.shop.svc.cluster.local. fd00:7::1",
      ])
  }

  @Test("The least weight is 1")
  func leastWeight() throws {
    let answer = try cluster.ask("_http._tcp.many.shop.svc", .srv)
    #expect(answer.records.count == 150)
    #expect(answer.records.allSatisfy { $0.hasPrefix("0 1 8080 ") })
  }

  @Test("endpoint_pod_names: the Pod's name where there is no hostname, if it is one label")
  func podNames() throws {
    let long = String(repeating: "p", count: 64)
    let cluster = try ClusterFixture([
      namespace("shop"), service("db", headless: true),
      slice(
        "db-a", of: "db",
        [
          endpoint("10.0.0.1", hostname: "db-0", pod: "pod-0"), endpoint("10.0.0.2", pod: "pod-1"),
          endpoint("10.0.0.3", pod: long), endpoint("10.0.0.4"), endpoint("10.0.0.5", pod: "a.b"),
        ]),
    ]) { $0.endpointPodNames = true }
    for (name, found) in [
      ("db-0", true), ("pod-0", false), ("pod-1", true), ("10-0-0-2", false), ("10-0-0-3", true), ("10-0-0-4", true),
      ("10-0-0-5", true),
    ] {
      #expect(try cluster.ask("\(name).db.shop.svc").kind == (found ? .found : .nxDomain), "\(name)")
    }
  }
}

/// Names for the endpoints of one topology zone.
@Suite("Zonal names")
struct ZonalTests {
  let cluster: ClusterFixture

  init() throws {
    cluster = try ClusterFixture([
      namespace("shop"), service("db", headless: true), service("web", ips: ["10.96.0.1"]),
      slice("web-a", of: "web", [endpoint("10.0.1.1", zone: "eu-a")]),
      slice(
        "db-a", of: "db",
        [endpoint("10.0.0.1", zone: "eu-a"), endpoint("10.0.0.2", zone: "eu-b"), endpoint("10.0.0.3")]),
    ]) { $0.zonal = true }
  }

  @Test(
    "pin is strict, prefer widens",
    arguments: [
      ("eu-a.pin._zone.db.shop.svc", ["10.0.0.1"]), ("eu-a.prefer._zone.db.shop.svc", ["10.0.0.1"]),
      ("EU-B.pin._zone.db.shop.svc", ["10.0.0.2"]),
      ("eu-c.prefer._zone.db.shop.svc", ["10.0.0.1", "10.0.0.2", "10.0.0.3"]),
    ])
  func addresses(name: String, expected: [String]) throws {
    #expect(try cluster.ask(name).records == expected)
    let services = try cluster.ask(name, .srv)
    #expect(services.records.count == expected.count)
    #expect(services.records.allSatisfy { $0.hasPrefix("0 \(100 / expected.count) 8080 ") })
  }

  @Test(
    "Only where there are such endpoints, and only below headless Services",
    arguments: [
      ("eu-c.pin._zone.db.shop.svc", Answer.Kind.nxDomain), ("eu-a.pin._zone.web.shop.svc", .nxDomain),
      ("eu-a.prefer._zone.web.shop.svc", .nxDomain), ("_zone.db.shop.svc", .noData),
      ("pin._zone.db.shop.svc", .noData), ("eu-a.other._zone.db.shop.svc", .nxDomain),
      ("_http._tcp.eu-a.pin._zone.db.shop.svc", .nxDomain), ("eu-c.prefer._zone.nope.shop.svc", .nxDomain),
    ])
  func others(name: String, kind: Answer.Kind) throws { #expect(try cluster.ask(name).kind == kind) }
}
