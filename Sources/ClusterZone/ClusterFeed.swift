public import ClusterModel

/// Where the objects come from that a cluster zone answers from: the embedded registry, or a Kubernetes API.
///
/// The query side knows no more of a registry than this; the program pipes one into the other.
public protocol ClusterFeed: Sendable {
  /// Gives the zone all objects there are (``ClusterZone/replace(with:)``), and from then on each change, in order
  /// (``ClusterZone/apply(_:)``), until ``detach(_:)``.
  func attach(_ zone: ClusterZone)

  /// Gives the zone nothing any more.
  func detach(_ zone: ClusterZone)
}

/// A change to one object. Changes that belong together come in one batch.
public enum ClusterEvent: Sendable, Hashable {
  /// The object is new, or was changed to this.
  case set(ClusterObject)
  /// The object is no more.
  case delete(ObjectKey)
}
