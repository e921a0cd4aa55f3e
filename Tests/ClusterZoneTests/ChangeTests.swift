import ClusterModel
import ClusterZone
import DNSWire
import FinishedAnswers
import Synchronization
import Testing

@Suite("Changes")
struct ChangeTests {
  @Test("An endpoint that moves between slices in one batch is never absent, and nothing changes")
  func move() throws {
    let cluster = try ClusterFixture([
      namespace("shop"), service("db", headless: true), slice("db-a", of: "db", [endpoint("10.0.0.1")]),
    ])
    let serial = cluster.zone.zones[0].serial
    cluster.zone.apply([
      .set(slice("db-a", of: "db", [])), .set(slice("db-b", of: "db", [endpoint("10.0.0.1")])),
    ])
    #expect(try cluster.ask("db.shop.svc").records == ["10.0.0.1"])
    #expect(cluster.zone.zones[0].serial == serial)
  }

  @Test("A slice may come before its Service, and change Services")
  func relabel() throws {
    let cluster = try ClusterFixture([namespace("shop"), slice("s", of: "a", [endpoint("10.0.0.1")])])
    #expect(try cluster.ask("1.0.0.10.in-addr.arpa.", .ptr).kind == .nxDomain)
    cluster.zone.apply([.set(service("a", headless: true)), .set(service("b", headless: true))])
    #expect(try cluster.ask("a.shop.svc").kind == .found)
    cluster.zone.apply([.set(slice("s", of: "b", [endpoint("10.0.0.1")]))])
    #expect(try cluster.ask("a.shop.svc").kind == .nxDomain)
    #expect(try cluster.ask("1.0.0.10.in-addr.arpa.", .ptr).records == ["10-0-0-1.b.shop.svc.cluster.local."])
  }

  @Test("Replacing all objects takes out what is not among them")
  func replace() throws {
    let cluster = try ClusterFixture([
      namespace("shop"), service("a", ips: ["10.96.0.1"]), service("b", ips: ["10.96.0.2"]),
    ])
    cluster.zone.replace(with: [namespace("shop"), service("b", ips: ["10.96.0.3"])])
    #expect(try cluster.ask("a.shop.svc").kind == .nxDomain)
    #expect(try cluster.ask("b.shop.svc").records == ["10.96.0.3"])
    #expect(try cluster.ask("1.0.96.10.in-addr.arpa.", .ptr).kind == .nxDomain)
  }

  @Test("After any changes the zones are those that the objects alone give", arguments: 0..<12 as Range<UInt64>)
  func incrementalEqualsRebuild(seed: UInt64) throws {
    var random = RandomObjects(seed: seed)
    let options = random.options()
    let cluster = try ClusterFixture([], options: options)
    var objects: [ObjectKey: ClusterObject] = [:]
    for _ in 0..<40 {
      let events = (0..<random.below(8)).map { _ in random.event() }
      cluster.zone.apply(events)
      for event in events {
        switch event {
        case .set(let object): objects[object.key] = object
        case .delete(let key): objects[key] = nil
        }
      }
    }
    let fresh = try ClusterFixture(Array(objects.values), options: options)
    for (changed, built) in zip(cluster.zone.zones, fresh.zone.zones) {
      let (a, b) = (changed.contents, built.contents)
      #expect(Set(a.keys).symmetricDifference(b.keys).isEmpty)
      for (name, content) in a { #expect(content == b[name], "\(name)") }
    }
  }

  @Test("Readers see the old answer or the new one while objects change")
  func concurrentReaders() async throws {
    let cluster = try ClusterFixture([namespace("shop"), service("db", headless: true)])
    let addresses = (1...20).map { "10.0.0.\($0)" }
    cluster.zone.apply([.set(slice("db-a", of: "db", addresses.map { endpoint($0) }))])
    let query = Message(id: 1, questions: [Question(name: try DomainName("db.shop.svc.cluster.local"), type: .a)])
      .encoded()
    let isDone = Flag()
    let zone = cluster.zone
    let bad = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<2 {
        group.addTask {
          var bad = 0
          for round in 0..<20_000 where !isDone.isSet {
            // The writer must have its turn on a machine with few cores.
            if round % 20 == 0 { await Task.yield() }
            guard case .answer(let octets) = zone.zones[0].reply(to: query, reclaimer: zone.reclaimer),
              let message = try? Message(parsing: octets), [10, 20].contains(message.answers.count)
            else {
              bad += 1
              continue
            }
          }
          return bad
        }
      }
      for round in 0..<400 {
        let count = round % 2 == 0 ? 10 : 20
        zone.apply([.set(slice("db-a", of: "db", addresses.prefix(count).map { endpoint($0) }))])
        for other in 0..<20 { zone.apply([.set(service("s\(other)", ips: ["10.96.\(round % 250).\(other)"]))]) }
        await Task.yield()
      }
      isDone.set()
      return await group.reduce(0, +)
    }
    #expect(bad == 0)
  }
}

private final class Flag: Sendable {
  private let value = Atomic(false)
  var isSet: Bool { value.load(ordering: .relaxed) }
  func set() { value.store(true, ordering: .relaxed) }
}

extension AnswerZone {
  /// All names with a digest of what they say.
  fileprivate var contents: [String: UInt64] {
    var contents: [String: UInt64] = [:]
    forEach { answers in contents[String(decoding: answers.name, as: UTF8.self)] = answers.contentHash }
    return contents
  }
}

/// Objects and events at random from a small set of names, so that they meet.
private struct RandomObjects {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func below(_ bound: Int) -> Int {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Int(state >> 33) % bound
  }

  private mutating func pick<T>(_ list: [T]) -> T { list[below(list.count)] }

  mutating func options() -> (inout ClusterZoneConfiguration) -> Void {
    let pods = pick(ClusterZoneConfiguration.PodsMode.allCases)
    let (zonal, ignores, podNames, labels) = (below(2) == 0, below(3) == 0, below(2) == 0, below(3) == 0)
    return {
      $0.pods = pods
      $0.zonal = zonal
      $0.ignoresEmptyServices = ignores
      $0.endpointPodNames = podNames
      $0.localAddresses = [address("10.0.0.1")]
      if labels { $0.labels = LabelSelector(matchLabels: ["x": "1"]) }
      if labels { $0.namespaceLabels = LabelSelector(matchLabels: ["x": "1"]) }
    }
  }

  mutating func event() -> ClusterEvent {
    let object = object()
    return below(3) == 0 ? .delete(object.key) : .set(object)
  }

  private mutating func object() -> ClusterObject {
    let (home, name) = (pick(["n1", "n2"]), pick(["a", "b", "c"]))
    let labels: StringMap = below(2) == 0 ? ["x": "1"] : [:]
    switch below(8) {
    case 0: return namespace(home, labels: labels)
    case 1: return pod(name, in: home, ips: [randomAddress()], phase: pick([.running, .succeeded]), labels: labels)
    case 2, 3: return randomService(name, home, labels)
    default:
      let isV6 = below(4) == 0
      let endpoints = (0..<below(4)).map { _ in
        endpoint(
          randomAddress(isV6), hostname: pick([nil, "h"]), pod: pick([nil, "p"]), ready: pick([true, false, nil]),
          zone: pick([nil, "z1", "z2"]))
      }
      let ports = pick([["http/80"], ["http/81", "dns/53/UDP"], [], ["/9"], ["http/any"]])
      return slice(
        pick(["s1", "s2", "s3"]), of: name, in: home, endpoints, ports: ports, type: isV6 ? .ipv6 : .ipv4,
        labels: labels)
    }
  }

  private mutating func randomService(_ name: String, _ home: String, _ labels: StringMap) -> ClusterObject {
    switch below(4) {
    case 0: service(name, in: home, external: "example.org", labels: labels)
    case 1, 2: service(name, in: home, headless: true, labels: labels)
    default: service(name, in: home, ips: [randomAddress()], ports: ["http/80", "/81"], labels: labels)
    }
  }

  private mutating func randomAddress(_ isV6: Bool = false) -> String {
    isV6 ? pick(["fd00::1", "fd00::2", "fd00:1::"]) : "10.\(below(2)).0.\(1 + below(3))"
  }
}
