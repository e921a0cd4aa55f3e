import ClusterModel
import Synchronization
import Testing

@testable import Registry

/// A clock that tests turn, in milliseconds.
private final class Clock: Sendable {
  private let time = Mutex<Int64>(1_000_000)

  var now: Int64 { time.withLock { $0 } }

  func advance(seconds: Double) { time.withLock { $0 += Int64(seconds * 1000) } }
}

/// A registry with the Service `web`, whose Pods live by Leases of ten seconds.
private struct Shop {
  let clock = Clock()
  let registry: Registry

  init(pods: [String], share: Double = 0.5) throws {
    let clock = clock
    registry = try shop { settings in
      settings.uptime = { clock.now }
      settings.now = { clock.now / 1000 }
      settings.massExpiryShare = share
    }
    try registry.create(service("web"))
    for (index, name) in pods.enumerated() {
      try registry.create(lease(name))
      try registry.create(
        pod(name, "10.1.0.\(index + 1)") { $0.metadata.annotations[WellKnownAnnotation.lease] = name }, by: .manifests)
    }
  }

  func lease(_ name: String, seconds: Int32 = 10) -> Lease {
    var lease = Lease(metadata: ObjectMeta(name: name, namespace: "shop"))
    lease.spec = LeaseSpec(holderIdentity: name, leaseDurationSeconds: seconds, renewTime: clock.now * 1000)
    return lease
  }

  func renew(_ names: String...) throws {
    for name in names { try registry.update(lease(name)) }
  }

  /// Lets seconds pass, and what is due happen.
  @discardableResult
  func pass(_ seconds: Double) throws -> [String] {
    clock.advance(seconds: seconds)
    return try registry.transaction { $0.advanceLives() }.notes
  }

  var ready: [String] { registry.readyAddresses(of: "web") }
  var pods: [String] { registry.list(.pod).objects.map(\.metadata.name) }

  var isHeld: Bool {
    registry.get(Service.self, namespace: "shop", name: "web")?.status.conditions.contains {
      $0.type == RegistryTransaction.heldCondition && $0.isTrue
    } ?? false
  }
}

@Suite("Registry: Pods that live by Leases")
struct LifeTests {
  @Test("renewed in time, a Pod stays ready")
  func renewed() throws {
    let shop = try Shop(pods: ["a", "b", "c"])
    for _ in 0..<10 {
      try shop.renew("a", "b", "c")
      try shop.pass(9)
    }
    #expect(shop.ready.count == 3)
  }

  @Test("not renewed, it is not ready after one span, and gone with its Lease after another")
  func lapses() throws {
    let shop = try Shop(pods: ["a", "b", "c"])
    try shop.pass(9)
    try shop.renew("b", "c")
    #expect(shop.ready.count == 3)
    #expect(try shop.pass(1.5) == ["Pod shop/a is no longer ready: Lease shop/a was not renewed"])
    #expect(shop.ready == ["10.1.0.2", "10.1.0.3"])
    let condition = shop.registry.get(Pod.self, namespace: "shop", name: "a")?.status.conditions.first
    #expect(condition?.reason == "LeaseExpired")
    try shop.renew("b", "c")
    try shop.pass(9)
    try shop.renew("b", "c")
    #expect(shop.pods == ["a", "b", "c"])
    try shop.pass(1.5)
    #expect(shop.pods == ["b", "c"])
    #expect(shop.registry.list(.lease).objects.map(\.metadata.name) == ["b", "c"])
  }

  @Test("renewed after it had lapsed, it is ready again")
  func comesBack() throws {
    let shop = try Shop(pods: ["a", "b", "c"])
    try shop.pass(5)
    try shop.renew("b", "c")
    try shop.pass(6)
    #expect(shop.ready.count == 2)
    try shop.renew("a")
    #expect(shop.ready.count == 3)
    try shop.renew("b", "c")
    try shop.pass(9)
    #expect(shop.ready.count == 3)
  }

  @Test("a Lease's seconds are seconds, to the end of their range (CVE-2025-58063)", arguments: [1, 3600, Int32.max])
  func seconds(_ seconds: Int32) throws {
    let shop = try Shop(pods: ["a", "b", "c"], share: 1)
    try shop.registry.update(shop.lease("a", seconds: seconds))
    try shop.pass(Double(seconds) - 0.5)
    #expect(shop.ready.contains("10.1.0.1"))
    try shop.pass(1)
    #expect(!shop.ready.contains("10.1.0.1") && shop.pods.contains("a"))
    try shop.pass(Double(seconds) + 1)
    #expect(!shop.pods.contains("a"))
  }

  @Test("a Pod whose Lease was never made lapses, too")
  func withoutLease() throws {
    let shop = try Shop(pods: [])
    try shop.registry.create(
      pod("x", "10.1.0.9") { $0.metadata.annotations[WellKnownAnnotation.lease] = "missing" }, by: .manifests)
    #expect(shop.ready == ["10.1.0.9"])
    try shop.pass(11)
    #expect(shop.ready.isEmpty)
  }

  @Test("a Pod without the annotation lives for ever, and Leases of others are nobody's business")
  func others() throws {
    let shop = try Shop(pods: [])
    try shop.registry.create(pod("x", "10.1.0.9"), by: .manifests)
    try shop.renew()
    try shop.pass(100)
    #expect(shop.ready == ["10.1.0.9"])
    #expect(shop.registry.read { $0.lives.next } == nil)
  }

  @Test("when a Pod goes its Lease is forgotten")
  func deregistered() throws {
    let shop = try Shop(pods: ["a"])
    try shop.registry.delete(ObjectKey(.pod, namespace: "shop", name: "a"))
    #expect(try shop.pass(100).isEmpty)
    #expect(shop.registry.read { $0.lives.next } == nil)
  }
}

@Suite("Registry: Pods that end gracefully")
struct GracefulEndTests {
  private func delete(_ shop: Shop, _ name: String, grace: Int64?) throws {
    try shop.registry.transaction { (registry) throws(RegistryError) in
      _ = try registry.delete(ObjectKey(.pod, namespace: "shop", name: name), grace: grace)
    }
  }

  private func stored(_ shop: Shop, _ name: String) -> Pod? {
    shop.registry.get(Pod.self, namespace: "shop", name: name)
  }

  @Test("it stays for its time as a terminating endpoint, and goes then", arguments: [nil, 5, 30, -7] as [Int64?])
  func time(_ asked: Int64?) throws {
    let shop = try Shop(pods: ["a", "b", "c"])
    let seconds: Int64 = asked.map { $0 < 0 ? 1 : $0 } ?? 30
    try delete(shop, "a", grace: asked)
    #expect(stored(shop, "a")?.metadata.deletionTimestamp == shop.clock.now / 1000 + seconds)
    #expect(stored(shop, "a")?.metadata.deletionGracePeriodSeconds == seconds)
    let ending = shop.registry.slices(of: "web").flatMap(\.endpoints).filter { $0.conditions.terminating == true }
    #expect(ending.map { $0.addresses.description } == ["[10.1.0.1]"])
    #expect(ending.first?.conditions.serving == true && shop.ready == ["10.1.0.2", "10.1.0.3"])
    for _ in 0..<(seconds - 1) {
      try shop.pass(1)
      try shop.renew("a", "b", "c")
    }
    #expect(shop.pods.contains("a"))
    #expect(try shop.pass(1.5) == ["Pod shop/a is taken away: its time to end is over"])
    #expect(shop.pods == ["b", "c"])
  }

  @Test("asked again, it goes sooner but never later; without any time it goes at once")
  func again() throws {
    let shop = try Shop(pods: ["a"])
    try delete(shop, "a", grace: 20)
    try delete(shop, "a", grace: nil)
    #expect(stored(shop, "a")?.metadata.deletionGracePeriodSeconds == 20)
    try delete(shop, "a", grace: 3)
    #expect(stored(shop, "a")?.metadata.deletionGracePeriodSeconds == 3)
    #expect(stored(shop, "a")?.metadata.deletionTimestamp == shop.clock.now / 1000 + 3)
    try delete(shop, "a", grace: 0)
    #expect(shop.pods == [])
    try shop.pass(60)
  }

  @Test("finalizers keep it beyond its time; without them it stays until its time is over")
  func finalizers() throws {
    let shop = try Shop(pods: ["a", "b"], share: 1)
    func set(_ finalizers: [String], _ name: String) throws {
      var changed = try #require(stored(shop, name))
      changed.metadata.finalizers = finalizers
      try shop.registry.update(changed)
    }
    for name in ["a", "b"] {
      try set(["example.com/x"], name)
      try delete(shop, name, grace: 5)
    }
    try set([], "a")
    #expect(shop.pods == ["a", "b"])
    try shop.pass(6)
    #expect(shop.pods == ["b"])
    #expect(stored(shop, "b")?.metadata.deletionGracePeriodSeconds == 0)
    try set([], "b")
    #expect(shop.pods == [])
  }

  @Test("a Pod without a Lease, one that has ended, and one of manifests take no time")
  func atOnce() throws {
    let shop = try Shop(pods: ["a"])
    try shop.registry.create(pod("b", "10.1.0.2"))
    var ended = try #require(stored(shop, "a"))
    ended.status.phase = .succeeded
    _ = try shop.registry.transaction { (registry) throws(RegistryError) in try registry.updateStatus(ended.object) }
    let leased = pod("c", "10.1.0.3") { $0.metadata.annotations[WellKnownAnnotation.lease] = "c" }
    _ = try shop.registry.apply([Namespace(name: "shop").object, leased.object])
    for name in ["a", "b", "c"] { try delete(shop, name, grace: 20) }
    #expect(shop.pods == [])
  }

  @Test("what is left of the time outlives a restart")
  func restart() throws {
    let shop = try Shop(pods: ["a"])
    try delete(shop, "a", grace: 20)
    var settings = RegistrySettings()
    let clock = shop.clock
    settings.uptime = { clock.now + 77_000 }
    settings.now = { clock.now / 1000 }
    let objects = shop.registry.read { registry in
      ObjectKind.allCases.flatMap { kind in
        var objects: [StoredObject] = []
        registry.forEach(kind) { objects.append(StoredObject($0.object, from: $0.origin)) }
        return objects
      }
    }
    let next = Registry(
      settings, StoredState(version: shop.registry.version, objects: objects), keptBy: ScriptedStore())
    let lease = ObjectKey(.lease, namespace: "shop", name: "a")
    for seconds in [9.0, 9.0] {
      clock.advance(seconds: seconds)
      try next.transaction { (registry) throws(RegistryError) in
        _ = registry.advanceLives()
        guard var renewed = registry.get(Lease.self, namespace: "shop", name: lease.name) else { return }
        renewed.spec.renewTime = clock.now * 1000
        _ = try registry.update(renewed.object)
      }
    }
    #expect(next.list(.pod).objects.count == 1)
    clock.advance(seconds: 3)
    try next.transaction { _ = $0.advanceLives() }
    #expect(next.list(.pod).objects.isEmpty)
  }
}

@Suite("Registry: when most Leases of a Service lapse at once")
struct MassExpiryTests {
  @Test(
    arguments: [
      (0, 0, 0.5, false), (1, 1, 0.5, false), (1, 2, 0.5, false), (2, 2, 0.5, true), (2, 3, 0.5, true),
      (2, 4, 0.5, false), (3, 4, 0.5, true), (4, 4, 1, false), (2, 10, 0.1, true), (1, 100, 0, false),
    ] as [(Int, Int, Double, Bool)])
  func holds(lapsed: Int, total: Int, share: Double, expected: Bool) {
    #expect(MassExpiryGuard(share: share).holds(lapsed: lapsed, of: total) == expected)
  }

  @Test("the last known endpoints stay, the Service says so, and renewals end it")
  func held() throws {
    let shop = try Shop(pods: ["a", "b", "c"])
    let notes = try shop.pass(11)
    #expect(notes == ["Service shop/web: 3 of 3 leases lapsed at once; the last known endpoints are kept"])
    #expect(shop.ready.count == 3 && shop.isHeld)
    #expect(try shop.pass(100).isEmpty)
    #expect(shop.ready.count == 3)
    try shop.renew("a", "b")
    #expect(!shop.isHeld)
    try shop.pass(9)
    try shop.renew("a", "b")
    try shop.pass(2)
    #expect(shop.ready == ["10.1.0.1", "10.1.0.2"])
  }

  @Test("what probes have found dead goes all the same")
  func probes() throws {
    let shop = try Shop(pods: ["a", "b", "c", "d"])
    let key = ObjectKey(.pod, namespace: "shop", name: "a")
    try shop.pass(11)
    #expect(shop.isHeld)
    let uid = try #require(shop.registry.object(key)?.metadata.uid)
    try shop.registry.transaction { $0.setContainersReady(false, of: key, uid: uid, message: "refused") }
    #expect(shop.ready.count == 3)
    try shop.pass(11)
    try shop.pass(11)
    #expect(shop.pods == ["b", "c", "d"])
    #expect(shop.ready.count == 3 && shop.isHeld)
  }

  @Test("a share of one lets all of them lapse")
  func off() throws {
    let shop = try Shop(pods: ["a", "b"], share: 1)
    try shop.pass(11)
    #expect(shop.ready.isEmpty && !shop.isHeld)
  }
}

@Suite("Registry: what probes find")
struct ProbeResultTests {
  @Test("a Pod is ready when its containers and its gates are, and its Lease has not lapsed")
  func readiness() throws {
    let shop = try Shop(pods: ["a", "b", "c"])
    let key = ObjectKey(.pod, namespace: "shop", name: "a")
    let uid = try #require(shop.registry.object(key)?.metadata.uid)
    func probe(_ isReady: Bool, _ uid: UID) throws {
      try shop.registry.transaction { $0.setContainersReady(isReady, of: key, uid: uid) }
    }
    try probe(false, uid)
    #expect(shop.ready.count == 2)
    try probe(true, .none)
    #expect(shop.ready.count == 2)
    try probe(true, uid)
    #expect(shop.ready.count == 3)
    let version = shop.registry.version
    try probe(true, uid)
    #expect(shop.registry.version == version)
    try shop.pass(9)
    try shop.renew("b", "c")
    try shop.pass(2)
    try probe(true, uid)
    #expect(shop.ready.count == 2)
    try shop.renew("a")
    #expect(shop.ready.count == 3)
  }
}

@Suite("Registry: deadlines")
struct DeadlinesTests {
  @Test("what is put off comes up at its last deadline, within a quarter of a second")
  func order() {
    var deadlines = Deadlines<String>()
    #expect(deadlines.next == nil)
    deadlines["a"] = 1000
    deadlines["b"] = 5000
    deadlines["c"] = 3000
    deadlines["a"] = 9000
    deadlines["b"] = 2001
    #expect(deadlines.next == 1000)
    #expect(deadlines.take(until: 2000) == [])
    #expect(deadlines.next == 2250)
    #expect(deadlines.take(until: 2250) == ["b"])
    deadlines["c"] = nil
    #expect(deadlines.take(until: 8999) == [])
    #expect(deadlines.take(until: 9000) == ["a"])
    #expect(deadlines.next == nil && deadlines.count == 0)
  }

  @Test("keys that come and go leave nothing behind")
  func churn() {
    var deadlines = Deadlines<Int>()
    deadlines[0] = 5000
    for key in 1...100_000 {
      deadlines[key] = 1 << 40
      deadlines[key] = nil
    }
    #expect(deadlines.held < 2000)
    #expect(deadlines.take(until: 5000) == [0])
    #expect(deadlines.count == 0)
  }

  @Test("as a list that is sorted", arguments: 0..<20)
  func asAList(seed: Int) {
    var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
    func next(_ bound: UInt64) -> Int64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int64(state >> 33 % bound)
    }
    var deadlines = Deadlines<Int64>()
    var list: [Int64: Int64] = [:]
    var now: Int64 = 0
    for _ in 0..<500 {
      let key = next(40)
      let time: Int64? = next(8) == 0 ? nil : now + next(20_000)
      deadlines[key] = time
      list[key] = time
      now += next(700)
      let due = list.filter { ($0.value + 249) / 250 * 250 <= now }.keys.sorted()
      #expect(deadlines.take(until: now).sorted() == due)
      for key in due { list[key] = nil }
      #expect((deadlines.next ?? .max) <= (list.values.min().map { ($0 + 249) / 250 * 250 } ?? .max))
    }
  }
}

@Suite("Registry: who waits for Leases to lapse")
struct KeepLivesTests {
  @Test("sleeps until there is something to wait for, and is woken by it", .timeLimit(.minutes(1)))
  func wakes() async throws {
    let registry = try shop()
    let (notes, said) = AsyncStream.makeStream(of: String.self)
    let keeper = Task { await registry.keepLives { said.yield($0) } }
    for (name, seconds) in [("long", 3600), ("short", 1)] as [(String, Int32)] {
      var lease = Lease(metadata: ObjectMeta(name: name, namespace: "shop"))
      lease.spec.leaseDurationSeconds = seconds
      try registry.create(lease)
      try registry.create(
        pod(name, "10.1.0.9") { $0.metadata.annotations[WellKnownAnnotation.lease] = name }, by: .manifests)
    }
    for await note in notes {
      #expect(note == "Pod shop/short is no longer ready: Lease shop/short was not renewed")
      break
    }
    keeper.cancel()
    await keeper.value
  }
}
