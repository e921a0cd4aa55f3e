import ClusterDiscovery
import DNSWire
import QueryEngine

/// The names in DNS that a target may have.
struct TargetNames {
  private let target: Target
  private let completion: DNSSourceSettings.Completion
  private let configuration: ResolverConfiguration

  init(_ target: Target, _ completion: DNSSourceSettings.Completion, _ configuration: ResolverConfiguration) {
    (self.target, self.completion, self.configuration) = (target, completion, configuration)
  }

  /// The names to ask in turn until one exists.
  ///
  /// - Parameter prefix: what stands in front of the Service's name: `_http._tcp.`, or nothing.
  func candidates(_ prefix: String) -> [DomainName] {
    switch completion {
    case .clusterDomain: [prefix + target.domainName].compactMap { try? DomainName($0) }
    case .searchList: searched("\(prefix)\(target.service).\(target.namespace).svc")
    }
  }

  /// As resolv.conf(5) says: a name with `ndots` dots is first asked as it is, one with fewer last.
  private func searched(_ name: String) -> [DomainName] {
    guard let asIs = try? DomainName(name) else { return [] }
    let completed = configuration.search.compactMap { try? DomainName(labels: asIs.labels + $0.labels) }
    return asIs.labelCount > configuration.ndots ? [asIs] + completed : completed + [asIs]
  }
}
