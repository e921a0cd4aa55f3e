import ClusterModel
import Registry
import Testing

@Suite("Registry: finalizers and namespaces on their way out")
struct DeletionTests {
  private let key = ObjectKey(.service, namespace: "shop", name: "web")
  private let shopKey = ObjectKey(.namespace, name: "shop")

  @Test("an object with finalizers stays, marked, until the last one leaves")
  func finalizers() throws {
    let registry = try shop { $0.now = { 1_700_000_000 } }
    try registry.create(service("web") { $0.metadata.finalizers = ["a/b", "c/d"] })
    try registry.delete(key)
    var going = try #require(registry.get(Service.self, namespace: "shop", name: "web"))
    #expect(going.metadata.deletionTimestamp == 1_700_000_000)
    #expect(going.metadata.deletionGracePeriodSeconds == 0)
    let version = registry.version
    try registry.delete(key)
    #expect(registry.version == version)
    going.metadata.finalizers = ["c/d"]
    going = try registry.update(going)
    #expect(registry.object(key) != nil)
    going.metadata.finalizers = []
    try registry.update(going)
    #expect(registry.object(key) == nil)
    #expect(registry.slices(of: "web").isEmpty)
  }

  @Test("its addresses are free again only when it is gone")
  func addresses() throws {
    let registry = try shop()
    let stored = try registry.create(service("web") { $0.metadata.finalizers = ["a/b"] })
    try registry.delete(key)
    let other = service("other") { $0.spec.clusterIPs = stored.spec.clusterIPs }
    #expect(throws: RegistryError.self) { try registry.create(other) }
    var going = try #require(registry.get(Service.self, namespace: "shop", name: "web"))
    going.metadata.finalizers = []
    try registry.update(going)
    try registry.create(other)
  }

  @Test("an empty namespace goes at once, with what is in it")
  func namespace() throws {
    let registry = try shop()
    try registry.create(service("web"))
    try registry.create(pod("p", "10.1.0.1"))
    try registry.delete(shopKey)
    #expect(registry.object(shopKey) == nil)
    #expect(registry.slices(of: "web").isEmpty)
  }

  @Test("a namespace waits for what has finalizers, and takes nothing new")
  func terminating() throws {
    let registry = try shop()
    try registry.create(service("web") { $0.metadata.finalizers = ["a/b"] })
    try registry.create(pod("p", "10.1.0.1"))
    try registry.delete(shopKey)
    #expect(registry.get(Namespace.self, name: "shop")?.phase == .terminating)
    #expect(registry.list(.pod).objects.isEmpty)
    let error = #expect(throws: RegistryError.self) { try registry.create(pod("q")) }
    #expect(error?.reason == .forbidden)
    #expect(
      error?.message
        == #"pods "q" is forbidden: unable to create new content in namespace shop because it is being terminated"#)
    #expect(error?.details?.causes.first?.reason == "NamespaceTerminating")
    var going = try #require(registry.get(Service.self, namespace: "shop", name: "web"))
    going.metadata.finalizers = []
    try registry.update(going)
    #expect(registry.object(shopKey) == nil)
  }

  @Test("a namespace's own finalizers hold it, also when it is empty")
  func ownFinalizers() throws {
    let registry = Registry()
    var namespace = Namespace(name: "shop")
    namespace.metadata.finalizers = ["a/b"]
    try registry.create(namespace)
    try registry.delete(shopKey)
    var going = try #require(registry.get(Namespace.self, name: "shop"))
    #expect(going.phase == .terminating && going.finalizers.isEmpty)
    going.metadata.finalizers = []
    try registry.update(going)
    #expect(registry.object(shopKey) == nil)
  }

  @Test("namespaces that every cluster has stay", arguments: ["default", "kube-system", "kube-public"])
  func lasting(name: String) throws {
    let registry = Registry()
    try registry.create(Namespace(name: name))
    let error = #expect(throws: RegistryError.self) { try registry.delete(ObjectKey(.namespace, name: name)) }
    #expect(error?.message == #"namespaces "\#(name)" is forbidden: this namespace may not be deleted"#)
  }
}

@Suite("Registry: objects that belong to others")
struct DependentTests {
  private let registry: Registry
  private let owner: Service

  init() throws {
    registry = try shop()
    owner = try registry.create(service("web"))
  }

  private func reference(_ service: Service) -> OwnerReference {
    OwnerReference(apiVersion: "v1", kind: "Service", name: service.metadata.name, uid: service.metadata.uid)
  }

  private func make(_ name: String, _ owners: [OwnerReference]) throws {
    try registry.create(pod(name, "10.1.0.1") { $0.metadata.ownerReferences = owners })
  }

  private var pods: [String] { registry.list(.pod).objects.map(\.metadata.name) }

  @Test("they go with their last owner, and so does what belongs to them")
  func cascade() throws {
    let second = try registry.create(service("second"))
    try make("both", [reference(owner), reference(second)])
    try make("one", [reference(owner)])
    let one = try #require(registry.get(Pod.self, namespace: "shop", name: "one"))
    try make("inner", [OwnerReference(apiVersion: "v1", kind: "Pod", name: "one", uid: one.metadata.uid)])
    try registry.delete(owner.key)
    #expect(pods == ["both"])
    try registry.delete(second.key)
    #expect(pods == [])
  }

  @Test("owners of other kinds, and owners that were never there, take nothing with them")
  func foreign() throws {
    let set = OwnerReference(apiVersion: "apps/v1", kind: "ReplicaSet", name: "rs", uid: owner.metadata.uid)
    try make("foreign", [set])
    var other = reference(owner)
    other.uid = UID(high: 1, low: 1)
    try make("dangling", [other])
    try registry.delete(owner.key)
    #expect(pods == ["dangling", "foreign"])
  }

  @Test("a deletion that is undone takes nothing; one that orphans leaves them without an owner")
  func undoneAndOrphaned() throws {
    try make("one", [reference(owner)])
    let key = owner.key
    #expect(throws: RegistryError.self) {
      try registry.transaction { (registry) throws(RegistryError) in
        try registry.delete(key)
        throw RegistryError.notFound(key)
      }
    }
    #expect(pods == ["one"])
    try registry.transaction { (registry) throws(RegistryError) in
      _ = try registry.delete(key, .orphan)
    }
    #expect(registry.get(Pod.self, namespace: "shop", name: "one")?.metadata.ownerReferences.isEmpty == true)
  }
}
