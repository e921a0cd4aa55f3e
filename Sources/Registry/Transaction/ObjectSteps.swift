import ClusterModel

// What becomes of an object between the one who writes it and the store.

extension ClusterObject {
  /// The object with what its author left out.
  func defaulted() -> ClusterObject {
    var object = self
    object.applyDefaults()
    return object
  }

  /// A client's new object without what is the registry's to say: status and times.
  func strippedForCreation() -> ClusterObject {
    var object = self
    object.metadata.deletionTimestamp = nil
    object.metadata.deletionGracePeriodSeconds = nil
    switch object {
    case .service(var service):
      service.status = ServiceStatus()
      return service.object
    case .pod(var pod):
      pod.status = PodStatus.pending(pod.spec)
      pod.admit()
      return pod.object
    case .namespace(var namespace):
      namespace.phase = .active
      namespace.conditions = []
      return namespace.object
    default: return object
    }
  }

  /// The object as the next state of an older one: same identity and age, and what the writer has no say in.
  func continuing(_ old: ClusterObject, _ writer: RegistryWriter) -> ClusterObject {
    var object = writer == .client ? with(statusOf: old) : self
    var metadata = object.metadata
    let before = old.metadata
    metadata.uid = before.uid
    metadata.creationTimestamp = before.creationTimestamp
    metadata.generation = before.generation
    if writer == .client {
      metadata.deletionTimestamp = before.deletionTimestamp
      metadata.deletionGracePeriodSeconds = before.deletionGracePeriodSeconds
    }
    if case .namespace(var namespace) = object {
      metadata.labels[WellKnownLabel.namespaceName] = metadata.name
      if writer == .client, case .namespace(let before) = old { namespace.finalizers = before.finalizers }
      object = namespace.object
    }
    object.metadata = metadata
    return object
  }

  /// The object with the status of another one.
  func with(statusOf other: ClusterObject) -> ClusterObject {
    switch (self, other) {
    case (.service(var service), .service(let other)):
      service.status = other.status
      return service.object
    case (.pod(var pod), .pod(let other)):
      pod.status = other.status
      return pod.object
    case (.namespace(var namespace), .namespace(let other)):
      namespace.phase = other.phase
      namespace.conditions = other.conditions
      return namespace.object
    case (.node(var node), .node(let other)):
      node.status = other.status
      return node.object
    default: return self
    }
  }

  /// Whether the desired state is another one: what a generation counts.
  func desires(otherThan old: ClusterObject) -> Bool {
    switch (self, old) {
    case (.pod(let pod), .pod(let old)): pod.spec != old.spec
    case (.endpointSlice(let slice), .endpointSlice(let old)):
      slice.endpoints != old.endpoints || slice.ports != old.ports || slice.metadata.labels != old.metadata.labels
    default: false
    }
  }
}

extension Service {
  /// Whether the Service has addresses of its own.
  var hasClusterIP: Bool { spec.type != .externalName && !spec.isHeadless }

  /// Whether the Service has node ports.
  var hasNodePorts: Bool {
    spec.type == .nodePort || spec.type == .loadBalancer && spec.allocateLoadBalancerNodePorts != false
  }

  /// Whether the Service has a node port for health checks.
  var hasHealthCheckNodePort: Bool { spec.type == .loadBalancer && spec.externalTrafficPolicy == .local }

  /// The Service with what was given to its older state and what the writer leaves to the registry.
  func takingOver(_ old: Service) -> Service {
    var service = self
    if hasClusterIP, old.hasClusterIP, spec.clusterIPs.isEmpty { service.spec.clusterIPs = old.spec.clusterIPs }
    if !hasClusterIP, !old.spec.clusterIPs.isEmpty, spec.clusterIPs == old.spec.clusterIPs {
      service.spec.clusterIPs = []
    }
    if spec.ipFamilies.isEmpty, hasClusterIP || spec.isHeadless { service.spec.ipFamilies = old.spec.ipFamilies }
    if spec.ipFamilyPolicy == nil, hasClusterIP || spec.isHeadless {
      service.spec.ipFamilyPolicy = old.spec.ipFamilyPolicy
    }
    service.dropFields(ofType: old)
    service.trimSecondFamily(old)
    service.takeOverNodePorts(old)
    return service
  }

  /// Lets the second family go with its address when only the policy asks for one family.
  private mutating func trimSecondFamily(_ old: Service) {
    guard spec.ipFamilyPolicy == .singleStack, old.spec.ipFamilyPolicy != .singleStack, !spec.isHeadless else { return }
    if spec.ipFamilies == old.spec.ipFamilies { spec.ipFamilies = Array(spec.ipFamilies.prefix(1)) }
    if spec.clusterIPs == old.spec.clusterIPs { spec.clusterIPs = AddressList(spec.clusterIPs.prefix(1)) }
  }

  private mutating func takeOverNodePorts(_ old: Service) {
    let wanted = hasNodePorts
    for index in spec.ports.indices {
      let port = spec.ports[index]
      guard let before = old.spec.ports.first(where: { $0.port == port.port && $0.protocol == port.protocol })
      else { continue }
      if wanted && port.nodePort == 0 { spec.ports[index].nodePort = before.nodePort }
      if !wanted && port.nodePort == before.nodePort { spec.ports[index].nodePort = 0 }
    }
    if hasHealthCheckNodePort, spec.healthCheckNodePort == 0 { spec.healthCheckNodePort = old.spec.healthCheckNodePort }
    if !hasHealthCheckNodePort, spec.healthCheckNodePort == old.spec.healthCheckNodePort {
      spec.healthCheckNodePort = 0
    }
  }
}
