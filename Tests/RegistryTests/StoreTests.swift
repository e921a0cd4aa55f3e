import ClusterModel
import Dispatch
import NetworkAddresses
import Synchronization
import Testing

@testable import Registry

@Suite("Registry: changes through a store")
struct StoreTests {
  @Test("readers and subscribers see a change when it is kept, and not before")
  func visibility() throws {
    let store = ScriptedStore()
    let registry = Registry(RegistrySettings(), StoredState(), keptBy: store)
    let recorder = Recorder()
    let subscription = registry.subscribe(recorder.take)
    _ = recorder.drain()
    let seen = Mutex<[Bool]>([])
    store.whenAsked { [weak registry] in
      let isThere = registry?.object(ObjectKey(.namespace, name: "shop")) != nil
      seen.withLock { $0 = [isThere, !recorder.drain().isEmpty, registry?.version != 0] }
    }
    try registry.create(Namespace(name: "shop"))
    #expect(seen.withLock { $0 } == [false, false, false])
    #expect(registry.version == 1)
    #expect(recorder.drain() == [["+ Namespace shop"]])
    subscription.cancel()
  }

  @Test("while the store works for one writer, all others wait for one write")
  func groups() async throws {
    let store = ScriptedStore()
    let registry = Registry(RegistrySettings(), StoredState(), keptBy: store)
    let haveRun = DispatchSemaphore(value: 0)
    let isFirst = Atomic(true)
    store.whenAsked {
      guard isFirst.exchange(false, ordering: .relaxed) else { return }
      // The writers' transactions have run, and wait: they come in the next group, all of them.
      for _ in 0..<20 { haveRun.wait() }
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0...20 {
        group.addTask {
          try await registry.commit { (transaction) throws(RegistryError) in
            _ = try transaction.create(Namespace(name: "n\(number)").object)
            if transaction.version > 1 { haveRun.signal() }
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(store.groups.count <= 2)
    #expect(store.groups.joined().count == 21)
    #expect(registry.version == 21)
  }

  @Test("a store that fails is said once, counted for each writer, and said to work again")
  func news() throws {
    let store = ScriptedStore()
    let registry = Registry(RegistrySettings(), StoredState(), keptBy: store)
    let said = Mutex<[StoreNews]>([])
    registry.followStore { news in said.withLock { $0.append(news) } }
    try registry.create(Namespace(name: "shop"))
    #expect(registry.storeHealth == StoreHealth() && said.withLock { $0 } == [])
    store.fail("the disk is full")
    for name in ["a", "b", "c"] { #expect(throws: RegistryError.self) { try registry.create(service(name)) } }
    #expect(said.withLock { $0 } == [.fails("the disk is full")])
    #expect(registry.storeHealth.failure?.message == "the disk is full" && registry.storeHealth.refused == 3)
    store.fail(nil)
    try registry.create(service("a"))
    #expect(said.withLock { $0 } == [.fails("the disk is full"), .works])
    #expect(registry.storeHealth.failure == nil && registry.storeHealth.refused == 3)
  }

  @Test("each kind of failure is said, and what comes and goes is said once a minute")
  func flapping() {
    var report = StoreReport()
    func take(_ failure: String?, at seconds: Int64) -> StoreNews? {
      report.take(failure.map { RegistryStoreError($0) }, refused: failure == nil ? 0 : 1, now: seconds * 1000)
    }
    #expect(take(nil, at: 0) == nil)
    #expect(take("full", at: 1) == .fails("full"))
    #expect(take("full", at: 2) == nil)
    #expect(take("broken", at: 3) == .fails("broken"))
    #expect(take(nil, at: 4) == .works)
    for second in 5..<61 as Range<Int64> {
      #expect(take("full", at: second) == nil)
      if second < 60 { #expect(take(nil, at: second) == nil) }
    }
    #expect(take("full", at: 61) == .fails("full"), "it goes on, so it is said in the end")
    #expect(take("full", at: 200) == nil)
    #expect(take(nil, at: 201) == .works)
    #expect(report.health.refused == 61)
  }

  @Test("a store that fails leaves nothing behind, and the next write goes on as if nothing had been")
  func failure() throws {
    let store = ScriptedStore()
    let registry = Registry(RegistrySettings(), StoredState(), keptBy: store)
    try registry.create(Namespace(name: "shop"))
    let first = try registry.create(service("a"))
    let recorder = Recorder()
    let subscription = registry.subscribe(recorder.take)
    _ = recorder.drain()
    store.fail("the disk is full")
    let error = #expect(throws: RegistryError.self) { try registry.create(service("b")) }
    #expect(error?.reason == .serviceUnavailable)
    #expect(error?.message == "the registry cannot keep changes: the disk is full; nothing was changed")
    #expect(throws: RegistryError.self) { try registry.delete(first.key) }
    #expect(registry.version == first.metadata.resourceVersion + 2)  // its slice and Endpoints
    #expect(registry.list(.service).objects.map(\.metadata.name) == ["a"])
    #expect(recorder.drain().isEmpty)
    store.fail(nil)
    let second = try registry.create(
      service("b") { $0.spec.clusterIPs = AddressList([ip("10.96.7.7")]) })
    #expect(second.metadata.resourceVersion == registry.version - 2)
    #expect(registry.list(.service).objects.map(\.metadata.name) == ["a", "b"])
    subscription.cancel()
  }

  @Test("who does not wait for the store is told when it has kept the transaction, and when it has not")
  func telling() async throws {
    let store = ScriptedStore()
    let registry = Registry(RegistrySettings(), StoredState(), keptBy: store)
    func outcome(of name: String) async -> (isKept: Bool, isThere: Bool) {
      let failure = await withCheckedContinuation { continuation in
        _ = try? registry.transaction(whenKept: { continuation.resume(returning: $0) }) {
          (transaction) throws(RegistryError) in _ = try transaction.create(Namespace(name: name).object)
        }
      }
      return (failure == nil, registry.object(ObjectKey(.namespace, name: name)) != nil)
    }
    #expect(await outcome(of: "shop") == (true, true))
    #expect(await outcome(of: "No name") == (true, false))
    store.fail("the disk is full")
    #expect(await outcome(of: "other") == (false, false))
  }

  @Test("what waits behind a write that fails is undone with it, and so is an answer that only looked")
  func failureOfOthers() async throws {
    let store = ScriptedStore()
    let registry = Registry(RegistrySettings(), StoredState(), keptBy: store)
    let haveRun = DispatchSemaphore(value: 0)
    store.fail("the disk is full")
    store.whenAsked { for _ in 0..<2 { haveRun.wait() } }
    let name = ObjectKey(.namespace, name: "shop")
    let first = Task {
      try await registry.commit { (transaction) throws(RegistryError) in
        _ = try transaction.create(Namespace(name: "shop").object)
        haveRun.signal()
      }
    }
    let looked = Task {
      // Says that the namespace is there, or is refused like who made it: never that it is there when it is not.
      try await registry.commit { (transaction) throws(RegistryError) in
        defer { haveRun.signal() }
        return transaction.object(name) != nil
      }
    }
    #expect(await (try? first.value) == nil)
    #expect(await (try? looked.value) ?? false == false)
    #expect(registry.object(name) == nil)
    #expect(registry.version == 0)
  }

  @Test("a registry goes on where the store stands: addresses, endpoints, versions, manifests, watches")
  func restart() async throws {
    let store = ScriptedStore()
    var registry = Registry(RegistrySettings(), StoredState(), keptBy: store)
    let manifests = [Namespace(name: "shop").object, service("m").object]
    _ = try registry.apply(manifests)
    let web = try registry.create(service("web"))
    try registry.create(pod("p1", "10.0.0.1"), by: .manifests)
    let version = registry.version
    try registry.create(pod("p2", "10.0.0.2"), by: .manifests)

    registry = Registry(RegistrySettings(), store.state, keptBy: store)
    #expect(registry.version > version)
    #expect(registry.get(Service.self, namespace: "shop", name: "web") == web)
    #expect(registry.readyAddresses(of: "web") == ["10.0.0.1", "10.0.0.2"])
    var changes = try registry.watch(after: version, RegistryFilter([.pod])).makeAsyncIterator()
    #expect(try await changes.next()?.events.map(\.text) == ["+ Pod shop/p2"])
    #expect(throws: RegistryError.self) {
      try registry.create(service("thief") { $0.spec.clusterIPs = web.spec.clusterIPs })
    }
    let report = try registry.apply(manifests)
    #expect(report.unchanged == 2 && report.created + report.updated + report.deleted == 0)
    #expect(try registry.apply([manifests[0]]).deleted == 1)
    #expect(registry.get(Service.self, namespace: "shop", name: "web") != nil)
    try registry.delete(ObjectKey(.pod, namespace: "shop", name: "p1"))
    #expect(registry.readyAddresses(of: "web") == ["10.0.0.2"])
  }

  @Test("that manifests have an object is kept, also when the object is as it was")
  func adoption() throws {
    let store = ScriptedStore()
    var registry = Registry(RegistrySettings(), StoredState(), keptBy: store)
    let namespace = Namespace(name: "shop").object
    _ = try registry.create(Namespace(name: "shop"))
    #expect(try registry.apply([namespace]).unchanged == 1)
    registry = Registry(RegistrySettings(), store.state, keptBy: store)
    #expect(try registry.apply([]).deleted == 1)
  }
}

@Suite("Registry: renewals of Leases and stores")
struct RenewalTests {
  private static func lease(_ renewed: Int64, holder: String = "me") -> Lease {
    Lease(
      metadata: ObjectMeta(name: "l", namespace: "shop"),
      spec: LeaseSpec(holderIdentity: holder, leaseDurationSeconds: 10, renewTime: renewed))
  }

  @Test("renewals are shown and not kept; all else of a Lease is kept; versions never come a second time")
  func renewals() throws {
    let store = ScriptedStore()
    var registry = Registry(RegistrySettings(), StoredState(), keptBy: store)
    try registry.create(Namespace(name: "shop"))
    let recorder = Recorder()
    let subscription = registry.subscribe(to: [.lease], recorder.take)
    _ = recorder.drain()
    try registry.create(Self.lease(1))
    // The first renewal takes versions for those that come.
    for time in 2...5 { try registry.update(Self.lease(Int64(time))) }
    #expect(store.groups.count == 3)
    #expect(recorder.drain().count == 5)
    #expect(registry.get(Lease.self, namespace: "shop", name: "l")?.spec.renewTime == 5)
    try registry.update(Self.lease(5, holder: "you"))
    #expect(store.groups.count == 4)
    for time in 6...8 { try registry.update(Self.lease(Int64(time), holder: "you")) }
    #expect(store.groups.count == 4)
    let last = registry.version
    subscription.cancel()

    registry = Registry(RegistrySettings(), store.state, keptBy: store)
    #expect(registry.version >= last)
    let kept = registry.get(Lease.self, namespace: "shop", name: "l")
    #expect(kept?.spec.renewTime == 5 && kept?.spec.holderIdentity == "you")
    #expect(throws: RegistryError.self) { try registry.watch(after: last, RegistryFilter([.lease])) }
    #expect(throws: RegistryError.self) { try registry.history(of: .lease, after: last) }
    _ = try registry.watch(after: last, RegistryFilter([.service]))
    try registry.update(Self.lease(9, holder: "you"))
    #expect(registry.version > last)
  }
}

/// A store that does what the test says, and keeps what it is given.
final class ScriptedStore: RegistryStore {
  private struct Contents {
    var groups: [[StoredTransaction]] = []
    var state = StoredState()
    var failure: String?
    var action: @Sendable () -> Void = {}
  }

  private let contents = Mutex(Contents())

  func keep(_ transactions: [StoredTransaction]) throws(RegistryStoreError) {
    contents.withLock { $0.action }()
    if let failure = contents.withLock({ $0.failure }) { throw RegistryStoreError(failure) }
    contents.withLock { contents in
      contents.groups.append(transactions)
      for transaction in transactions { contents.state.take(transaction) }
    }
  }

  var groups: [[StoredTransaction]] { contents.withLock { $0.groups } }
  var state: StoredState { contents.withLock { $0.state } }

  /// Runs before each group is kept.
  func whenAsked(_ action: @escaping @Sendable () -> Void) { contents.withLock { $0.action = action } }

  /// Fails from now on, or no longer.
  func fail(_ message: String?) { contents.withLock { $0.failure = message } }
}

extension StoredState {
  fileprivate mutating func take(_ transaction: StoredTransaction) {
    version = transaction.version
    reserved = max(reserved, transaction.reserved ?? 0)
    for change in transaction.changes {
      objects.removeAll { $0.object.key == change.key }
      if let object = change.object { objects.append(object) }
    }
    if let batch = transaction.batch { history.append(batch) }
  }
}
