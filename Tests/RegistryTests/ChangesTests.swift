import ClusterModel
import NetworkAddresses
import Registry
import Testing

@Suite("Registry: objects and their versions")
struct ChangesTests {
  @Test("a new object gets identity, time, version and defaults")
  func create() throws {
    let registry = try shop { $0.now = { 1_700_000_000 } }
    let before = registry.version
    let stored = try registry.create(service("web"))
    #expect(!stored.metadata.uid.isNone)
    #expect(stored.metadata.creationTimestamp == 1_700_000_000)
    #expect(stored.metadata.resourceVersion == before + 1)
    #expect(stored.spec.internalTrafficPolicy == .cluster)
    #expect(registry.get(Service.self, namespace: "shop", name: "web") == stored)
  }

  @Test("a name can be taken once")
  func exists() throws {
    let registry = try shop()
    try registry.create(service("web"))
    let error = #expect(throws: RegistryError.self) { try registry.create(service("web")) }
    #expect(error?.reason == .alreadyExists)
    #expect(error?.message == #"services "web" already exists"#)
  }

  @Test("an object needs its namespace")
  func namespace() throws {
    let registry = Registry()
    let error = #expect(throws: RegistryError.self) { try registry.create(service("web")) }
    #expect(error?.message == #"namespaces "shop" not found"#)
    #expect(error?.reason.code == 404)
  }

  @Test("what breaks rules is refused with the fields' paths, and leaves nothing behind")
  func invalid() throws {
    let registry = try shop()
    let before = registry.version
    let bad = service("web", ports: [ServicePort(port: 70000)])
    let error = #expect(throws: RegistryError.self) { try registry.create(bad) }
    #expect(error?.reason == .invalid)
    #expect(error?.details?.causes.first?.field == "spec.ports[0].port")
    #expect(registry.version == before)
    #expect(registry.list(.service).objects.isEmpty)
  }

  @Test("a writer who read an older version is refused")
  func conflict() throws {
    let registry = try shop()
    let first = try registry.create(service("web"))
    var second = first
    second.spec.sessionAffinity = .clientIP
    try registry.update(second)
    let error = #expect(throws: RegistryError.self) { try registry.update(first) }
    #expect(error?.reason == .conflict)
  }

  @Test("an update that changes nothing makes no version and no event")
  func unchanged() throws {
    let registry = try shop()
    let stored = try registry.create(service("web"))
    let recorder = Recorder()
    let subscription = registry.subscribe(recorder.take)
    _ = recorder.drain()
    var same = stored
    same.metadata.resourceVersion = 0
    #expect(try registry.update(same) == stored)
    #expect(recorder.drain().isEmpty)
    subscription.cancel()
  }

  @Test("identity and age stay; a client's status and times are not its to say")
  func updateKeeps() throws {
    let registry = try shop()
    let stored = try registry.create(pod("web-1", "10.1.0.1"))
    #expect(stored.status.podIPs.isEmpty)
    #expect(stored.metadata.generation == 1)
    var changed = pod("web-1", "10.1.0.9") { $0.metadata.deletionTimestamp = 5 }
    changed.spec.hostname = "one"
    let updated = try registry.update(changed)
    #expect(updated.metadata.uid == stored.metadata.uid)
    #expect(updated.metadata.generation == 2)
    #expect(updated.metadata.deletionTimestamp == nil)
    #expect(updated.status.podIPs.isEmpty)
  }

  @Test("the status has its own way in")
  func status() throws {
    let registry = try shop()
    try registry.create(pod("web-1"))
    let status = pod("web-1", "10.1.0.1") { $0.spec.hostname = "ignored" }.object
    try registry.transaction { (registry) throws(RegistryError) in _ = try registry.updateStatus(status) }
    let stored = registry.get(Pod.self, namespace: "shop", name: "web-1")
    #expect(stored?.status.podIPs == [ip("10.1.0.1")])
    #expect(stored?.spec.hostname == "")
  }

  @Test("a transaction that throws leaves everything as it was, addresses included")
  func rollback() throws {
    let registry = try shop()
    let version = registry.version
    let web = service("web") { $0.spec.clusterIPs = [ip("10.96.0.77")] }
    let error = #expect(throws: RegistryError.self) {
      try registry.transaction { (registry) throws(RegistryError) in
        _ = try registry.create(web.object)
        _ = try registry.create(web.object)
      }
    }
    #expect(error?.reason == .alreadyExists)
    #expect(registry.version == version)
    #expect(registry.list(.endpointSlice).objects.isEmpty)
    try registry.create(service("other") { $0.spec.clusterIPs = [ip("10.96.0.77")] })
  }

  @Test("a namespace takes with it what is in it")
  func deleteNamespace() throws {
    let registry = try shop()
    try registry.create(service("web"))
    try registry.delete(ObjectKey(.namespace, name: "shop"))
    for kind in ObjectKind.allCases { #expect(registry.list(kind).objects.isEmpty) }
  }

  @Test("lists are in the order of names, and come in parts")
  func list() throws {
    let registry = try shop()
    try registry.create(Namespace(name: "a"))
    for name in ["c", "a", "b"] { try registry.create(service(name)) }
    try registry.create(service("z") { $0.metadata.namespace = "a" })
    let first = registry.list(.service, limit: 2)
    #expect(first.objects.map(\.metadata.name) == ["z", "a"])
    let second = registry.list(.service, limit: 2, after: first.continuation)
    #expect(second.objects.map(\.metadata.name) == ["b", "c"])
    #expect(second.continuation == nil)
    #expect(registry.list(.service, namespace: "shop", name: "b").objects.count == 1)
  }
}
