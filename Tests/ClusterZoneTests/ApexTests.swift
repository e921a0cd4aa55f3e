import ClusterModel
import ClusterZone
import DNSWire
import NetworkAddresses
import Testing

@Suite("What the zone says of itself")
struct ApexTests {
  @Test("The version of the specification, for 28,800 seconds")
  func version() throws {
    let message = try #require(try ClusterFixture([]).ask("dns-version", .txt).message)
    #expect(message.answers.map(\.description) == ["dns-version.cluster.local. 28800 IN TXT \"1.1.0\""])
  }

  @Test(
    "SOA: fixed numbers, a minimum of the TTL, and a TTL of its own of at most 300",
    arguments: [5, 30, 3600] as [UInt32])
  func soa(ttl: UInt32) throws {
    let cluster = try ClusterFixture([]) { $0.ttl = ttl }
    let asked = try #require(try cluster.ask("cluster.local.", .soa).message)
    let denial = try #require(try cluster.ask("nope").message)
    #expect(asked.answers == denial.authorities)
    #expect(asked.answers[0].ttl == min(ttl, 300))
    guard case .soa(let soa) = asked.answers[0].data else {
      Issue.record("no SOA")
      return
    }
    #expect("\(soa.primary) \(soa.mailbox)" == "ns.dns.cluster.local. hostmaster.cluster.local.")
    #expect([soa.refresh, soa.retry, soa.expire, soa.minimum] == [7200, 1800, 86_400, ttl])
    #expect(cluster.zone.soa(of: 0, asked: asked.questions[0].name) == asked.answers[0])
  }

  @Test("The serial grows with each change, and only then")
  func serial() throws {
    let cluster = try ClusterFixture([namespace("shop")])
    let first = cluster.zone.zones[0].serial
    cluster.zone.apply([.set(service("web", ips: ["10.96.0.1"]))])
    let second = cluster.zone.zones[0].serial
    #expect(second > first)
    cluster.zone.apply([.set(service("web", ips: ["10.96.0.1"])), .set(namespace("shop"))])
    #expect(cluster.zone.zones[0].serial == second)
  }

  private let addresses = ["192.0.2.53", "127.0.0.1", "::", "2001:db8::53"].map(address)

  @Test("NS is ns.dns, with the listener's addresses that are not loopback")
  func listener() throws {
    let cluster = try ClusterFixture([]) { $0.localAddresses = addresses }
    let answer = try cluster.ask("cluster.local.", .ns)
    #expect(answer.records == ["ns.dns.cluster.local."])
    #expect(answer.additional == ["ns.dns.cluster.local. 192.0.2.53", "ns.dns.cluster.local. 2001:db8::53"])
    #expect(try cluster.ask("ns.dns").records == ["192.0.2.53"])
    #expect(try cluster.ask("ns.dns", .aaaa).records == ["2001:db8::53"])
    #expect(try cluster.ask("ns.dns", .srv).kind == .noData)
    #expect(try cluster.ask("in-addr.arpa.", .ns).records == ["ns.dns.in-addr.arpa."])
  }

  @Test("NS are the Services that have one of our addresses as an endpoint")
  func services() throws {
    let cluster = try ClusterFixture([
      namespace("kube-system"), service("kube-dns", in: "kube-system", ips: ["10.96.0.10", "fd00::10"]),
      slice("kube-dns-a", of: "kube-dns", in: "kube-system", [endpoint("192.0.2.53")]),
      service("peers", in: "kube-system", headless: true),
      slice("peers-a", of: "peers", in: "kube-system", [endpoint("192.0.2.53")]),
    ]) { $0.localAddresses = addresses }
    let answer = try cluster.ask("cluster.local.", .ns)
    #expect(
      answer.records == [
        "192-0-2-53.peers.kube-system.svc.cluster.local.", "kube-dns.kube-system.svc.cluster.local.",
      ])
    #expect(
      answer.additional == [
        "192-0-2-53.peers.kube-system.svc.cluster.local. 192.0.2.53",
        "kube-dns.kube-system.svc.cluster.local. 10.96.0.10", "kube-dns.kube-system.svc.cluster.local. fd00::10",
      ])
    #expect(try cluster.ask("ns.dns").records == ["10.96.0.10", "192.0.2.53"])
    let reverse = try cluster.ask("in-addr.arpa.", .ns)
    #expect(reverse.records == ["ns.dns.in-addr.arpa."])
    #expect(reverse.additional.count == 3)
    cluster.zone.apply([
      .delete(ObjectKey(.service, namespace: "kube-system", name: "kube-dns")),
      .delete(ObjectKey(.service, namespace: "kube-system", name: "peers")),
    ])
    #expect(try cluster.ask("cluster.local.", .ns).records == ["ns.dns.cluster.local."])
    #expect(try cluster.ask("ns.dns").records == ["192.0.2.53"])
  }
}
