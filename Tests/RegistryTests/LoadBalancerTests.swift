import ClusterModel
import NetworkAddresses
import Registry
import Testing

@Suite("Registry: addresses of load balancers")
struct LoadBalancerTests {
  private func pool(_ ranges: String..., families: [String] = ["10.96.0.0/12"]) throws -> Registry {
    try shop { settings in
      settings.serviceRanges = families.map(range)
      settings.loadBalancerRanges = ranges.map(range)
    }
  }

  private func balanced(_ name: String, change: (inout Service) -> Void = { _ in }) -> Service {
    service(name) {
      $0.spec.type = .loadBalancer
      change(&$0)
    }
  }

  private func ingress(_ name: String, in registry: Registry) -> [String] {
    registry.get(Service.self, namespace: "shop", name: name)?.status.ingress.map(\.ip) ?? []
  }

  @Test("without a pool a Service waits for somebody else's load balancer")
  func pending() throws {
    let registry = try pool()
    try registry.create(balanced("web"))
    #expect(ingress("web", in: registry).isEmpty)
  }

  @Test("a Service gets an address of the pool, and keeps it")
  func allocates() throws {
    let registry = try pool("192.0.2.0/30")
    #expect(try registry.create(balanced("web")).status.ingress.isEmpty)
    let first = ingress("web", in: registry)
    #expect(first.count == 1 && range("192.0.2.0/30").contains(ip(first[0])))
    let stored = try #require(registry.get(Service.self, namespace: "shop", name: "web"))
    #expect(stored.status.ingress.first?.ipMode == "VIP")
    var changed = stored
    changed.spec.sessionAffinity = .clientIP
    try registry.update(changed)
    #expect(ingress("web", in: registry) == first)
  }

  @Test("a full pool leaves Services pending until an address is given back")
  func full() throws {
    let registry = try pool("192.0.2.7/32")
    try registry.create(balanced("a"))
    try registry.create(balanced("b"))
    #expect(ingress("a", in: registry) == ["192.0.2.7"])
    #expect(ingress("b", in: registry).isEmpty)
    try registry.delete(ObjectKey(.service, namespace: "shop", name: "a"))
    #expect(ingress("b", in: registry) == ["192.0.2.7"])
  }

  @Test("another type gives the address back")
  func type() throws {
    let registry = try pool("192.0.2.7/32")
    try registry.create(balanced("a"))
    var other = try #require(registry.get(Service.self, namespace: "shop", name: "a"))
    other.spec.type = .clusterIP
    other.spec.externalTrafficPolicy = nil
    other.spec.allocateLoadBalancerNodePorts = nil
    try registry.update(other)
    #expect(ingress("a", in: registry).isEmpty)
    try registry.create(balanced("b"))
    #expect(ingress("b", in: registry) == ["192.0.2.7"])
  }

  @Test("one address a family")
  func dualStack() throws {
    let registry = try pool("192.0.2.0/24", "2001:db8::/64", families: ["10.96.0.0/12", "fd00:10:96::/108"])
    try registry.create(balanced("web") { $0.spec.ipFamilyPolicy = .requireDualStack })
    let families = ingress("web", in: registry).map { ip($0).family }
    #expect(families == [.ipv4, .ipv6])
  }

  @Test(
    "the address that is asked for, or none",
    arguments: [
      ("192.0.2.2", ["192.0.2.2"]), ("192.0.2.1", []), ("198.51.100.1", []),
    ] as [(String, [String])])
  func asked(address: String, given: [String]) throws {
    let registry = try pool("192.0.2.0/30")
    try registry.create(balanced("first") { $0.spec.loadBalancerIP = "192.0.2.1" })
    try registry.create(balanced("web") { $0.spec.loadBalancerIP = address })
    #expect(ingress("first", in: registry) == ["192.0.2.1"])
    #expect(ingress("web", in: registry) == given)
  }

  @Test("Services of another class are somebody else's", arguments: [("example.com/lb", 0), ("clusterdns.io/pool", 1)])
  func classes(name: String, count: Int) throws {
    let registry = try pool("192.0.2.0/30")
    try registry.create(balanced("web") { $0.spec.loadBalancerClass = name })
    #expect(ingress("web", in: registry).count == count)
  }

  @Test("what a manifest says of its load balancer stays")
  func pictures() throws {
    let registry = try pool("192.0.2.0/30")
    let picture = balanced("web") { $0.status.ingress = [LoadBalancerIngress(ip: "198.51.100.9")] }
    _ = try registry.apply([picture.object])
    #expect(ingress("web", in: registry) == ["198.51.100.9"])
  }
}
