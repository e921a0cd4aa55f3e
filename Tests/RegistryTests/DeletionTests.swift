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
