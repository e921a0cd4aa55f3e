/// A list of endpoints that never changes: for tests, and for what is configured by hand.
public struct FixedSource: DiscoverySource {
  private let endpoints: [Target: [Endpoint]]

  /// The endpoints of some targets.
  public init(_ endpoints: [Target: [Endpoint]]) { self.endpoints = endpoints }

  /// `fixed list`.
  public var name: String { "fixed list" }

  /// The list; ``DiscoveryError/Reason/notFound`` for a target that is not in it.
  public func lookup(_ target: Target) throws(DiscoveryError) -> EndpointSet {
    guard let list = endpoints[target] else { throw DiscoveryError(.notFound, "\(target) is not in the fixed list") }
    return EndpointSet(target, list, revision: "fixed")
  }

  /// The list, once.
  public func subscribe(to target: Target) -> EndpointUpdates {
    EndpointUpdates { publisher in
      publisher.publish(EndpointUpdate { () throws(DiscoveryError) in try lookup(target) })
    }
  }
}
