import ClusterModel
import NetworkAddresses
import Registry
import Testing

@Suite("Endpoints controller: selectors and Pods")
struct SelectedEndpointTests {
  /// A registry with a Service `web` and these Pods, as manifests bring them.
  private func registry(_ web: Service = service("web"), _ pods: Pod...) throws -> Registry {
    let registry = try shop()
    try registry.create(web)
    for pod in pods { try registry.create(pod, by: .manifests) }
    return registry
  }

  @Test("a Service and its Pods make a slice with Kubernetes' labels, owner and target, in the same batch")
  func slice() throws {
    let registry = try registry(service("web") { $0.metadata.labels = ["tier": "front"] })
    let recorder = Recorder()
    let subscription = registry.subscribe(to: [.pod, .endpointSlice, .endpoints], recorder.take)
    _ = recorder.drain()
    let stored = try registry.create(pod("web-1", "10.1.0.1") { $0.spec.nodeName = "n1" }, by: .manifests)
    let slice = try #require(registry.slices(of: "web").first)
    #expect(
      recorder.drain() == [["+ Pod shop/web-1", "~ EndpointSlice shop/\(slice.metadata.name)", "~ Endpoints shop/web"]])
    #expect(slice.metadata.labels["tier"] == "front")
    #expect(slice.metadata.labels[WellKnownLabel.managedBy] == SliceController.selector)
    #expect(slice.metadata.labels[WellKnownLabel.headless] == nil)
    #expect(slice.metadata.ownerReferences.map(\.name) == ["web"])
    #expect(slice.ports == [EndpointPort(port: 80)])
    let endpoint = try #require(slice.endpoints.first)
    #expect(endpoint.addresses == [ip("10.1.0.1")])
    #expect(endpoint.conditions == EndpointConditions(ready: true, serving: true, terminating: false))
    #expect((endpoint.nodeName, endpoint.hostname) == ("n1", nil))
    #expect(endpoint.targetRef?.uid == stored.metadata.uid)
    subscription.cancel()
  }

  @Test(
    "conditions follow readiness, deletion and publishNotReadyAddresses",
    arguments: [
      (true, false, false, EndpointConditions(ready: true, serving: true, terminating: false)),
      (false, false, false, EndpointConditions(ready: false, serving: false, terminating: false)),
      (true, true, false, EndpointConditions(ready: false, serving: true, terminating: true)),
      (false, false, true, EndpointConditions(ready: true, serving: false, terminating: false)),
      (true, true, true, EndpointConditions(ready: true, serving: true, terminating: true)),
    ])
  func conditions(_ isReady: Bool, _ isGoing: Bool, _ publishes: Bool, _ expected: EndpointConditions) throws {
    let web = service("web") { $0.spec.publishNotReadyAddresses = publishes }
    let registry = try registry(
      web, pod("web-1", "10.1.0.1", isReady: isReady) { $0.metadata.deletionTimestamp = isGoing ? 9 : nil })
    #expect(registry.slices(of: "web").flatMap(\.endpoints).map(\.conditions) == [expected])
  }

  @Test(
    "who is no endpoint: finished, without an address, of another label, of another namespace",
    arguments: [
      pod("p", "10.1.0.1") { $0.status.phase = .succeeded }, pod("p", "10.1.0.1") { $0.status.phase = .failed },
      pod("p"), pod("p", app: "other", "10.1.0.1"), pod("p", "fd00::1"),
      pod("p", "10.1.0.1") { $0.metadata.namespace = "else" },
    ])
  func excluded(_ pod: Pod) throws {
    let registry = try registry()
    try registry.create(Namespace(name: "else"))
    try registry.create(pod, by: .manifests)
    #expect(registry.slices(of: "web").flatMap(\.endpoints).isEmpty)
  }

  @Test("a Pod that changes its labels, its address or its readiness moves with them; one that goes is gone")
  func follows() throws {
    let registry = try registry(service("web"), pod("p", "10.1.0.1"))
    try registry.create(service("api"))
    #expect(registry.readyAddresses(of: "web") == ["10.1.0.1"])
    func change(_ next: Pod) throws {
      try registry.transaction { (registry) throws(RegistryError) in
        _ = try registry.update(next.object, by: .manifests)
      }
    }
    try change(pod("p", "10.1.0.2"))
    #expect(registry.readyAddresses(of: "web") == ["10.1.0.2"])
    try change(pod("p", app: "api", "10.1.0.2"))
    #expect(registry.readyAddresses(of: "web") == [])
    #expect(registry.readyAddresses(of: "api") == ["10.1.0.2"])
    try change(pod("p", app: "api", "10.1.0.2", isReady: false))
    #expect(registry.readyAddresses(of: "api") == [])
    try registry.delete(ObjectKey(.pod, namespace: "shop", name: "p"))
    #expect(registry.slices(of: "api").flatMap(\.endpoints).isEmpty)
  }

  @Test("a selector with several labels takes only Pods that have them all")
  func severalLabels() throws {
    let web = service("web") { $0.spec.selector = ["app": "web", "track": "stable"] }
    let registry = try registry(
      web, pod("a", "10.1.0.1"), pod("b", "10.1.0.2") { $0.metadata.labels["track"] = "stable" })
    #expect(registry.readyAddresses(of: "web") == ["10.1.0.2"])
  }

  @Test("a change touches only the Services that select the Pod")
  func touches() throws {
    let registry = try registry()
    try registry.create(service("other"))
    let before = registry.slices(of: "other")
    try registry.create(pod("p", "10.1.0.1"), by: .manifests)
    #expect(registry.slices(of: "other") == before)
  }

  @Test("named target ports are looked up in each Pod; Pods with other numbers have slices of their own")
  func namedPorts() throws {
    let web = service("web", ports: [ServicePort(name: "web", port: 80, targetPort: .name("http"))])
    let registry = try registry(
      web, pod("a", "10.1.0.1"),
      pod("b", "10.1.0.2") { $0.spec.containers[0].ports[0].containerPort = 9090 },
      pod("c", "10.1.0.3") { $0.spec.containers[0].ports[0].name = "other" })
    let byPort = Dictionary(uniqueKeysWithValues: registry.slices(of: "web").map { ($0.ports.first?.port, $0) })
    #expect(byPort[8080]?.endpoints.map(\.addresses) == [[ip("10.1.0.1")]])
    #expect(byPort[9090]?.endpoints.map(\.addresses) == [[ip("10.1.0.2")]])
    #expect(byPort[nil]?.endpoints.map(\.addresses) == [[ip("10.1.0.3")]])
    #expect(byPort[8080]?.ports.first?.name == "web")
  }

  @Test("a hostname counts below the Service that the Pod's subdomain names")
  func hostname() throws {
    let headless = service("web") { $0.spec.isHeadless = true }
    let registry = try registry(
      headless,
      pod("a", "10.1.0.1") { ($0.spec.hostname, $0.spec.subdomain) = ("one", "web") },
      pod("b", "10.1.0.2") { ($0.spec.hostname, $0.spec.subdomain) = ("two", "else") })
    #expect(registry.slices(of: "web").flatMap(\.endpoints).map(\.hostname) == ["one", nil])
    #expect(registry.slices(of: "web").first?.metadata.labels[WellKnownLabel.headless] == "")
  }

  @Test("the zone is the node's, also when the node comes or moves later")
  func zone() throws {
    let registry = try registry(service("web"), pod("a", "10.1.0.1") { $0.spec.nodeName = "n1" })
    var node = Node(metadata: ObjectMeta(name: "n1", labels: [WellKnownLabel.topologyZone: "east"]))
    try registry.create(node)
    #expect(registry.slices(of: "web").first?.endpoints.first?.zone == "east")
    node.metadata.labels[WellKnownLabel.topologyZone] = "west"
    try registry.update(node)
    #expect(registry.slices(of: "web").first?.endpoints.first?.zone == "west")
  }

  @Test("each family has slices of its own")
  func families() throws {
    let registry = try shop("10.96.0.0/16", "fd00:96::/112")
    try registry.create(service("web") { $0.spec.ipFamilyPolicy = .preferDualStack })
    try registry.create(pod("a", "10.1.0.1", "fd00::1"), by: .manifests)
    let slices = registry.slices(of: "web")
    #expect(Set(slices.map(\.addressType)) == [.ipv4, .ipv6])
    #expect(registry.readyAddresses(of: "web") == ["10.1.0.1", "fd00::1"])
  }

  @Test("a Service without endpoints has an empty slice, and everything goes with the Service")
  func placeholderAndCleaning() throws {
    let registry = try registry()
    #expect(registry.slices(of: "web").map(\.endpoints) == [[]])
    #expect(registry.get(Endpoints.self, namespace: "shop", name: "web")?.subsets == [])
    try registry.create(pod("a", "10.1.0.1"), by: .manifests)
    #expect(registry.slices(of: "web").count == 1)
    try registry.delete(ObjectKey(.service, namespace: "shop", name: "web"))
    #expect(registry.list(.endpointSlice).objects.isEmpty)
    #expect(registry.list(.endpoints).objects.isEmpty)
  }

  @Test("the same objects give the same slice names")
  func names() throws {
    let one = try registry(service("web"), pod("a", "10.1.0.1")).slices(of: "web").map(\.metadata.name)
    let two = try registry(service("web"), pod("a", "10.1.0.1")).slices(of: "web").map(\.metadata.name)
    #expect(one == two)
    #expect(one.first?.hasPrefix("web-") == true)
  }

  @Test("slices that manifests bring are neither doubled nor touched; Pods that they lack are added")
  func given() throws {
    let registry = try shop()
    var slice = EndpointSlice(
      metadata: ObjectMeta(
        name: "web-abcde", namespace: "shop",
        labels: [WellKnownLabel.serviceName: "web", WellKnownLabel.managedBy: SliceController.selector]),
      addressType: .ipv4)
    slice.endpoints = [Endpoint(addresses: [ip("10.1.0.1")])]
    slice.ports = [EndpointPort(port: 80)]
    _ = try registry.apply([service("web").object, slice.object, pod("a", "10.1.0.1").object])
    #expect(registry.slices(of: "web").map(\.metadata.name) == ["web-abcde"])
    try registry.create(pod("b", "10.1.0.2"), by: .manifests)
    #expect(registry.readyAddresses(of: "web") == ["10.1.0.1", "10.1.0.2"])
    #expect(registry.slices(of: "web").count == 2)
  }

  @Test("slices of the registry's own that somebody deletes or changes are put right")
  func repaired() throws {
    let registry = try registry(service("web"), pod("a", "10.1.0.1"))
    let slice = try #require(registry.slices(of: "web").first)
    try registry.delete(slice.key)
    #expect(registry.readyAddresses(of: "web") == ["10.1.0.1"])
    var changed = try #require(registry.slices(of: "web").first)
    changed.endpoints = []
    try registry.update(changed)
    #expect(registry.readyAddresses(of: "web") == ["10.1.0.1"])
  }

  @Test("Endpoints mirror the slices: ready and not, without those on their way out")
  func endpointsObject() throws {
    let registry = try registry(
      service("web"), pod("a", "10.1.0.1"), pod("b", "10.1.0.2", isReady: false),
      pod("c", "10.1.0.3") { $0.metadata.deletionTimestamp = 9 })
    let subsets = registry.get(Endpoints.self, namespace: "shop", name: "web")?.subsets
    #expect(subsets?.map { $0.addresses.map(\.ip) } == [[ip("10.1.0.1")]])
    #expect(subsets?.map { $0.notReadyAddresses.map(\.ip) } == [[ip("10.1.0.2")]])
    #expect(subsets?.first?.ports == [EndpointPort(port: 80)])
  }
}

@Suite("Endpoints controller: hand-written Endpoints")
struct MirroredEndpointTests {
  private let database = service("db") { $0.spec.selector = [:] }

  private func endpoints(_ addresses: String..., notReady: String...) -> Endpoints {
    let subset = EndpointSubset(
      addresses: addresses.map { EndpointAddress(ip: ip($0)) },
      notReadyAddresses: notReady.map { EndpointAddress(ip: ip($0), hostname: "slow") },
      ports: [EndpointPort(name: "sql", port: 5432)])
    return Endpoints(metadata: ObjectMeta(name: "db", namespace: "shop", labels: ["team": "data"]), subsets: [subset])
  }

  @Test("Endpoints of a Service without a selector become slices, one set a family", arguments: [true, false])
  func mirrored(_ serviceFirst: Bool) throws {
    let registry = try shop()
    if serviceFirst { try registry.create(database) }
    try registry.create(endpoints("10.9.0.1", "fd00::9", notReady: "10.9.0.2"))
    if !serviceFirst { try registry.create(database) }
    let slices = registry.slices(of: "db")
    #expect(Set(slices.map(\.addressType)) == [.ipv4, .ipv6])
    #expect(slices.allSatisfy { $0.metadata.labels[WellKnownLabel.managedBy] == SliceController.mirroring })
    #expect(
      slices.allSatisfy { $0.metadata.labels["team"] == "data" && $0.ports == [EndpointPort(name: "sql", port: 5432)] })
    #expect(registry.readyAddresses(of: "db") == ["10.9.0.1", "fd00::9"])
    let slow = slices.flatMap(\.endpoints).filter { !$0.conditions.isReady }
    #expect(slow.map(\.hostname) == ["slow"])
  }

  @Test("they follow changes, and go with the Endpoints or the Service")
  func follows() throws {
    let registry = try shop()
    try registry.create(database)
    try registry.create(endpoints("10.9.0.1"))
    try registry.update(endpoints("10.9.0.3"))
    #expect(registry.readyAddresses(of: "db") == ["10.9.0.3"])
    try registry.delete(ObjectKey(.endpoints, namespace: "shop", name: "db"))
    #expect(registry.slices(of: "db").isEmpty)
    try registry.create(endpoints("10.9.0.4"))
    try registry.delete(database.key)
    #expect(registry.slices(of: "db").isEmpty)
    #expect(registry.list(.endpoints).objects.count == 1)
  }

  @Test("a mirror that is there already is adopted, not doubled", arguments: [true, false])
  func adopted(_ fromManifest: Bool) throws {
    let registry = try shop()
    var mirror = EndpointSlice(
      metadata: ObjectMeta(
        name: "db-old", namespace: "shop",
        labels: [WellKnownLabel.serviceName: "db", WellKnownLabel.managedBy: SliceController.mirroring]),
      addressType: .ipv4)
    mirror.endpoints = [Endpoint(addresses: [ip("10.9.0.1")], conditions: EndpointConditions(ready: true))]
    mirror.ports = [EndpointPort(name: "sql", port: 5432)]
    if fromManifest {
      _ = try registry.apply([database.object, mirror.object, endpoints("10.9.0.1").object])
    } else {
      try registry.create(mirror)
      try registry.create(endpoints("10.9.0.1"))
      try registry.create(database)
    }
    #expect(registry.slices(of: "db").map(\.metadata.name) == ["db-old"])
  }

  @Test("Endpoints that say so are not mirrored, nor is a leader's lock")
  func skipped() throws {
    let registry = try shop()
    try registry.create(database)
    var skip = endpoints("10.9.0.1")
    skip.metadata.labels[WellKnownLabel.skipMirror] = "true"
    try registry.create(skip)
    #expect(registry.slices(of: "db").isEmpty)
    skip.metadata.labels[WellKnownLabel.skipMirror] = nil
    skip.metadata.annotations["control-plane.alpha.kubernetes.io/leader"] = "{}"
    try registry.update(skip)
    #expect(registry.slices(of: "db").isEmpty)
  }

  @Test("a Service that gets a selector trades its mirror for what it selects")
  func trades() throws {
    let registry = try shop()
    try registry.create(database)
    try registry.create(endpoints("10.9.0.1"))
    try registry.create(pod("p", app: "db", "10.1.0.1"), by: .manifests)
    try registry.update(service("db"))
    #expect(registry.readyAddresses(of: "db") == ["10.1.0.1"])
    try registry.update(database)
    #expect(registry.slices(of: "db").isEmpty)
  }
}

@Suite("Endpoints controller: packing")
struct PackingTests {
  /// A registry with slices of three endpoints, and that many Pods.
  private func registry(_ count: Int) throws -> Registry {
    let registry = try shop { $0.endpointsPerSlice = 3 }
    try registry.create(service("web"))
    try registry.transaction { (registry) throws(RegistryError) in
      for number in 0..<count { _ = try registry.create(pod("p\(number)", "10.1.0.\(number)").object, by: .manifests) }
    }
    return registry
  }

  @Test("no slice has more than its bound, and every endpoint is in one", arguments: [1, 3, 4, 7, 30])
  func bounded(_ count: Int) throws {
    let registry = try registry(count)
    #expect(registry.slices(of: "web").allSatisfy { (1...3).contains($0.endpoints.count) })
    #expect(Set(registry.readyAddresses(of: "web")).count == count)
    #expect(registry.readyAddresses(of: "web").count == count)
  }

  @Test("a Pod that goes changes one slice; one that comes takes a free place")
  func fewMove() throws {
    let registry = try registry(9)
    let recorder = Recorder()
    let subscription = registry.subscribe(to: [.endpointSlice], recorder.take)
    _ = recorder.drain()
    try registry.delete(ObjectKey(.pod, namespace: "shop", name: "p4"))
    #expect(recorder.drain().joined().count == 1)
    try registry.create(pod("new", "10.1.0.100"), by: .manifests)
    let events = recorder.drain().joined()
    #expect(events.count == 1)
    #expect(events.first?.hasPrefix("~") == true)
    #expect(registry.slices(of: "web").count == 3)
    subscription.cancel()
  }

  @Test("changes one by one end where a fresh start with the same Pods ends", arguments: 1...8)
  func oneByOne(_ seed: UInt64) throws {
    var state = seed
    func draw(_ bound: UInt64) -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state >> 33) % bound
    }
    let ports = [ServicePort(name: "web", port: 80, targetPort: .name("http"))]
    func start() throws -> Registry {
      let registry = try shop { $0.endpointsPerSlice = 3 }
      try registry.create(service("web", ports: ports))
      return registry
    }
    let registry = try start()
    var pods: [String: Pod] = [:]
    for _ in 0..<200 {
      let name = "p\(draw(12))"
      let next = pod(name, app: draw(4) == 0 ? "api" : "web", "10.1.0.\(draw(16))", isReady: draw(3) > 0) {
        $0.spec.containers[0].ports[0].containerPort = Int32(8080 + draw(2))
      }
      let isThere = pods[name] != nil
      let goes = isThere && draw(3) == 0
      pods[name] = goes ? nil : next
      try registry.transaction { (registry) throws(RegistryError) in
        if goes {
          _ = try registry.delete(next.key)
        } else if isThere {
          _ = try registry.update(next.object, by: .manifests)
        } else {
          _ = try registry.create(next.object, by: .manifests)
        }
      }
    }
    let fresh = try start()
    for pod in pods.values.sorted(by: { $0.key < $1.key }) { try fresh.create(pod, by: .manifests) }
    #expect(described(registry) == described(fresh))
    #expect(registry.slices(of: "web").allSatisfy { $0.endpoints.count <= 3 })
  }

  /// Each endpoint of `web` with its port, its Pod and whether it is ready.
  private func described(_ registry: Registry) -> [String] {
    registry.slices(of: "web").flatMap { slice in
      slice.endpoints.map { endpoint in
        "\(endpoint.addresses) \(slice.ports.map(\.port)) \(endpoint.targetRef?.name ?? "") \(endpoint.conditions.isReady)"
      }
    }.sorted()
  }

  @Test("a slice whose last endpoint goes is gone with it")
  func emptied() throws {
    let registry = try registry(4)
    #expect(registry.slices(of: "web").count == 2)
    let alone = try #require(
      registry.slices(of: "web").first { $0.endpoints.count == 1 }?.endpoints.first?.targetRef?.name)
    try registry.delete(ObjectKey(.pod, namespace: "shop", name: alone))
    #expect(registry.slices(of: "web").map(\.endpoints.count) == [3])
  }
}
