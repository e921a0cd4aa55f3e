import ClusterModel
import ClusterZone
import Corefile
import DNSWire
import NetworkAddresses
import Synchronization
import Testing

@testable import QueryStages

/// A registry with one Service, which counts how often all objects are asked for.
private final class CountingFeed: ClusterFeed {
  let attachments = Counted()
  private let zones = Mutex<[ClusterZone]>([])

  var attached: Int { zones.withLock { $0.count } }

  func attach(_ zone: ClusterZone) {
    attachments.add()
    zones.withLock { $0.append(zone) }
    zone.replace(with: [.namespace(Namespace(name: "shop")), service("10.96.0.10")])
  }

  func detach(_ zone: ClusterZone) { zones.withLock { $0.removeAll { $0 === zone } } }

  /// Gives the Service another address.
  func move(to address: String) { zones.withLock { $0 }.forEach { $0.apply([.set(service(address))]) } }

  private func service(_ address: String) -> ClusterObject {
    let addresses = AddressList(IPAddress(address).map { [$0] } ?? [])
    let spec = ServiceSpec(ports: [ServicePort(name: "http", port: 80)], clusterIPs: addresses, type: .clusterIP)
    return .service(Service(metadata: ObjectMeta(name: "web", namespace: "shop"), spec: spec))
  }
}

@Suite("kubernetes over reloads")
struct KeptZoneTests {
  private let feed = CountingFeed()

  /// A configuration with these lines, in force beside the one that it is to replace.
  private func start(_ lines: String, after old: Configuration? = nil) async throws -> Configuration {
    let block = try Block(lines, cluster: feed, inherited: InheritedZones(old?.block.setup.suppliedZones ?? []))
    for preparation in block.setup.preparations { await preparation.prepare() }
    return Configuration(block: block)
  }

  /// A configuration whose services can be ended.
  private struct Configuration {
    let block: Block

    var zones: [ClusterZone] { block.setup.suppliedZones.map(\.cluster) }

    var address: String? {
      get async { await block.answer(query("web.shop.svc.cluster.local"))?.answers.first }
    }

    func end() async {
      for service in block.setup.services {
        let run = Task { await service.run() }
        run.cancel()
        await run.value
      }
    }
  }

  @Test("A directive as it was keeps its zones: no object is read again, and changes come in all the time")
  func unchanged() async throws {
    let first = try await start("kubernetes cluster.local {\n pods insecure\n ttl 7\n}\nerrors")
    let second = try await start("kubernetes Cluster.local. {\n ttl 7\n pods insecure\n}\nloadbalance", after: first)
    #expect(first.zones.map(ObjectIdentifier.init) == second.zones.map(ObjectIdentifier.init))
    #expect(second.block.setup.readiness.map(\.isReady) == [true])
    feed.move(to: "10.96.0.11")
    #expect(await first.address == "web.shop.svc.cluster.local. 7 IN A 10.96.0.11")
    #expect(await second.address == "web.shop.svc.cluster.local. 7 IN A 10.96.0.11")
    await first.end()
    feed.move(to: "10.96.0.12")
    #expect(await second.address == "web.shop.svc.cluster.local. 7 IN A 10.96.0.12")
    #expect(feed.attachments.count == 1 && feed.attached == 1)
    await second.end()
    #expect(feed.attached == 0)
  }

  @Test(
    "A directive with other options gets zones of its own",
    arguments: [
      "kubernetes cluster.local {\n ttl 8\n}", "kubernetes cluster.local in-addr.arpa", "kubernetes other.local",
      "kubernetes cluster.local {\n fallthrough\n}", "kubernetes cluster.local {\n pods verified\n}",
      "kubernetes cluster.local {\n namespaces shop\n}", "kubernetes cluster.local {\n labels a=b\n}",
      "bind 127.0.0.1 10.0.0.7\nkubernetes cluster.local",
    ])
  func changed(lines: String) async throws {
    let first = try await start("bind 127.0.0.1\nkubernetes cluster.local")
    let second = try await start(lines, after: first)
    #expect(first.zones[0] !== second.zones[0])
    #expect(feed.attachments.count == 2)
    await first.end()
    #expect(feed.attached == 1)
    await second.end()
    #expect(feed.attached == 0)
  }

  @Test("Each directive has zones of its own, also when two are alike")
  func twins() async throws {
    let one = "kubernetes cluster.local"
    let first = try await start(one)
    let second = try await start("\(one)\n\(one)", after: first)
    #expect(second.zones[0] === first.zones[0] && second.zones[1] !== first.zones[0])
    #expect(feed.attachments.count == 2)
    await first.end()
    await second.end()
  }

  @Test("A configuration that does not come into force leaves the zones to the one that stays")
  func discarded() async throws {
    let first = try await start("kubernetes cluster.local")
    let second = try await start("kubernetes cluster.local", after: first)
    await second.end()
    feed.move(to: "10.96.0.13")
    #expect(await first.address == "web.shop.svc.cluster.local. 5 IN A 10.96.0.13")
    #expect(feed.attached == 1)
    await first.end()
    #expect(feed.attached == 0)
  }

  @Test("Zones of a directive that is gone are freed")
  func freed() async throws {
    weak var zone: ClusterZone?
    var second: Configuration?
    do {
      let first = try await start("kubernetes cluster.local")
      zone = first.zones.first
      #expect(zone != nil)
      second = try await start("kubernetes other.local", after: first)
      await first.end()
    }
    #expect(zone == nil)
    #expect(feed.attached == 1)
    await second?.end()
  }
}
