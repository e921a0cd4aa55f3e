import ClusterDiscovery
import DNSWire
import NetworkAddresses
import QueryEngine
import Testing

@testable import ClusterDiscoveryDNS

@Suite("DNS: what is asked, and what an endpoint is")
struct LookupTests {
  /// A headless Service with two instances.
  private static let headless = ScriptedZone(
    srv("_http._tcp.", name("a.")), srv("_http._tcp.", name("b.")), srv("", name("a.")), srv("", name("b.")),
    address(name("a."), "10.0.0.1"), address(name("b."), "10.0.0.2"), address(name(), "10.0.0.1"),
    address(name(), "10.0.0.2"))

  @Test(
    "the port's name asks for SRV, its number for addresses, none for all ports",
    arguments: [
      (
        "web.shop:http", ["10.0.0.1:8080*50", "10.0.0.2:8080*50"], ["SRV _http._tcp.web.shop.svc.cluster.local. 0 udp"]
      ),
      ("web.shop", ["10.0.0.1:8080*50", "10.0.0.2:8080*50"], ["SRV web.shop.svc.cluster.local. 0 udp"]),
      (
        "web.shop:80", ["10.0.0.1:80*1", "10.0.0.2:80*1"],
        ["A web.shop.svc.cluster.local. 0 udp", "AAAA web.shop.svc.cluster.local. 0 udp"]
      ),
    ])
  func forms(target: String, endpoints: [String], asked: [String]) async throws {
    let (source, upstream) = DNSSource.scripted(Self.headless)
    let set = try await source.lookup(try Target(target))
    #expect(set.lines == endpoints)
    #expect(upstream.take().map(\.text).sorted() == asked)
  }

  @Test("instances have the names that they have in the Service's domain, others none")
  func hostnames() async throws {
    var zone = Self.headless
    zone.records += [srv("_http._tcp.", domain("elsewhere.example")), address(domain("elsewhere.example"), "10.9.0.1")]
    let (source, _) = DNSSource.scripted(zone)
    for target in ["web.shop:http", "_http._tcp.web.shop.svc.cluster.local"] {
      #expect(try await source.lookup(try Target(target)).endpoints.map(\.hostname) == ["a", "b", nil])
    }
  }

  @Test("hosts whose addresses the answer does not bring along are asked for, in the families that are wanted")
  func missingAddresses() async throws {
    var zone = Self.headless
    zone.bringsAddresses = false
    zone.records.append(address(name("b."), "fd00::2"))
    let (source, upstream) = DNSSource.scripted(zone, DNSSourceSettings(families: .both))
    #expect(
      try await source.lookup(try Target("web.shop:http")).lines
        == ["10.0.0.1:8080*50", "10.0.0.2:8080*25", "[fd00::2]:8080*25"])
    #expect(
      Set(upstream.take().dropFirst().map(\.text))
        == [
          "A a.web.shop.svc.cluster.local. 0 udp", "AAAA a.web.shop.svc.cluster.local. 0 udp",
          "A b.web.shop.svc.cluster.local. 0 udp", "AAAA b.web.shop.svc.cluster.local. 0 udp",
        ])
    let (one, asked) = DNSSource.scripted(zone, DNSSourceSettings(families: .only(.ipv6)))
    #expect(try await one.lookup(try Target("web.shop:http")).lines == ["[fd00::2]:8080*50"])
    #expect(asked.take().dropFirst().allSatisfy { $0.question.type == .aaaa })
  }

  @Test("unless both families are wanted each instance comes once: IPv6 where there is no IPv4")
  func families() async throws {
    let dual = ScriptedZone(
      srv("_http._tcp.", name("a.")), address(name("a."), "10.0.0.1"), address(name("a."), "fd00::1"),
      address(name(), "fd00::9"))
    let (source, _) = DNSSource.scripted(dual)
    #expect(try await source.lookup(try Target("web.shop:http")).lines == ["10.0.0.1:8080*50"])
    #expect(try await source.lookup(try Target("web.shop:80")).lines == ["[fd00::9]:80*1"])
  }

  @Test("when many addresses are missing, the answer is asked again over TCP, which has room for them")
  func manyHosts() async throws {
    var zone = ScriptedZone()
    for index in 1...40 {
      let host = name("h\(index).")
      zone.records += [srv("_http._tcp.", host), address(host, "10.0.1.\(index)")]
    }
    var short = zone
    short.bringsAddresses = false
    let (source, upstream) = DNSSource.scripted { [zone, short] in
      ($0.transport == .tcp ? zone : short).reply(to: $0.question)
    }
    #expect(try await source.lookup(try Target("web.shop:http")).endpoints.count == 40)
    #expect(upstream.take().map(\.transport) == [.udp, .tcp])
    let (stubborn, asked) = DNSSource.scripted(short)
    #expect(try await stubborn.lookup(try Target("web.shop:http")).endpoints.count == 40)
    #expect(asked.take().count == 2 + 80)
  }

  @Test("of the priorities only the lowest that is there is ready; weights are shared by a host's addresses")
  func prioritiesAndWeights() async throws {
    let (source, _) = DNSSource.scripted(
      ScriptedZone(
        srv("_http._tcp.", domain("gone.example"), priority: 0),
        srv("_http._tcp.", name("a."), priority: 5, weight: 10),
        srv("_http._tcp.", name("b."), priority: 5, weight: 0), srv("_http._tcp.", name("c."), priority: 9, weight: 3),
        address(name("a."), "10.0.0.1"), address(name("a."), "10.0.0.2"), address(name("b."), "10.0.0.3"),
        address(name("c."), "10.0.0.4")))
    let set = try await source.lookup(try Target("web.shop:http"))
    #expect(set.lines == ["10.0.0.1:8080*5", "10.0.0.2:8080*5", "10.0.0.3:8080*1", "~10.0.0.4:8080*3"])
    #expect(set.usable.count == 3)
    #expect(set.endpoints.map { $0.metadata["priority"] } == [nil, nil, nil, "9"])
  }

  @Test("weights that do not come out even keep their proportions")
  func unevenWeights() throws {
    let records = ServiceRecords([srv("", name("a."), weight: 1).data, srv("", name("b."), weight: 1).data])
    let three = ["10.0.0.1", "10.0.0.2", "10.0.0.3"].compactMap { IPAddress($0) }
    let other = try #require(IPAddress("10.0.0.4"))
    let endpoints = records.endpoints([name("a."): three, name("b."): [other]], in: nil)
    #expect(endpoints.map(\.weight) == [21845, 21845, 21845, 65535])
  }

  @Test(
    "what is not there, and what is there without endpoints",
    arguments: [
      ("web.shop:grpc", DiscoveryError.Reason.notFound, "or its port grpc"),
      ("api.shop:80", .notFound, "DNS knows no such name"), ("api.shop", .notFound, "is not there"),
      ("none.shop:http", .notFound, "is not there"),
      (
        "two.shop", .notFound,
        "has the ports 80, 443, and DNS does not tell which is the first; give one, as in two.shop:80"
      ),
      ("empty.shop", .notFound, "give one by its number, as in empty.shop:8080"),
      ("empty.shop:http", nil, ""), ("empty.shop:80", nil, ""), ("lost.shop:http", nil, ""),
    ])
  func absent(target: String, reason: DiscoveryError.Reason?, message: String) async throws {
    func at(_ service: String, _ prefix: String = "") -> DomainName {
      domain("\(prefix)\(service).shop.svc.cluster.local")
    }
    func srv(_ name: DomainName, _ port: UInt16, _ host: DomainName) -> ResourceRecord {
      ResourceRecord(name: name, ttl: 5, data: .srv(SRV(priority: 0, weight: 1, port: port, target: host)))
    }
    let text = RecordData.txt("here")
    var zone = Self.headless
    zone.records += [
      srv(at("none", "_http._tcp."), 0, .root), srv(at("two"), 443, at("two")), srv(at("two"), 80, at("two")),
      ResourceRecord(name: at("empty"), ttl: 5, data: text),
      ResourceRecord(name: at("empty", "_http._tcp."), ttl: 5, data: text),
      srv(at("lost", "_http._tcp."), 80, domain("lost.example")),
    ]
    let (source, _) = DNSSource.scripted(zone)
    let error = try await failure(source, target)
    #expect(error?.reason == reason)
    #expect(error?.message.contains(message) ?? true, "\(error?.message ?? "")")
    if reason == nil { #expect(try await source.lookup(try Target(target)).endpoints.isEmpty) }
  }

  @Test("names are completed with the search list, in the order that ndots says", arguments: [5, 2])
  func searchList(ndots: Int) async throws {
    let zone = ScriptedZone(address(domain("web.shop.svc.lab.example"), "10.0.0.1"))
    let (source, upstream) = DNSSource.scripted(
      DNSSourceSettings(completion: .searchList, families: .only(.ipv4)),
      change: {
        $0.search = [domain("shop.svc.lab.example"), domain("lab.example")]
        $0.ndots = ndots
      }, { zone.reply(to: $0.question) })
    #expect(try await source.lookup(try Target("web.shop:80")).lines == ["10.0.0.1:80*1"])
    let asked = upstream.take().map(\.question.name.description)
    let completed = ["web.shop.svc.shop.svc.lab.example.", "web.shop.svc.lab.example."]
    #expect(asked == (ndots == 2 ? ["web.shop.svc."] : []) + completed)
  }
}
