extension ClusterObject {
  /// Fills what its author left out, as Kubernetes does before it validates: types, policies, protocols, target ports.
  ///
  /// Addresses, families and node ports are the registry's to fill: they depend on the cluster.
  public mutating func applyDefaults() {
    switch self {
    case .namespace(var object):
      object.applyDefaults()
      self = .namespace(object)
    case .service(var object):
      object.applyDefaults()
      self = .service(object)
    case .pod(var object):
      object.applyDefaults()
      self = .pod(object)
    case .node, .endpoints, .endpointSlice, .lease, .event: break
    }
  }
}

extension Namespace {
  /// A namespace carries its name as a label, and a finalizer.
  public mutating func applyDefaults() {
    if !metadata.name.isEmpty { metadata.labels[WellKnownLabel.namespaceName] = metadata.name }
    if finalizers.isEmpty { finalizers = [Self.finalizer] }
  }
}

extension Service {
  /// Target ports are the ports, affinity lasts three hours, traffic goes to the whole cluster.
  public mutating func applyDefaults() {
    for index in spec.ports.indices where spec.ports[index].targetPort.isUnset {
      spec.ports[index].targetPort = .number(spec.ports[index].port)
    }
    spec.applyAffinityDefaults()
    spec.applyTrafficDefaults()
    for index in status.ingress.indices where status.ingress[index].ipMode == nil {
      if !status.ingress[index].ip.isEmpty { status.ingress[index].ipMode = "VIP" }
    }
  }
}

extension ServiceSpec {
  /// How long a client stays with its endpoint unless the manifest says otherwise, in seconds: three hours.
  public static let defaultSessionAffinityTimeout: Int32 = 10_800

  fileprivate mutating func applyAffinityDefaults() {
    switch sessionAffinity {
    case .none: sessionAffinityTimeout = nil
    case .clientIP: sessionAffinityTimeout = sessionAffinityTimeout ?? Self.defaultSessionAffinityTimeout
    }
  }

  fileprivate mutating func applyTrafficDefaults() {
    if type != .externalName, internalTrafficPolicy == nil { internalTrafficPolicy = .cluster }
    if isExternallyAccessible, externalTrafficPolicy == nil { externalTrafficPolicy = .cluster }
    if type == .loadBalancer, allocateLoadBalancerNodePorts == nil { allocateLoadBalancerNodePorts = true }
  }

  /// Whether traffic from outside the cluster may come: on node ports, a load balancer's or external addresses.
  var isExternallyAccessible: Bool {
    type == .nodePort || type == .loadBalancer || (type == .clusterIP && !externalIPs.isEmpty)
  }
}

extension PortReference {
  /// Whether a manifest left it out: 0 or an empty name.
  fileprivate var isUnset: Bool { self == .number(0) || self == .name("") }
}
