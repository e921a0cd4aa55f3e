import ClusterModel
import ClusterZone
import Registry
import Synchronization

/// Pipes the registry's watch into the cluster zones. Each batch reaches the zones before its transaction returns.
final class RegistryPipe: ClusterFeed {
  private let registry: Registry
  private let subscriptions = Mutex<[ObjectIdentifier: RegistrySubscription]>([:])

  init(_ registry: Registry) { self.registry = registry }

  func attach(_ zone: ClusterZone) {
    let isFirst = Atomic(true)
    let subscription = registry.subscribe { batch in
      if isFirst.exchange(false, ordering: .relaxed) {
        zone.replace(with: batch.events.map(\.object))
      } else {
        zone.apply(batch.events.map { $0.change == .deleted ? .delete($0.key) : .set($0.object) })
      }
    }
    subscriptions.withLock { $0[ObjectIdentifier(zone)] = subscription }
  }

  func detach(_ zone: ClusterZone) {
    subscriptions.withLock { $0.removeValue(forKey: ObjectIdentifier(zone)) }?.cancel()
  }
}
