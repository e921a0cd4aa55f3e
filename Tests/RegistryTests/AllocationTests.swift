import ClusterModel
import NetworkAddresses
import Registry
import Testing

@Suite("Registry: ClusterIPs and node ports (KEP-3070, KEP-3668)")
struct AllocationTests {
  @Test("automatic addresses come from above the lower band, and the same name always gets the same one")
  func automatic() throws {
    let first = try shop().create(service("web")).spec.clusterIP
    let second = try shop().create(service("web")).spec.clusterIP
    #expect(first == second)
    let offset = try #require(first.flatMap { range("10.96.0.0/12").offset(of: $0) })
    #expect(offset > 256)
  }

  @Test("a small range is used up to its last address, and first and last stay free")
  func exhaustion() throws {
    let registry = try shop("10.0.0.0/28")
    var seen: Set<IPAddress> = []
    for number in 1...14 { seen.formUnion(try registry.create(service("s\(number)")).spec.clusterIPs) }
    #expect(seen.count == 14)
    #expect(seen.min() == ip("10.0.0.1"))
    #expect(seen.max() == ip("10.0.0.14"))
    let error = #expect(throws: RegistryError.self) { try registry.create(service("full")) }
    #expect(error?.reason == .internalError)
    try registry.delete(ObjectKey(.service, namespace: "shop", name: "s3"))
    try registry.create(service("fits"))
  }

  @Test(
    "a named address that cannot be had is refused in Kubernetes' words",
    arguments: [
      ("10.96.0.50", "provided IP is already allocated"),
      ("192.0.2.1", "the provided network does not match the current range"),
      ("10.96.0.0", "the provided network does not match the current range"),
      ("10.111.255.255", "the provided network does not match the current range"),
    ])
  func refused(_ address: String, _ why: String) throws {
    let registry = try shop()
    try registry.create(service("first") { $0.spec.clusterIPs = [ip("10.96.0.50")] })
    let error = #expect(throws: RegistryError.self) {
      try registry.create(service("second") { $0.spec.clusterIPs = [ip(address)] })
    }
    let cause = "Invalid value: [\"\(address)\"]: failed to allocate IP \(address): \(why)"
    #expect(error?.message == "Service \"second\" is invalid: spec.clusterIPs: \(cause)")
  }

  @Test("an update keeps the address that it does not name, and cannot change it")
  func immutable() throws {
    let registry = try shop()
    let stored = try registry.create(service("web"))
    #expect(
      try registry.update(service("web") { $0.metadata.labels = ["a": "b"] }).spec.clusterIPs == stored.spec.clusterIPs)
    let error = #expect(throws: RegistryError.self) {
      try registry.update(service("web") { $0.spec.clusterIPs = [ip("10.96.77.77")] })
    }
    #expect(error?.details?.causes.first?.message == #"Invalid value: ["10.96.77.77"]: may not change once set"#)
    try registry.create(service("other") { $0.spec.clusterIPs = [ip("10.96.77.77")] })
  }

  @Test("an address comes back when the Service becomes an ExternalName")
  func released() throws {
    let registry = try shop()
    let stored = try registry.create(service("web"))
    try registry.update(
      service("web") {
        $0.spec.type = .externalName
        $0.spec.externalName = "example.com"
      })
    try registry.create(service("other") { $0.spec.clusterIPs = stored.spec.clusterIPs })
  }

  @Test(
    "families and policies (KEP-563)",
    arguments: [
      (["10.96.0.0/16"], nil, [], "SingleStack", ["IPv4"]),
      (["10.96.0.0/16"], IPFamilyPolicy.preferDualStack, [], "PreferDualStack", ["IPv4"]),
      (["10.96.0.0/16", "fd00::/112"], nil, [], "SingleStack", ["IPv4"]),
      (["10.96.0.0/16", "fd00::/112"], .preferDualStack, [], "PreferDualStack", ["IPv4", "IPv6"]),
      (["10.96.0.0/16", "fd00::/112"], .requireDualStack, [.ipv6], "RequireDualStack", ["IPv6", "IPv4"]),
      (["10.96.0.0/16", "fd00::/112"], nil, [.ipv6], "SingleStack", ["IPv6"]),
      (["fd00::/112"], nil, [], "SingleStack", ["IPv6"]),
    ] as [([String], IPFamilyPolicy?, [AddressFamily], String, [String])])
  func families(
    _ ranges: [String], _ policy: IPFamilyPolicy?, _ families: [AddressFamily], _ outcome: String, _ got: [String]
  ) throws {
    let registry = try shop { $0.serviceRanges = ranges.map(range) }
    let stored = try registry.create(
      service("web") {
        $0.spec.ipFamilyPolicy = policy
        $0.spec.ipFamilies = families
      })
    #expect(stored.spec.ipFamilyPolicy?.rawValue == outcome)
    #expect(stored.spec.ipFamilies.map { AddressType($0).rawValue } == got)
    #expect(stored.spec.clusterIPs.map { AddressType($0.family).rawValue } == got)
  }

  @Test("a headless Service without a selector has both families, as nobody knows its endpoints")
  func headless() throws {
    let stored = try shop().create(
      service("db") {
        $0.spec.isHeadless = true
        $0.spec.selector = [:]
      })
    #expect(stored.spec.ipFamilies == [.ipv4, .ipv6])
    #expect(stored.spec.ipFamilyPolicy == .requireDualStack)
    #expect(stored.spec.clusterIPs.isEmpty)
  }

  @Test("what the cluster does not have is refused")
  func unavailable() throws {
    let registry = try shop()
    let dual = #expect(throws: RegistryError.self) {
      try registry.create(service("a") { $0.spec.ipFamilyPolicy = .requireDualStack })
    }
    let words =
      #"spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services"#
    #expect(dual?.message == #"Service "a" is invalid: \#(words)"#)
    let six = #expect(throws: RegistryError.self) { try registry.create(service("a") { $0.spec.ipFamilies = [.ipv6] }) }
    #expect(six?.details?.causes.first?.field == "spec.ipFamilies[0]")
  }

  @Test("a second family comes with RequireDualStack and goes with SingleStack")
  func upgrade() throws {
    let registry = try shop("10.96.0.0/16", "fd00::/112")
    var web = try registry.create(service("web"))
    web.spec.ipFamilyPolicy = .requireDualStack
    web = try registry.update(web)
    #expect(web.spec.clusterIPs.count == 2)
    let second = web.spec.clusterIPs[1]
    web.spec.ipFamilyPolicy = .singleStack
    web = try registry.update(web)
    #expect(web.spec.clusterIPs.count == 1)
    #expect(web.spec.ipFamilies == [.ipv4])
    try registry.create(
      service("six") {
        $0.spec.ipFamilies = [.ipv6]
        $0.spec.clusterIPs = [second]
      })
  }

  @Test("node ports: from the upper band, one for both protocols of a port, kept on update, given back")
  func nodePorts() throws {
    let registry = try shop()
    let ports = [
      ServicePort(name: "udp", protocol: .udp, port: 53), ServicePort(name: "tcp", protocol: .tcp, port: 53),
      ServicePort(name: "web", port: 80),
    ]
    let stored = try registry.create(service("dns", ports: ports) { $0.spec.type = .nodePort })
    let numbers = stored.spec.ports.map(\.nodePort)
    #expect(numbers[0] == numbers[1])
    #expect(numbers[2] != numbers[1])
    #expect(numbers.allSatisfy { (30086...32767).contains($0) })
    let updated = try registry.update(service("dns", ports: ports) { $0.spec.type = .nodePort })
    #expect(updated.spec.ports.map(\.nodePort) == numbers)
    let plain = try registry.update(service("dns", ports: ports))
    #expect(plain.spec.ports.map(\.nodePort) == [0, 0, 0])
    try registry.create(
      service("taken", ports: [ServicePort(port: 80, nodePort: numbers[2])]) { $0.spec.type = .nodePort })
  }

  @Test(
    "a node port that cannot be had is refused in Kubernetes' words",
    arguments: [
      (31000, "provided port is already allocated"),
      (80, "provided port is not in the valid range. The range of valid ports is 30000-32767"),
    ])
  func nodePortRefused(_ port: Int32, _ why: String) throws {
    let registry = try shop()
    try registry.create(service("a", ports: [ServicePort(port: 80, nodePort: 31000)]) { $0.spec.type = .nodePort })
    let error = #expect(throws: RegistryError.self) {
      try registry.create(service("b", ports: [ServicePort(port: 80, nodePort: port)]) { $0.spec.type = .nodePort })
    }
    #expect(error?.message == "Service \"b\" is invalid: spec.ports[0].nodePort: Invalid value: \(port): \(why)")
  }

  @Test(
    "ranges that cannot be used are said to be so",
    arguments: [([], "no range"), (["10.0.0.0/16", "10.1.0.0/16"], "one family"), (["10.0.0.0/30"], "too small")]
      as [([String], String)])
  func settings(_ ranges: [String], _ word: String) {
    var settings = RegistrySettings()
    settings.serviceRanges = ranges.map(range)
    #expect(settings.problem?.contains(word) == true)
    #expect(RegistrySettings().problem == nil)
  }
}
