import ClusterModel

// A Service whose type changes leaves behind what only the older type has, unless the writer asks for it anew.

extension Service {
  /// Drops the fields that an older state had for its type, and that this one's type has no use for.
  mutating func dropFields(ofType old: Service) {
    if old.hasClusterIP || old.spec.isHeadless, spec.type == .externalName { dropFamilies(of: old) }
    if old.spec.type == .loadBalancer, spec.type != .loadBalancer { dropLoadBalancing(of: old) }
    if old.spec.takesExternalTraffic, !spec.takesExternalTraffic,
      spec.externalTrafficPolicy == old.spec.externalTrafficPolicy
    {
      spec.externalTrafficPolicy = nil
    }
  }

  private mutating func dropFamilies(of old: Service) {
    if spec.ipFamilies == old.spec.ipFamilies { spec.ipFamilies = [] }
    if spec.ipFamilyPolicy == old.spec.ipFamilyPolicy { spec.ipFamilyPolicy = nil }
    if spec.internalTrafficPolicy == old.spec.internalTrafficPolicy { spec.internalTrafficPolicy = nil }
    if old.spec.isHeadless, spec.isHeadless { spec.isHeadless = false }
  }

  private mutating func dropLoadBalancing(of old: Service) {
    if spec.allocateLoadBalancerNodePorts == old.spec.allocateLoadBalancerNodePorts {
      spec.allocateLoadBalancerNodePorts = nil
    }
    if spec.loadBalancerClass == old.spec.loadBalancerClass { spec.loadBalancerClass = nil }
  }
}

extension ServiceSpec {
  /// Whether traffic from outside of the cluster comes in: what a policy is for.
  fileprivate var takesExternalTraffic: Bool {
    type == .nodePort || type == .loadBalancer || type == .clusterIP && !externalIPs.isEmpty
  }
}
