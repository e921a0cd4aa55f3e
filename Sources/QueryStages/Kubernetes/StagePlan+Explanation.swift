public import ClusterZone
public import DNSWire
public import QueryEngine

extension StagePlan {
  /// What the plan's `kubernetes` directives say of why a name answers as it does; in their order, those that have the name in a zone.
  public func clusterExplanations(of name: DomainName, type: RecordType) -> [NameExplanation] {
    stages.compactMap { ($0 as? Kubernetes)?.cluster.explanation(of: name, type: type) }
  }
}
