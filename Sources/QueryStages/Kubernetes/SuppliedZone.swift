import ClusterZone
import Synchronization

/// The zones of one `kubernetes` directive and their supply of objects.
///
/// A configuration that has the directive as the one before it takes them over: nothing is compiled again, and no change is missed while
/// one configuration gives way to the other.
public final class SuppliedZone: Sendable {
  let cluster: ClusterZone
  private let source: any ClusterFeed
  /// How many configurations use it: two while one replaces the other.
  private let users = Mutex(0)

  /// Zones that get no objects yet.
  init(_ cluster: ClusterZone, from source: any ClusterFeed) {
    self.cluster = cluster
    self.source = source
  }

  /// A configuration is about to come into force: the first one begins the supply.
  func use() {
    users.withLock { users in
      users += 1
      if users == 1 { source.attach(cluster) }
    }
  }

  /// A configuration has ended: the last one ends the supply.
  func leave() {
    users.withLock { users in
      users -= 1
      if users == 0 { source.detach(cluster) }
    }
  }
}

/// What the configuration in force has, for the one that is read to replace it. It keeps nothing from being freed.
public final class InheritedZones: Sendable {
  private let left: Mutex<[Zone]>

  private struct Zone: Sendable {
    weak var supplied: SuppliedZone?
  }

  /// The zones of all directives in force; none at the start.
  public init(_ zones: [SuppliedZone] = []) { left = Mutex(zones.map(Zone.init)) }

  /// Zones with just these options, which no other directive gets any more; `nil` when there are none.
  func take(_ configuration: ClusterZoneConfiguration) -> SuppliedZone? {
    left.withLock { left in
      guard let index = left.firstIndex(where: { $0.supplied?.cluster.configuration == configuration }) else {
        return nil
      }
      return left.remove(at: index).supplied
    }
  }
}
