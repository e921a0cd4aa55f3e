/// Where the objects come from that a cluster zone answers from: the embedded registry, or a Kubernetes API.
///
/// The query side knows no more of a registry than this; the program pipes one into the other.
public protocol ClusterFeed: Sendable {
  /// Gives the zone all objects there are, and from then on each change, in order, until ``detach(_:)``.
  func attach(_ zone: ClusterZone)
  func detach(_ zone: ClusterZone)
}
