import ClusterModel
import ClusterZone
import FinishedAnswers
import NetworkAddresses
import QueryEngine
import Reclamation
import Registry
import Synchronization
import Transports

/// When the registry's last batch was committed.
final class CommitClock: Sendable {
  let time = Atomic<UInt64>(0)

  func note() { time.store(now(), ordering: .releasing) }
}

/// A registry, the zones that follow it, and a UDP port that answers from them: as the program is wired.
final class Stand {
  let cluster: ChangingCluster
  let registry: Registry
  let reclaimer = Reclaimer()
  let zone: ClusterZone
  let listener: UDPListener
  private let subscriptions: [RegistrySubscription]
  private let clock = CommitClock()
  /// The addresses that the Services' first endpoints have now.
  private(set) var generations: [Int]

  init(_ cluster: ChangingCluster) throws {
    self.cluster = cluster
    var settings = RegistrySettings()
    // Enough ClusterIPs for every size.
    settings.serviceRanges = [IPPrefix("10.96.0.0/12")].compactMap(\.self)
    registry = Registry(settings)
    zone = try ChangingCluster.zone(reclaimer: reclaimer)
    generations = [Int](repeating: 0, count: cluster.services)
    try registry.transaction { (registry) throws(RegistryError) in
      for namespace in cluster.namespaces { try registry.create(namespace) }
      for index in 0..<cluster.services {
        try registry.create(cluster.service(index))
        try registry.create(cluster.slice(index))
      }
    }
    // The first to hear of a batch: when it has been committed.
    let clock = clock
    subscriptions = [registry.subscribe { _ in clock.note() }, Self.follow(registry, zone)]
    let server = QueryServer(
      plan: ChangingCluster.plan(zone), metrics: MetricsRegistry().queries, reclaimer: reclaimer)
    listener = try UDPListener(SocketAddress(.v4(IPv4Address(127, 0, 0, 1)), port: 0), server: server, workers: 1)
  }

  private static func follow(_ registry: Registry, _ zone: ClusterZone) -> RegistrySubscription {
    return registry.subscribe { batch in
      if !zone.isSynced {
        zone.replace(with: batch.events.map(\.object))
      } else {
        zone.apply(batch.events.map { $0.change == .deleted ? .delete($0.key) : .set($0.object) })
      }
    }
  }

  /// The number of a headless Service, whose answer shows its endpoints.
  func headless(_ number: Int) -> Int { number * 10 % cluster.services / 10 * 10 }

  /// Gives the Service's first endpoint a new address, in a transaction of its own.
  func change(_ index: Int) throws {
    generations[index] += 1
    let slice = cluster.slice(index, generation: generations[index])
    try registry.transaction { (registry) throws(RegistryError) in _ = try registry.update(slice) }
  }

  /// When the last change was committed, in nanoseconds of the steady clock.
  var committed: UInt64 { clock.time.load(ordering: .acquiring) }

  /// The octets by which an answer shows the last change.
  func expected(_ index: Int) -> [UInt8] { cluster.firstAddress(index, generation: generations[index]) }

  func stop() {
    listener.stop()
    for subscription in subscriptions { subscription.cancel() }
  }
}
