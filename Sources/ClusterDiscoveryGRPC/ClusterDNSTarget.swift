// ClusterDiscoveryGRPC: grpc-swift 2 finds the servers of `clusterdns:///web.shop:grpc` through a source of endpoints.
//
// The channel keeps a connection to each endpoint and chooses by its own load balancing; what is new comes by push, when the source
// says so, and not only when a connection ends.

public import ClusterDiscovery
public import GRPCNIOTransportHTTP2Posix

/// A target for grpc-swift: the instances of a cluster's service.
public struct ClusterDNSTarget: ResolvableTarget, Sendable, Hashable {
  /// Which instances.
  public let target: Target

  /// The instances of a target.
  public init(_ target: Target) { self.target = target }

  /// A target as gRPC writes it, `clusterdns:///web.shop:grpc`, or without the scheme.
  ///
  /// - Parameters:
  ///   - text: the target; see `Target` for its forms.
  ///   - defaultNamespace: the namespace of a target that names none.
  ///   - clusterDomain: the domain of the cluster.
  /// - Throws: `TargetError`, which says what would be right.
  public init(
    _ text: String, defaultNamespace: String = "default", clusterDomain: String = "cluster.local"
  ) throws(TargetError) {
    target = try Target(
      Self.withoutScheme(text), defaultNamespace: defaultNamespace, clusterDomain: clusterDomain)
  }

  /// The part behind `clusterdns:///` (or `clusterdns:`), where that is in front.
  private static func withoutScheme(_ text: String) -> String {
    for scheme in ["clusterdns:///", "clusterdns:"] where text.lowercased().hasPrefix(scheme) {
      return String(text.dropFirst(scheme.count))
    }
    return text
  }
}

extension ResolvableTarget where Self == ClusterDNSTarget {
  /// The instances of a cluster's service: `try .clusterdns("web.shop:grpc")`.
  ///
  /// - Throws: `TargetError`, which says what would be right.
  public static func clusterdns(_ text: String) throws(TargetError) -> ClusterDNSTarget { try ClusterDNSTarget(text) }
}

extension NameResolverRegistry {
  /// grpc-swift's own resolvers, and one for ``ClusterDNSTarget`` that asks a source.
  public static func clusterdns(_ source: some DiscoverySource) -> NameResolverRegistry {
    var registry = NameResolverRegistry.defaults
    registry.registerFactory(ClusterDNSResolver(source))
    return registry
  }
}
