import ClusterModel
import Foundation
import GRDB
import Glibc
import NetworkAddresses
import Registry
import Synchronization
import Testing

@testable import RegistryStores

@Suite("State: what is kept")
struct KeepingTests {
  /// Objects of every kind, with what is rare in them.
  private static let documents = [
    #"{"kind":"Namespace","metadata":{"name":"shop","labels":{"a":"b"},"finalizers":["x/y"]}}"#,
    #"{"kind":"Node","metadata":{"name":"n1","labels":{"topology.kubernetes.io/zone":"z1"}},"status":{"addresses":[{"type":"InternalIP","address":"192.0.2.1"}],"conditions":[{"type":"Ready","status":"True"}]}}"#,
    #"{"kind":"Service","metadata":{"name":"web","namespace":"shop","annotations":{"text":"\"ä\u0001\n\\"},"managedFields":[{"manager":"kubectl","operation":"Apply","apiVersion":"v1","time":"2026-01-02T03:04:05Z","fieldsType":"FieldsV1","fieldsV1":{"f:spec":{}}}]},"spec":{"selector":{"app":"web"},"sessionAffinity":"ClientIP","externalIPs":["198.51.100.1"],"type":"NodePort","ports":[{"name":"http","port":80,"targetPort":"web","nodePort":31000}]}}"#,
    #"{"kind":"Pod","metadata":{"name":"p","namespace":"shop","labels":{"app":"web"},"ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"r","uid":"7e224ac3-a958-427f-8fd6-c3f3e5c9437f","controller":true}]},"spec":{"nodeName":"n1","hostname":"h","containers":[{"name":"c","ports":[{"name":"web","containerPort":8080}]}]},"status":{"phase":"Running","podIPs":[{"ip":"10.0.0.1"}],"conditions":[{"type":"Ready","status":"True","lastTransitionTime":"2026-01-02T03:04:05Z"}]}}"#,
    #"{"kind":"Service","metadata":{"name":"hand","namespace":"shop"},"spec":{"ports":[{"port":1}]}}"#,
    #"{"kind":"Endpoints","metadata":{"name":"hand","namespace":"shop"},"subsets":[{"addresses":[{"ip":"10.1.0.1","hostname":"a"}],"notReadyAddresses":[{"ip":"10.1.0.2"}],"ports":[{"port":1}]}]}"#,
    #"{"kind":"Event","metadata":{"name":"e","namespace":"shop"},"involvedObject":{"kind":"Pod","namespace":"shop","name":"p"},"reason":"Started","message":"up","source":{"component":"kubelet"},"firstTimestamp":"2026-01-02T03:04:05Z","lastTimestamp":"2026-01-02T03:04:06Z","count":2,"type":"Normal"}"#,
    #"{"kind":"Lease","metadata":{"name":"l","namespace":"shop"},"spec":{"holderIdentity":"me","leaseDurationSeconds":10,"acquireTime":"2026-01-02T03:04:05.000006Z","renewTime":"2026-01-02T03:04:05.000007Z","leaseTransitions":3}}"#,
  ]

  private static func objects() throws -> [ClusterObject] {
    try documents.map { text in
      var reader = try JSONReader(Array(text.utf8))
      let node = try #require(try reader.next())
      let kind = try #require(node["kind"]?.string.flatMap { ObjectKind(name: $0) })
      return ClusterObject.decode(node, as: kind, interner: StringInterner()).object
    }
  }

  @Test("objects of every kind, also those that the registry makes, come back as they were")
  func everyKind() throws {
    let place = try Place()
    var registry = try place.open()
    let objects = try Self.objects()
    try registry.transaction { (transaction) throws(RegistryError) in
      for object in objects { _ = try transaction.create(object, by: .manifests) }
    }
    let before = ObjectKind.allCases.map { registry.list($0).objects }
    #expect(before.allSatisfy { !$0.isEmpty })
    let version = registry.version
    registry = Registry()
    registry = try place.open()
    #expect(ObjectKind.allCases.map { registry.list($0).objects } == before)
    #expect(registry.version >= version)
  }

  @Test(
    "whom an object comes from is kept",
    arguments: [.client, .bootstrap, .implied, .manifest(digest: .max)] as [Origin])
  func origins(_ origin: Origin) { #expect(Origin(text: origin.text) == origin) }

  @Test("a watch goes on after a restart, with what objects were before")
  func history() async throws {
    let place = try Place()
    var registry = try place.open()
    try registry.create(Namespace(name: "shop").object)
    let start = registry.version
    for note in ["1", "2", "3"] {
      if note == "1" {
        try registry.create(service("a", note: note))
      } else {
        try registry.update(service("a", note: note))
      }
    }
    try registry.delete(serviceKey("a"))
    try registry.create(service("a", note: "4"))
    try registry.create(service("b"))
    let filter = RegistryFilter([.service])
    let before = try await events(of: registry, after: start, filter)
    #expect(before.count == 6)
    registry = Registry()
    registry = try place.open()
    #expect(try await events(of: registry, after: start, filter) == before)
    #expect(try await events(of: registry, after: start + 2, filter) == Array(before.dropFirst(2)))
  }

  private func events(of registry: Registry, after version: UInt64, _ filter: RegistryFilter) async throws -> [String] {
    var changes = try registry.watch(after: version, filter).makeAsyncIterator()
    var found: [String] = []
    while changes.version != registry.version, let batch = try await changes.next() {
      found += batch.events.map(\.text)
    }
    return found
  }

  @Test("who was deleted in the foreground waits on after a restart, and goes with what it waits for")
  func foregroundDeletion() throws {
    let place = try Place()
    var registry = try place.open()
    try registry.create(Namespace(name: "shop").object)
    let owner = try registry.create(service("owner"))
    var dependent = service("dependent")
    dependent.metadata.finalizers = ["x/y"]
    dependent.metadata.ownerReferences = [
      OwnerReference(
        apiVersion: "v1", kind: "Service", name: "owner", uid: owner.metadata.uid, blockOwnerDeletion: true)
    ]
    try registry.create(dependent)
    try registry.transaction { (registry) throws(RegistryError) in
      _ = try registry.delete(serviceKey("owner"), .foreground)
    }
    registry = Registry()
    registry = try place.open()
    #expect(registry.object(serviceKey("owner"))?.metadata.finalizers == ["foregroundDeletion"])
    var going = try #require(registry.object(serviceKey("dependent")))
    #expect(going.metadata.deletionTimestamp != nil)
    going.metadata.finalizers = []
    try registry.update(going)
    #expect(registry.list(.service).objects.isEmpty)
    #expect(try !place.kept().get().objects.contains { $0.object.kind == .service })
  }

  @Test("the history is bounded in octets; what it has lost is answered with 410, what it has is whole")
  func boundedHistory() throws {
    let place = try Place()
    var registry = try place.open(historyOctets: 20_000)
    try registry.create(Namespace(name: "shop").object)
    try registry.create(service("a"))
    let old = registry.version
    for number in 0..<100 { try registry.update(service("a", note: String(repeating: "x", count: 500) + "\(number)")) }
    registry = Registry()
    let (store, state) = try place.store(historyOctets: 20_000)
    let kept = state.history.count
    #expect((10...50).contains(kept))
    #expect(state.oldest == state.history[0].version - 1)
    registry = Registry(RegistrySettings(), state, keptBy: store)
    #expect(throws: RegistryError.self) { try registry.watch(after: old, RegistryFilter([.service])) }
    _ = try registry.watch(after: state.oldest, RegistryFilter([.service]))
    try registry.transaction { (transaction) throws(RegistryError) in
      for number in 0..<100 {
        var other = service("bulk\(number)", note: String(repeating: "x", count: 500))
        other = try transaction.create(other)
      }
      for number in 0..<100 { _ = try transaction.delete(serviceKey("bulk\(number)")) }
      for number in 0..<200 { _ = try transaction.create(service("many\(number)")) }
    }
    let after = try place.kept().get()
    #expect(after.history.isEmpty)
    #expect(after.oldest == registry.version)
  }

  @Test("folder and files are the owner's alone, and one process has them")
  func access() throws {
    let place = try Place()
    let registry = try place.open()
    try registry.create(Namespace(name: "shop").object)
    for (path, mode) in [(place.folder.path, 0o700), (place.file, 0o600), (place.file + "-wal", 0o600)] {
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == mode, "\(path)")
    }
    let error = #expect(throws: RegistryStoreError.self) { try SQLiteStore.open(place.folder) }
    #expect(error?.message.contains("another process has this folder") == true)
    #expect(registry.object(ObjectKey(.namespace, name: "shop")) != nil)
  }

  @Test("who is refused a folder closes its own descriptor once, and none that others opened since")
  func refusedTwice() throws {
    let place = try Place()
    let (store, _) = try place.store()
    let isOver = Atomic<Bool>(false)
    let lost = Atomic<Int>(0)
    let ended = DispatchSemaphore(value: 0)
    // Opens the descriptor that was just closed, if anybody can.
    Thread.detachNewThread {
      while !isOver.load(ordering: .relaxed) {
        let descriptor = Glibc.open("/dev/null", O_RDONLY | O_CLOEXEC)
        var status = stat()
        for _ in 0..<20 where fstat(descriptor, &status) != 0 { lost.wrappingAdd(1, ordering: .relaxed) }
        close(descriptor)
      }
      ended.signal()
    }
    for _ in 0..<20_000 where lost.load(ordering: .relaxed) == 0 {
      #expect(throws: RegistryStoreError.self) { try FolderLock(place.folder) }
    }
    isOver.store(true, ordering: .relaxed)
    ended.wait()
    #expect(lost.load(ordering: .relaxed) == 0)
    withExtendedLifetime(store) {}
  }

  @Test("a full disk refuses writes, which change nothing, and takes them again when there is room")
  func fullDisk() throws {
    let place = try Place()
    let (store, state) = try place.store()
    let registry = Registry(RegistrySettings(), state, keptBy: store)
    try registry.create(Namespace(name: "shop").object)
    let big = String(repeating: "x", count: 200_000)
    try store.queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = 30") }
    let version = registry.version
    let error = #expect(throws: RegistryError.self) { try registry.create(service("a", note: big)) }
    #expect(error?.reason == .serviceUnavailable && error?.message.contains("the disk is full") == true)
    #expect(registry.version == version && registry.object(serviceKey("a")) == nil)
    try store.queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = 100000") }
    try registry.create(service("a", note: big))
    #expect(try place.kept().get().objects.contains { $0.object.key == serviceKey("a") })
  }

  @Test("a file of an older schema is brought on, in one step, and keeps what it has")
  func migration() throws {
    let place = try Place()
    try place.open().create(Namespace(name: "shop").object)
    let next = Schema(steps: Schema.current.steps + ["ALTER TABLE state ADD COLUMN note TEXT DEFAULT 'new'"])
    place.waitUntilFree()
    let (store, state) = try SQLiteStore.open(place.folder, historyOctets: 1 << 20, schema: next)
    #expect(state.objects.map(\.object.key) == [ObjectKey(.namespace, name: "shop")])
    #expect(try store.queue.read { try String.fetchOne($0, sql: "SELECT note FROM state") } == "new")
  }
}
