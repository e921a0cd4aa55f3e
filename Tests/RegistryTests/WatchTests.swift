import ClusterModel
import NetworkAddresses
import Registry
import Testing

@Suite("Registry: watches")
struct WatchTests {
  @Test("a subscription gets everything first, then each transaction as one batch, before the transaction returns")
  func subscription() throws {
    let registry = try shop()
    let recorder = Recorder()
    let subscription = registry.subscribe(to: [.service, .namespace], recorder.take)
    #expect(recorder.drain() == [["+ Namespace shop"]])
    try registry.transaction { (registry) throws(RegistryError) in
      _ = try registry.create(service("a").object)
      _ = try registry.create(service("b").object)
    }
    #expect(recorder.drain() == [["+ Service shop/a", "+ Service shop/b"]])
    try registry.create(pod("p", app: "none"))
    #expect(recorder.drain().isEmpty)
    try registry.delete(ObjectKey(.service, namespace: "shop", name: "a"))
    #expect(recorder.drain() == [["- Service shop/a"]])
    subscription.cancel()
    try registry.delete(ObjectKey(.service, namespace: "shop", name: "b"))
    #expect(recorder.drain().isEmpty)
  }

  @Test("a subscriber may read the registry, and sees what it is told of")
  func readsInside() throws {
    let registry = try shop()
    let recorder = Recorder()
    let subscription = registry.subscribe(to: [.service]) { [registry] batch in
      for event in batch.events where registry.object(event.key) == event.object { recorder.take(batch) }
    }
    try registry.create(service("web"))
    #expect(recorder.drain() == [["+ Service shop/web"]])
    subscription.cancel()
  }

  @Test("what comes and goes within a transaction is not seen; what changes twice is seen once")
  func collapse() throws {
    let registry = try shop()
    let recorder = Recorder()
    let subscription = registry.subscribe(to: [.service, .node], recorder.take)
    _ = recorder.drain()
    try registry.transaction { (registry) throws(RegistryError) in
      var node = Node(metadata: ObjectMeta(name: "n"))
      _ = try registry.create(node.object)
      node.metadata.labels = ["a": "b"]
      _ = try registry.update(node.object)
      _ = try registry.create(service("gone").object)
      _ = try registry.delete(ObjectKey(.service, namespace: "shop", name: "gone"))
    }
    #expect(recorder.drain() == [["+ Node n"]])
    subscription.cancel()
  }

  @Test("every change has a version of its own, in order, also a deletion")
  func versions() async throws {
    let registry = try shop()
    let start = registry.version
    try registry.create(service("a"))
    try registry.create(service("b"))
    try registry.delete(ObjectKey(.service, namespace: "shop", name: "a"))
    let versions = try await history(of: registry, after: start).flatMap { $0.events.map(\.version) }
    #expect(versions == versions.sorted())
    #expect(Set(versions).count == versions.count)
    #expect(versions.last == registry.version)
  }

  @Test("a watch from a version sees what came after it, batch by batch, then waits")
  func watch() async throws {
    let registry = try shop()
    let start = registry.version
    try registry.create(service("a"))
    try registry.create(service("b"))
    var changes = try registry.watch(after: start, RegistryFilter([.service])).makeAsyncIterator()
    #expect(try await changes.next()?.events.map(\.text) == ["+ Service shop/a"])
    #expect(try await changes.next()?.events.map(\.text) == ["+ Service shop/b"])
    let waiting = Task { [changes] in
      var changes = changes
      return try await changes.next()?.events.map(\.text)
    }
    try registry.create(service("c"))
    #expect(try await waiting.value == ["+ Service shop/c"])
  }

  @Test("a watch without a version begins with everything")
  func initial() async throws {
    let registry = try shop()
    try registry.create(service("a"))
    var changes = try registry.watch(RegistryFilter([.service], namespace: "shop")).makeAsyncIterator()
    let first = try await changes.next()
    #expect(first?.events.map(\.text) == ["+ Service shop/a"])
    #expect(first?.version == registry.version)
  }

  @Test("through a selector, an object that comes into sight is added, and one that leaves it deleted")
  func selector() async throws {
    let registry = try shop()
    let labels = LabelSelector(matchLabels: ["tier": "front"])
    var changes = try registry.watch(after: registry.version, RegistryFilter([.service], labels: labels))
      .makeAsyncIterator()
    let web = try registry.create(service("web"))
    for tier in ["front", "front", "back"] {
      var next = web
      next.metadata.resourceVersion = 0
      next.metadata.labels = ["tier": tier, "round": tier == "front" ? "\(registry.version)" : ""]
      try registry.update(next)
    }
    try registry.delete(web.key)
    var seen: [String] = []
    for _ in 0..<3 { seen += try await changes.next()?.events.map(\.text) ?? [] }
    #expect(seen == ["+ Service shop/web", "~ Service shop/web", "- Service shop/web"])
  }

  @Test("cancelling its task ends a watch that waits")
  func cancel() async throws {
    let registry = try shop()
    let changes = try registry.watch(after: registry.version)
    let reader = Task {
      var count = 0
      for try await _ in changes { count += 1 }
      return count
    }
    reader.cancel()
    #expect(try await reader.value == 0)
  }

  @Test("history is bounded: a watch from before it fails with 410, one from within it does not")
  func expired() throws {
    let registry = try shop { $0.historyOctets = 20_000 }
    let start = registry.version
    for number in 0..<200 { try registry.create(service("s\(number)")) }
    let error = #expect(throws: RegistryError.self) { _ = try registry.watch(after: start) }
    #expect(error?.reason == .expired)
    #expect(error?.reason.code == 410)
    _ = try registry.watch(after: registry.version)
  }

  @Test("renewals of Leases push out no changes of other kinds, and are bounded themselves")
  func renewals() async throws {
    let registry = try shop { $0.historyOctets = 20_000 }
    let start = registry.version
    try registry.create(service("web"))
    try registry.create(Self.lease("l", renewed: 0))
    for time in 1...200 { try registry.update(Self.lease("l", renewed: Int64(time))) }
    var changes = try registry.watch(after: start, RegistryFilter([.service])).makeAsyncIterator()
    #expect(try await changes.next()?.events.map(\.text) == ["+ Service shop/web"])
    #expect(try registry.history(of: .service, after: start).batches.count == 1)
    #expect(throws: RegistryError.self) { _ = try registry.watch(after: start, RegistryFilter([.lease])) }
    #expect(throws: RegistryError.self) { _ = try registry.watch(after: start) }
    #expect(try registry.history(of: .lease, after: registry.version - 1).batches.count == 1)
  }

  @Test("changes of Leases and of other kinds in one transaction are one batch, in the order of their versions")
  func mixed() async throws {
    let registry = try shop()
    let start = registry.version
    try registry.transaction { (registry) throws(RegistryError) in
      _ = try registry.create(Self.lease("a", renewed: 0).object)
      _ = try registry.create(Node(metadata: ObjectMeta(name: "n")).object)
      _ = try registry.create(Self.lease("b", renewed: 0).object)
    }
    try registry.create(Self.lease("c", renewed: 0))
    try registry.create(Node(metadata: ObjectMeta(name: "m")))
    let batches = try await history(of: registry, after: start).map { $0.events.map(\.text) }
    #expect(batches == [["+ Lease shop/a", "+ Node n", "+ Lease shop/b"], ["+ Lease shop/c"], ["+ Node m"]])
    var leases = try registry.watch(after: start, RegistryFilter([.lease])).makeAsyncIterator()
    #expect(try await leases.next()?.events.map(\.text) == ["+ Lease shop/a", "+ Lease shop/b"])
    #expect(try await leases.next()?.events.map(\.text) == ["+ Lease shop/c"])
  }

  private static func lease(_ name: String, renewed time: Int64) -> Lease {
    Lease(
      metadata: ObjectMeta(name: name, namespace: "shop"),
      spec: LeaseSpec(holderIdentity: "me", leaseDurationSeconds: 10, renewTime: time))
  }

  @Test("a reader that fell behind the history is told so")
  func slowReader() async throws {
    let registry = try shop { $0.historyOctets = 20_000 }
    var slow = try registry.watch(after: registry.version, RegistryFilter([.service])).makeAsyncIterator()
    for number in 0..<200 { try registry.create(service("s\(number)")) }
    await #expect(throws: RegistryError.self) { _ = try await slow.next() }
  }

  @Test("a version that is still to come is a time-out with its cause")
  func tooLarge() throws {
    let registry = try shop()
    let error = #expect(throws: RegistryError.self) { _ = try registry.watch(after: 99_999) }
    #expect(error?.message == "Timeout: Too large resource version: 99999, current: \(registry.version)")
    #expect(error?.reason.code == 504)
    #expect(error?.details?.causes.first?.reason == "ResourceVersionTooLarge")
  }

  @Test("writers on many threads make one order that all subscribers see")
  func concurrent() async throws {
    let registry = try shop()
    let recorder = Recorder()
    let subscription = registry.subscribe(to: [.service], recorder.take)
    _ = recorder.drain()
    await withTaskGroup(of: Void.self) { group in
      for writer in 0..<4 {
        group.addTask { for number in 0..<50 { _ = try? registry.create(service("s\(writer)-\(number)")) } }
      }
    }
    let seen = recorder.drain()
    #expect(seen.count == 200)
    #expect(Set(seen.joined()).count == 200)
    let addresses = registry.list(.service).objects.compactMap(Service.init).flatMap(\.spec.clusterIPs)
    #expect(Set(addresses).count == 200)
    subscription.cancel()
  }

  /// The batches behind a version.
  private func history(of registry: Registry, after version: UInt64) async throws -> [RegistryBatch] {
    var changes = try registry.watch(after: version).makeAsyncIterator()
    var batches: [RegistryBatch] = []
    while changes.version != registry.version, let batch = try await changes.next() { batches.append(batch) }
    return batches
  }
}
