import ClusterDiscovery
import ClusterDiscoveryObjects
import ClusterModel
import NetworkAddresses
import Testing

private func slice(
  _ name: String, type: AddressType = .ipv4, of service: String = "web",
  ports: [EndpointPort] = [EndpointPort(name: "http", port: 8080)], _ endpoints: [ClusterModel.Endpoint]
) -> EndpointSlice {
  EndpointSlice(
    metadata: ObjectMeta(name: name, namespace: "shop", labels: [WellKnownLabel.serviceName: service]),
    addressType: type, endpoints: endpoints, ports: ports)
}

private func endpoint(_ address: String, ready: Bool? = nil, serving: Bool? = nil, terminating: Bool? = nil) throws
  -> ClusterModel.Endpoint
{
  ClusterModel.Endpoint(
    addresses: [try #require(IPAddress(address))],
    conditions: EndpointConditions(ready: ready, serving: serving, terminating: terminating))
}

private func service(
  ports: [ServicePort] = [ServicePort(name: "http", port: 80)], change: (inout Service) -> Void = { _ in }
) -> Service {
  var service = Service(metadata: ObjectMeta(name: "web", namespace: "shop"), spec: ServiceSpec(ports: ports))
  change(&service)
  return service
}

private func addresses(
  _ target: String, families: EndpointFamilies = .first, _ service: Service?, _ slices: [EndpointSlice]
) throws -> [String] {
  var seen = ServiceObjects(try Target(target), families: families)
  for object in [service?.object].compactMap({ $0 }) + slices.map(\.object) { seen.put(object) }
  return try seen.endpointSet(revision: "1").endpoints.map { "\($0.address)" }
}

@Suite("Ports of a target") struct WantedPortTests {
  private let ports = [
    ServicePort(name: "http", port: 80), ServicePort(name: "admin", port: 8000),
    ServicePort(name: "dns", protocol: .udp, port: 53), ServicePort(name: "dns-tcp", port: 53),
  ]
  private let slicePorts = [
    EndpointPort(name: "admin", port: 9000), EndpointPort(name: "http", port: 8080),
    EndpointPort(name: "dns", protocol: .udp, port: 5353), EndpointPort(name: "dns-tcp", port: 5354),
  ]

  @Test(
    "a port of the Service is found in the slice by its name",
    arguments: [
      ("web.shop", 8080), ("web.shop:http", 8080), ("web.shop:80", 8080), ("web.shop:admin", 9000),
      ("web.shop:8000", 9000), ("_dns._udp.web.shop", 5353), ("web.shop:53", 5354), ("web.shop:dns-tcp", 5354),
    ])
  func found(target: String, port: Int) throws {
    let slices = [slice("web-1", ports: slicePorts, [try endpoint("10.0.0.1")])]
    #expect(try addresses(target, service(ports: ports), slices) == ["10.0.0.1:\(port)"])
  }

  @Test(
    "a port that the Service does not have is said with those that it has", arguments: ["web.shop:dns", "web.shop:81"])
  func missing(target: String) throws {
    let error = #expect(throws: DiscoveryError.self) { try addresses(target, service(ports: ports), []) }
    #expect(error?.reason == .notFound)
    #expect(error?.message.contains("http 80/TCP, admin 8000/TCP, dns 53/UDP") == true, "\(error?.message ?? "")")
  }

  @Test("a headless Service without ports takes any number, and no name")
  func headless() throws {
    let headless = service(ports: []) { $0.spec.isHeadless = true }
    let slices = [slice("web-1", ports: [], [try endpoint("10.0.0.1")])]
    #expect(try addresses("web.shop:7000", headless, slices) == ["10.0.0.1:7000"])
    #expect(throws: DiscoveryError.self) { try addresses("web.shop", headless, slices) }
    #expect(throws: DiscoveryError.self) { try addresses("web.shop:http", headless, slices) }
  }

  @Test("a slice without the port has no endpoints for it; one that has all ports has the Service's number")
  func slices() throws {
    let other = slice("web-1", ports: [EndpointPort(name: "grpc", port: 1)], [try endpoint("10.0.0.1")])
    let all = slice("web-2", ports: [EndpointPort(name: "http", port: nil)], [try endpoint("10.0.0.2")])
    #expect(try addresses("web.shop", service(), [other, all]) == ["10.0.0.2:80"])
    let absurd = slice("web-3", ports: [EndpointPort(name: "http", port: 70_000)], [try endpoint("10.0.0.3")])
    #expect(try addresses("web.shop", service(), [absurd]).isEmpty)
  }
}

@Suite("Services and slices as endpoint sets") struct ServiceObjectsTests {
  @Test("of two families one counts, the Service's first that has endpoints, unless something else is wanted")
  func families() throws {
    let dual = service { $0.spec.ipFamilies = [.ipv6, .ipv4] }
    let (four, six) = (
      slice("web-4", [try endpoint("10.0.0.1")]), slice("web-6", type: .ipv6, [try endpoint("fd00::1")])
    )
    #expect(try addresses("web.shop", dual, [four, six]) == ["[fd00::1]:8080"])
    #expect(try addresses("web.shop", dual, [four]) == ["10.0.0.1:8080"])
    #expect(try addresses("web.shop", families: .only(.ipv4), dual, [four, six]) == ["10.0.0.1:8080"])
    #expect(try addresses("web.shop", families: .both, dual, [four, six]) == ["10.0.0.1:8080", "[fd00::1]:8080"])
    #expect(try addresses("web.shop", families: .only(.ipv6), dual, [four]).isEmpty)
  }

  @Test("a Service without endpoints is an empty set; what has none of its own is not found, and says why")
  func absent() throws {
    #expect(try addresses("web.shop", service(), []).isEmpty)
    let alias = service(ports: []) {
      $0.spec.type = .externalName
      $0.spec.externalName = "shop.example.org"
    }
    var names = ClusterModel.Endpoint()
    names.domainNames = ["a.example.org"]
    let cases: [(Service?, [EndpointSlice], String)] = [
      (nil, [slice("web-1", [try endpoint("10.0.0.1")])], "no service web in the namespace shop"),
      (alias, [], "stands for shop.example.org"),
      (service(), [slice("web-1", type: .fqdn, [names])], "addressType FQDN"),
    ]
    for (service, slices, text) in cases {
      let error = #expect(throws: DiscoveryError.self) { try addresses("web.shop", service, slices) }
      #expect(error?.reason == .notFound && error?.message.contains(text) == true, "\(error?.message ?? "")")
    }
  }

  @Test(
    "unknown conditions count as Kubernetes says",
    arguments: [
      (nil, nil, nil, EndpointCondition.ready), (false, nil, nil, .unready),
      (false, true, true, .draining), (true, nil, nil, .ready),
      (false, true, nil, EndpointCondition(isReady: false, isServing: true, isTerminating: false)),
    ] as [(Bool?, Bool?, Bool?, EndpointCondition)])
  func conditions(ready: Bool?, serving: Bool?, terminating: Bool?, expected: EndpointCondition) throws {
    var seen = ServiceObjects(try Target("web.shop"))
    seen.put(service().object)
    let one = try endpoint("10.0.0.1", ready: ready, serving: serving, terminating: terminating)
    seen.put(slice("web-1", [one]).object)
    #expect(try seen.endpointSet(revision: "1").endpoints.map(\.condition) == [expected])
  }

  @Test("an endpoint brings zone, node, host name and Pod; the Service its affinity")
  func details() throws {
    var one = try endpoint("10.0.0.1")
    (one.zone, one.nodeName, one.hostname) = ("a", "node-1", "web-0")
    one.targetRef = ObjectReference(kind: "Pod", namespace: "shop", name: "web-0")
    var seen = ServiceObjects(try Target("web.shop"))
    seen.put(service { $0.spec.sessionAffinity = .clientIP }.object)
    seen.put(slice("web-1", [one]).object)
    let set = try seen.endpointSet(revision: "7")
    let found = try #require(set.endpoints.first)
    #expect(found.zone == "a" && found.node == "node-1" && found.hostname == "web-0")
    #expect(found.metadata == ["pod": "web-0"])
    #expect(set.sessionAffinity == .seconds(10_800) && set.revision == "7")
  }

  @Test("an endpoint in two slices is ready when it is ready in one")
  func moving() throws {
    var seen = ServiceObjects(try Target("web.shop"))
    seen.put(service().object)
    seen.put(slice("web-1", [try endpoint("10.0.0.1")]).object)
    seen.put(slice("web-2", [try endpoint("10.0.0.1", ready: false)]).object)
    #expect(try seen.endpointSet(revision: "1").endpoints.map(\.condition) == [.ready])
  }

  @Test("another port of the Service is another port of all its endpoints")
  func portMoves() throws {
    var seen = ServiceObjects(try Target("web.shop"))
    let ports = [EndpointPort(name: "http", port: 8080), EndpointPort(name: "admin", port: 9000)]
    seen.put(service().object)
    seen.put(slice("web-1", ports: ports, [try endpoint("10.0.0.1")]).object)
    #expect(try seen.endpointSet(revision: "1").endpoints.map { "\($0.address)" } == ["10.0.0.1:8080"])
    seen.put(service(ports: [ServicePort(name: "admin", port: 80)]).object)
    #expect(try seen.endpointSet(revision: "2").endpoints.map { "\($0.address)" } == ["10.0.0.1:9000"])
  }

  @Test("objects come, go, and change hands")
  func changes() throws {
    var seen = ServiceObjects(try Target("web.shop"))
    seen.put(service().object)
    seen.put(slice("web-1", [try endpoint("10.0.0.1")]).object)
    seen.put(slice("api-1", of: "api", [try endpoint("10.0.0.9")]).object)
    #expect(try seen.endpointSet(revision: "1").endpoints.count == 1)
    seen.put(slice("web-1", of: "api", [try endpoint("10.0.0.1")]).object)
    #expect(try seen.endpointSet(revision: "2").endpoints.isEmpty)
    seen.put(slice("web-1", [try endpoint("10.0.0.1")]).object)
    seen.removeAll(of: .endpointSlice)
    #expect(try seen.endpointSet(revision: "3").endpoints.isEmpty)
    seen.remove(ObjectKey(.service, namespace: "shop", name: "web"))
    #expect(throws: DiscoveryError.self) { try seen.endpointSet(revision: "4") }
  }
}
