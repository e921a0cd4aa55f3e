import ClusterModel
import NetworkAddresses
import Registry
import Testing

@Suite("Registry: manifests as the owner of objects")
struct ManifestTests {
  @Test("new objects are made, changed ones changed, those that leave the files deleted, and nothing else happens")
  func changes() throws {
    let registry = Registry()
    let (a, b) = (service("a").object, service("b").object)
    let first = try registry.apply([a, b])
    #expect((first.created, first.updated, first.deleted, first.unchanged) == (2, 0, 0, 0))
    let recorder = Recorder()
    let subscription = registry.subscribe(to: [.service], recorder.take)
    _ = recorder.drain()
    let changed = service("a") { $0.metadata.labels = ["tier": "front"] }.object
    let second = try registry.apply([changed, service("c").object])
    #expect((second.created, second.updated, second.deleted, second.unchanged) == (1, 1, 1, 0))
    #expect(Set(recorder.drain().joined()) == ["~ Service shop/a", "- Service shop/b", "+ Service shop/c"])
    let third = try registry.apply([changed, service("c").object])
    #expect(third.unchanged == 2)
    #expect(recorder.drain().isEmpty)
    subscription.cancel()
  }

  @Test("a namespace that the objects need is made, said so, and goes with them unless others live in it")
  func namespaces() throws {
    let registry = Registry()
    let report = try registry.apply([service("a").object])
    #expect(report.notes.contains { $0.contains("namespace shop is not in the manifests") })
    #expect(registry.get(Namespace.self, name: "shop")?.metadata.labels[WellKnownLabel.namespaceName] == "shop")
    _ = try registry.apply([])
    #expect(registry.get(Namespace.self, name: "shop") == nil)
    _ = try registry.apply([service("a").object])
    try registry.create(service("other"))
    #expect(try registry.apply([]).notes.count == 1)
    #expect(registry.list(.service).objects.map(\.metadata.name) == ["other"])
    _ = try registry.apply([])
    #expect(registry.get(Namespace.self, name: "shop") != nil)
  }

  @Test("what others made or changed is left alone")
  func others() throws {
    let registry = Registry()
    let web = service("web").object
    _ = try registry.apply([web])
    try registry.create(service("mine"))
    try registry.update(service("web") { $0.metadata.labels = ["mine": "too"] })
    _ = try registry.apply([web])
    #expect(registry.get(Service.self, namespace: "shop", name: "web")?.metadata.labels == ["mine": "too"])
    #expect(registry.get(Service.self, namespace: "shop", name: "mine") != nil)
  }

  @Test("what was deleted by others comes back when the manifests are read again")
  func comesBack() throws {
    let registry = Registry()
    _ = try registry.apply([service("web").object])
    try registry.delete(ObjectKey(.service, namespace: "shop", name: "web"))
    #expect(try registry.apply([service("web").object]).created == 1)
  }

  @Test("a bad object is refused alone, and keeps its earlier state")
  func refusal() throws {
    let registry = Registry()
    let bad = service("web", ports: [ServicePort(port: 0)]).object
    let report = try registry.apply([bad, service("b").object])
    #expect(report.refusals.map(\.index) == [0])
    #expect(report.refusals.first?.error.details?.causes.first?.field == "spec.ports[0].port")
    #expect(report.created == 1)
    let good = try registry.apply([service("web").object])
    #expect(good.refusals.isEmpty)
    let again = try registry.apply([bad])
    #expect(again.refusals.count == 1)
    #expect(again.deleted == 0)
    #expect(registry.get(Service.self, namespace: "shop", name: "web")?.spec.ports.first?.port == 80)
  }

  @Test("an object that is there twice counts once")
  func twice() throws {
    let second = service("web") { $0.metadata.labels = ["second": "yes"] }.object
    let registry = Registry()
    let report = try registry.apply([service("web").object, second])
    #expect(report.refusals.map(\.index) == [1])
    #expect(registry.get(Service.self, namespace: "shop", name: "web")?.metadata.labels == [:])
  }

  @Test("addresses of other ranges and families are kept and noted; taken ones are refused")
  func foreignAddresses() throws {
    let registry = Registry()
    let dual = service("dual") { $0.spec.clusterIPs = [ip("172.20.0.5"), ip("fd00::5")] }
    let report = try registry.apply([dual.object, service("six") { $0.spec.clusterIPs = [ip("fd00::6")] }.object])
    #expect(report.refusals.isEmpty)
    #expect(report.notes.filter { $0.contains("is outside of the service ranges") }.count == 3)
    let stored = registry.get(Service.self, namespace: "shop", name: "dual")
    #expect(stored?.spec.ipFamilies == [.ipv4, .ipv6])
    #expect(stored?.spec.ipFamilyPolicy == .requireDualStack)
    let taken = try registry.apply([dual.object, service("thief") { $0.spec.clusterIPs = [ip("fd00::5")] }.object])
    #expect(taken.refusals.first?.error.message.contains("provided IP is already allocated") == true)
  }

  @Test("named addresses are given before automatic ones are chosen, whatever the order in the files")
  func namedFirst() throws {
    let automatic = try #require(try shop().create(service("auto")).spec.clusterIP)
    let named = service("named") { $0.spec.clusterIPs = [automatic] }.object
    let registry = Registry()
    #expect(try registry.apply([service("auto").object, named]).refusals.isEmpty)
  }

  @Test("status, times and identity are kept, as in a picture of a cluster")
  func picture() throws {
    let uid = UID(high: 1, low: 2)
    let picture = pod("web-1", "10.1.0.1") {
      $0.metadata.deletionTimestamp = 77
      $0.metadata.creationTimestamp = 55
      $0.metadata.uid = uid
      $0.metadata.resourceVersion = 123_456
    }
    let registry = Registry()
    _ = try registry.apply([picture.object])
    let stored = try #require(registry.get(Pod.self, namespace: "shop", name: "web-1"))
    #expect(stored.status == picture.status)
    #expect((stored.metadata.deletionTimestamp, stored.metadata.creationTimestamp) == (77, 55))
    #expect(stored.metadata.uid == uid)
    #expect(stored.metadata.resourceVersion <= registry.version)
  }

  @Test("bootstrap makes the default namespace and the kubernetes Service at the first address, once")
  func bootstrap() throws {
    let registry = Registry()
    for _ in 0..<2 { try registry.transaction { $0.bootstrap() } }
    let kubernetes = registry.get(Service.self, namespace: "default", name: "kubernetes")
    #expect(kubernetes?.spec.clusterIPs == [ip("10.96.0.1")])
    #expect(kubernetes?.spec.ports.map(\.port) == [443])
    #expect(registry.list(.namespace).objects.map(\.metadata.name) == ["default", "kube-public", "kube-system"])
    #expect(registry.list(.service).objects.count == 1)
  }

  @Test(
    "the API is the endpoint of the Service kubernetes, where others reach it",
    arguments: [
      ("192.0.2.1", ["192.0.2.1"]), ("127.0.0.1", []), ("0.0.0.0", []), ("::1", []), ("2001:db8::1", ["2001:db8::1"]),
    ] as [(String, [String])])
  func api(address: String, endpoints: [String]) throws {
    let registry = Registry()
    for _ in 0..<2 { try registry.transaction { $0.bootstrap(api: SocketAddress(ip(address), port: 8443)) } }
    let slices = registry.list(.endpointSlice).objects.compactMap(EndpointSlice.init)
    #expect(slices.flatMap { $0.endpoints.flatMap(\.addresses) }.map(\.description) == endpoints)
    #expect(slices.allSatisfy { $0.serviceName == "kubernetes" && $0.ports.map(\.port) == [8443] })
    let subsets = registry.get(Endpoints.self, namespace: "default", name: "kubernetes")?.subsets ?? []
    #expect(subsets.flatMap(\.addresses).map(\.ip.description) == endpoints)
    try registry.transaction { $0.bootstrap() }
    #expect(registry.list(.endpointSlice).objects.isEmpty && registry.list(.endpoints).objects.isEmpty)
  }

  @Test("bootstrap and manifests: whoever is in the files has the name and the address")
  func bootstrapYields() throws {
    let wants = service("web") { $0.spec.clusterIPs = [ip("10.96.0.1")] }.object
    let before = Registry()
    _ = try before.apply([wants])
    try before.transaction { $0.bootstrap() }
    #expect(before.get(Service.self, namespace: "default", name: "kubernetes") == nil)
    let after = Registry()
    try after.transaction { $0.bootstrap() }
    #expect(try after.apply([wants]).refusals.isEmpty)
    #expect(after.get(Service.self, namespace: "default", name: "kubernetes") == nil)
  }

  @Test("objects that nobody else keeps are let go one by one: the array is empty afterwards")
  func draining() throws {
    let registry = Registry()
    var objects = [service("a").object, service("b").object, service("a").object]
    let report = try registry.transaction { $0.apply(draining: &objects) }
    #expect(objects.isEmpty)
    #expect((report.created, report.refusals.map(\.index)) == (2, [2]))
    #expect(registry.list(.service).objects.map(\.metadata.name) == ["a", "b"])
  }

  @Test("equal lists of ports are kept once; a list with a node port is like no other")
  func sharedPorts() throws {
    let registry = Registry()
    let plain = ["a", "b"].map { service($0, ports: [ServicePort(name: "http", port: 80)]).object }
    let open = ["c", "d"].map { service($0, ports: [ServicePort(port: 80)]) { $0.spec.type = .nodePort }.object }
    #expect(try registry.apply(plain + open).refusals.isEmpty)
    let ports = registry.list(.service).objects.compactMap { Service($0)?.spec.ports }
    let places = ports.map { $0.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) } }
    #expect(places.count == 4 && places[0] == places[1])
    #expect(Set(places).count == 3)
    #expect(Set(ports.map { $0[0].nodePort }).count == 3)
  }
}
