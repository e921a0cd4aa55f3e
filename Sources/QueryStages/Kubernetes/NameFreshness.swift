import ClusterZone
import QueryEngine

/// An answer is fresh as long as the names that it came from say what they said.
struct NameFreshness: Freshness {
  private let cluster: ClusterZone
  private let zone: Int
  /// Names below the zone, each with a hash of what it said; `nil` for one that did not exist.
  private let names: [(key: [UInt8], hash: UInt64?)]
  /// What another source says of its part.
  private let other: (any Freshness)?

  init(_ cluster: ClusterZone, zone: Int, keys: [[UInt8]], other: (any Freshness)? = nil) {
    self.cluster = cluster
    self.zone = zone
    self.other = other
    names = keys.map { ($0, cluster.contentHash(of: $0, in: zone)) }
  }

  var isFresh: Bool {
    names.allSatisfy { cluster.contentHash(of: $0.key, in: zone) == $0.hash } && other?.isFresh ?? true
  }
}
