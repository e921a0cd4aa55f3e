import ClusterModel
import Registry
import Testing

@Suite("Registry: deletion in the foreground")
struct ForegroundDeletionTests {
  private let registry: Registry
  private let recorder = Recorder()
  private let owner: Pod

  init() throws {
    registry = try shop { $0.now = { 1_700_000_000 } }
    owner = try registry.create(pod("owner", app: "none"))
  }

  private func reference(_ object: Pod, blocks: Bool? = true) -> OwnerReference {
    OwnerReference(
      apiVersion: "v1", kind: "Pod", name: object.metadata.name, uid: object.metadata.uid, blockOwnerDeletion: blocks)
  }

  /// Makes a Pod that belongs to others.
  @discardableResult
  private func make(_ name: String, _ owners: [OwnerReference], _ finalizers: [String] = []) throws -> Pod {
    try registry.create(
      pod(name, app: "none") {
        $0.metadata.ownerReferences = owners
        $0.metadata.finalizers = finalizers
      })
  }

  private func stored(_ name: String) -> Pod? { registry.get(Pod.self, namespace: "shop", name: name) }

  private func change(_ name: String, _ body: (inout ObjectMeta) -> Void) throws {
    var changed = try #require(stored(name))
    body(&changed.metadata)
    try registry.update(changed)
  }

  /// The batches of events that the body makes.
  private func events(
    of kinds: Set<ObjectKind> = [.pod], _ body: () throws -> Void
  ) throws -> [[String]] {
    let subscription = registry.subscribe(to: kinds, recorder.take)
    _ = recorder.drain()
    try body()
    subscription.cancel()
    return recorder.drain()
  }

  @Test(
    "the owner waits for what blocks it and cannot go at once, and for nothing else",
    arguments: [
      ([], true, ["- Pod shop/d", "- Pod shop/owner"]),
      ([], nil, ["- Pod shop/d", "- Pod shop/owner"]),
      (["x/y"], nil, ["~ Pod shop/d", "- Pod shop/owner"]),
      (["x/y"], false, ["~ Pod shop/d", "- Pod shop/owner"]),
      (["x/y"], true, ["~ Pod shop/owner", "~ Pod shop/d"]),
    ] as [([String], Bool?, [String])])
  func waiting(_ finalizers: [String], _ blocks: Bool?, _ expected: [String]) throws {
    try make("d", [reference(owner, blocks: blocks)], finalizers)
    #expect(try events { try registry.delete(owner.key, .foreground) } == [expected])
    if finalizers.isEmpty { return }
    #expect(stored("d")?.metadata.deletionTimestamp == 1_700_000_000)
    guard blocks == true else { return }
    #expect(stored("owner")?.metadata.deletionTimestamp == 1_700_000_000)
    #expect(stored("owner")?.metadata.finalizers == ["foregroundDeletion"])
    let batches = try events { try change("d") { $0.finalizers = [] } }
    #expect(batches == [["- Pod shop/d", "- Pod shop/owner"]])
  }

  /// What has become of owner and dependent: their finalizers when they are on their way out, and whether they belong together.
  private var outcome: String {
    let texts = ["owner", "d"].map { name in
      guard let metadata = stored(name)?.metadata else { return "gone" }
      return metadata.deletionTimestamp == nil ? "stays" : metadata.finalizers.joined(separator: "+")
    }
    return texts.joined(separator: ", ") + (stored("d")?.metadata.ownerReferences.isEmpty == true ? ", alone" : "")
  }

  private typealias Rule = ([String], DeletionPropagation?, String)

  @Test(
    "what the deletion says goes before what the finalizers say",
    arguments: [
      ([], nil, "gone, x/y"),
      ([], .orphan, "gone, stays, alone"),
      (["foregroundDeletion"], nil, "foregroundDeletion, x/y"),
      (["foregroundDeletion"], .background, "gone, x/y"),
      (["foregroundDeletion"], .orphan, "gone, stays, alone"),
      (["orphan"], nil, "gone, stays, alone"),
      (["orphan"], .background, "gone, x/y"),
      (["orphan"], .foreground, "foregroundDeletion, x/y"),
      (["orphan", "a/b"], nil, "a/b, stays, alone"),
      (["a/b"], .foreground, "a/b+foregroundDeletion, x/y"),
      (["a/b"], .background, "a/b, stays"),
    ] as [Rule])
  func rules(_ finalizers: [String], _ propagation: DeletionPropagation?, _ expected: String) throws {
    try make("d", [reference(owner)], ["x/y"])
    if !finalizers.isEmpty { try change("owner") { $0.finalizers = finalizers } }
    try registry.delete(owner.key, propagation)
    #expect(outcome == expected)
  }

  @Test(
    "a second deletion says what counts from then on",
    arguments: [
      (nil, "foregroundDeletion, x/y"), (.foreground, "foregroundDeletion, x/y"), (.background, "gone, x/y"),
      (.orphan, "gone, x/y, alone"),
    ] as [(DeletionPropagation?, String)])
  func again(_ propagation: DeletionPropagation?, _ expected: String) throws {
    try make("d", [reference(owner)], ["x/y"])
    try registry.delete(owner.key, .foreground)
    let version = registry.version
    try registry.delete(owner.key, propagation)
    #expect(outcome == expected)
    #expect((registry.version == version) == (stored("owner") != nil))
  }

  @Test("chains of owners go from their end, however long they are")
  func chains() throws {
    var last = owner
    for number in 0..<2_000 { last = try make("d\(number)", [reference(last)], number == 1_999 ? ["x/y"] : []) }
    try registry.delete(owner.key, .foreground)
    #expect(registry.list(.pod).objects.count == 2_001)
    #expect(registry.list(.pod).objects.allSatisfy { $0.metadata.deletionTimestamp != nil })
    let batches = try events { try change("d1999") { $0.finalizers = [] } }
    #expect(batches == [(0..<2_000).reversed().map { "- Pod shop/d\($0)" } + ["- Pod shop/owner"]])
  }

  @Test("what has another owner stays with that one, unless that one waits, too")
  func otherOwners() throws {
    let second = try make("second", [])
    try make("d", [reference(owner), reference(second)], ["x/y"])
    try registry.delete(owner.key, .foreground)
    #expect(outcome == "gone, stays")
    #expect(stored("d")?.metadata.ownerReferences == [reference(second)])
    let third = try make("third", [])
    try make("held", [reference(second)], ["x/y"])
    try registry.delete(second.key, .foreground)
    try make("both", [reference(second), reference(third)])
    #expect(stored("both")?.metadata.ownerReferences == [reference(third)])
    #expect(stored("second") != nil)
  }

  @Test("owners in a circle, and who owns itself, go")
  func circles() throws {
    let a = try make("a", [reference(owner)])
    let b = try make("b", [reference(a)])
    try change("owner") { $0.ownerReferences = [reference(b), reference(owner)] }
    #expect(try events { try registry.delete(owner.key, .foreground) }.count == 1)
    #expect(registry.list(.pod).objects.count == 0)
  }

  @Test("the owner goes when nothing blocks it any more, and what comes to belong to it goes")
  func changesWhileWaiting() throws {
    try make("d", [reference(owner)], ["x/y"])
    try registry.delete(owner.key, .foreground)
    try make("late", [reference(owner)])
    #expect(stored("late") == nil && stored("owner") != nil)
    try change("d") { $0.ownerReferences[0].blockOwnerDeletion = false }
    #expect(outcome == "gone, x/y")
  }

  @Test("taking out the finalizer by hand lets the owner go")
  func byHand() throws {
    try make("d", [reference(owner)], ["x/y"])
    try registry.delete(owner.key, .foreground)
    try change("owner") { $0.finalizers = [] }
    #expect(outcome == "gone, x/y")
  }

  @Test("a Service goes after its slices, has none as long as it waits, and gets none")
  func services() throws {
    let kinds: Set<ObjectKind> = [.service, .endpointSlice, .pod]
    let web = try registry.create(service("web"))
    let slices = registry.slices(of: "web").map { "- \($0.key)" }
    #expect(!slices.isEmpty)
    #expect(try events(of: kinds) { try registry.delete(web.key, .foreground) } == [slices + ["- \(web.key)"]])
    let db = try registry.create(service("db"))
    let reference = OwnerReference(
      apiVersion: "v1", kind: "Service", name: "db", uid: db.metadata.uid, blockOwnerDeletion: true)
    try make("d", [reference], ["x/y"])
    try registry.delete(db.key, .foreground)
    try registry.create(pod("db-1", app: "db", "10.1.0.1"), by: .manifests)
    #expect(registry.object(db.key) != nil && registry.slices(of: "db").isEmpty)
    let batches = try events(of: kinds) { try change("d") { $0.finalizers = [] } }
    #expect(batches == [["- Pod shop/d", "- \(db.key)"]])
  }

  @Test("a namespace takes with it what waits, and waits itself in the foreground")
  func namespaces() throws {
    try make("d", [reference(owner)], ["x/y"])
    try registry.delete(owner.key, .foreground)
    let shop = try #require(registry.get(Namespace.self, name: "shop"))
    let reference = OwnerReference(
      apiVersion: "v1", kind: "Namespace", name: "shop", uid: shop.metadata.uid, blockOwnerDeletion: true)
    try change("d") { $0.ownerReferences.append(reference) }
    try registry.delete(shop.key, .foreground)
    #expect(outcome == "gone, x/y")
    #expect(registry.get(Namespace.self, name: "shop")?.metadata.finalizers == ["foregroundDeletion"])
    #expect(registry.get(Namespace.self, name: "shop")?.phase == .terminating)
    try change("d") { $0.finalizers = [] }
    #expect(registry.object(shop.key) == nil && registry.list(.pod).objects.count == 0)
  }

  @Test("a Pod that lives by a Lease has its time to end, whether it waits or not")
  func timeToEnd() throws {
    let leased = try registry.create(
      pod("leased", app: "none") { $0.metadata.annotations[WellKnownAnnotation.lease] = "l" })
    try make("d", [reference(leased)], ["x/y"])
    try registry.transaction { (registry) throws(RegistryError) in
      _ = try registry.delete(leased.key, .foreground, grace: 30)
    }
    #expect(stored("leased")?.metadata.finalizers == ["foregroundDeletion"])
    #expect(stored("leased")?.metadata.deletionTimestamp == 1_700_000_030)
    try change("d") { $0.finalizers = [] }
    #expect(stored("d") == nil && stored("leased")?.metadata.finalizers == [])
    #expect(stored("leased")?.metadata.deletionTimestamp == 1_700_000_030)
    try registry.delete(leased.key)
    #expect(stored("leased") == nil)
  }

  @Test("a deletion that is undone leaves nobody waiting")
  func undone() throws {
    try make("d", [reference(owner)], ["x/y"])
    let key = owner.key
    #expect(throws: RegistryError.self) {
      try registry.transaction { (registry) throws(RegistryError) in
        try registry.delete(key, .foreground)
        throw RegistryError.notFound(key)
      }
    }
    try make("late", [reference(owner)])
    #expect(outcome == "stays, stays")
    #expect(stored("late") != nil)
  }

  @Test("manifests that show an owner that waits keep it, and what belongs to it")
  func picture() throws {
    var owner = pod("pictured")
    owner.metadata.uid = UID(high: 1, low: 1)
    owner.metadata.deletionTimestamp = 1_600_000_000
    owner.metadata.finalizers = ["foregroundDeletion"]
    let dependent = pod("d") { $0.metadata.ownerReferences = [reference(owner)] }
    #expect(try registry.apply([Namespace(name: "shop").object, owner.object, dependent.object]).created == 2)
    #expect(stored("pictured") != nil && stored("d") != nil)
  }

  @Test("who waits still waits after a restart in the middle")
  func restart() throws {
    let store = ScriptedStore()
    var registry = Registry(RegistrySettings(), StoredState(), keptBy: store)
    try registry.create(Namespace(name: "shop"))
    let owner = try registry.create(pod("owner"))
    try registry.create(
      pod("d") {
        $0.metadata.ownerReferences = [reference(owner)]
        $0.metadata.finalizers = ["x/y"]
      })
    try registry.delete(owner.key, .foreground)
    registry = Registry(RegistrySettings(), store.state, keptBy: store)
    try registry.create(pod("other"))
    #expect(registry.object(owner.key)?.metadata.finalizers == ["foregroundDeletion"])
    var dependent = try #require(registry.get(Pod.self, namespace: "shop", name: "d"))
    dependent.metadata.finalizers = []
    try registry.update(dependent)
    #expect(registry.list(.pod).objects.map(\.metadata.name) == ["other"])
    #expect(store.state.objects.filter { $0.object.kind == .pod }.count == 1)
  }
}
