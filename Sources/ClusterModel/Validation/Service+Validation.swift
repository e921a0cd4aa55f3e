extension Service {
  /// What Kubernetes would refuse in a new Service, in its words and order. Defaults must have been applied.
  ///
  /// Whether addresses and node ports are in their ranges and free, and which families the cluster has, is the registry's
  /// to say.
  public func validate() -> [FieldError] {
    var validator = Validator()
    validator.metadata(metadata, of: .service, NameSyntax.dns1123Label)
    if spec.ports.isEmpty, !spec.isHeadless, spec.type != .externalName { validator.required("spec.ports") }
    validator.type(of: spec)
    validator.ports(of: spec)
    validator.labels(spec.selector, "spec.selector")
    validator.affinity(of: spec)
    if spec.type != .externalName { validator.addresses(of: spec) }
    validator.externalAddresses(of: spec)
    validator.portNumbersAreUnique(in: spec)
    validator.loadBalancer(of: spec)
    validator.traffic(of: spec)
    return validator.errors
  }
}

extension Validator {
  /// A port that load balancers must leave to the kubelet.
  private static let kubeletPort: Int32 = 10250

  /// What goes with each type.
  fileprivate mutating func type(of spec: ServiceSpec) {
    switch spec.type {
    case .clusterIP: break
    case .nodePort: notHeadless(spec)
    case .loadBalancer:
      for (index, port) in spec.ports.enumerated() where port.port == Self.kubeletPort {
        let detail = "may not expose port \(port.port) externally since it is used by kubelet"
        invalid("spec.ports[\(index)]", String(port.port), detail)
      }
      notHeadless(spec)
    case .externalName: externalName(spec)
    }
  }

  private mutating func notHeadless(_ spec: ServiceSpec) {
    guard spec.isHeadless else { return }
    let detail = "may not be set to 'None' for \(spec.type.rawValue) services"
    invalid("spec.clusterIPs[0]", "None".quoted, detail)
  }

  private mutating func externalName(_ spec: ServiceSpec) {
    let detail = "may not be set for ExternalName services"
    if !spec.clusterIPTexts.isEmpty { forbidden("spec.clusterIPs", detail) }
    if !spec.ipFamilies.isEmpty { forbidden("spec.ipFamilies", detail) }
    if spec.ipFamilyPolicy != nil { forbidden("spec.ipFamilyPolicy", detail) }
    let name = spec.externalName.hasSuffix(".") ? String(spec.externalName.dropLast()) : spec.externalName
    if name.isEmpty {
      required("spec.externalName")
    } else {
      check(name, "spec.externalName", NameSyntax.dns1123Subdomain)
    }
  }

  fileprivate mutating func ports(of spec: ServiceSpec) {
    var names: Set<String> = []
    for (index, port) in spec.ports.enumerated() {
      if port.name.isEmpty {
        if spec.ports.count > 1 { required("spec.ports[\(index)].name") }
      } else {
        check(port.name, "spec.ports[\(index)].name", NameSyntax.dns1123Label)
        if !names.insert(port.name).inserted { duplicate("spec.ports[\(index)].name", port.name.quoted) }
      }
      portNumber(port.port, "spec.ports[\(index)].port")
      switch port.targetPort {
      case .number(let number): portNumber(number, "spec.ports[\(index)].targetPort")
      case .name(let name): check(name, "spec.ports[\(index)].targetPort", NameSyntax.portName)
      }
      if let protocolName = port.appProtocol {
        check(protocolName, "spec.ports[\(index)].appProtocol", NameSyntax.qualifiedName)
      }
    }
  }

  fileprivate mutating func affinity(of spec: ServiceSpec) {
    guard spec.sessionAffinity == .clientIP else { return }
    let timeout = spec.sessionAffinityTimeout ?? ServiceSpec.defaultSessionAffinityTimeout
    guard !(1...86_400).contains(timeout) else { return }
    let path = "spec.sessionAffinityConfig.clientIP.timeoutSeconds"
    invalid(path, String(timeout), "must be greater than 0 and less than 86400")
  }
}

extension Validator {
  /// `clusterIPs` and `ipFamilies` by themselves and against each other.
  fileprivate mutating func addresses(of spec: ServiceSpec) {
    let families = spec.ipFamilies
    for (index, family) in families.enumerated() where families[..<index].contains(family) {
      duplicate("spec.ipFamilies[\(index)]", AddressType(family).rawValue.quoted)
    }
    let list = spec.clusterIPs
    guard list.count <= 2 else {
      return invalid("spec.clusterIPs", spec.clusterIPsJSON, "may only hold up to 2 values")
    }
    if list.count == 2, list[0] == list[1] {
      return duplicate("spec.clusterIPs[1]", list[1].description.quoted)
    }
    if list.count == 2, list[0].family == list[1].family {
      invalid("spec.clusterIPs", spec.clusterIPsJSON, "may specify no more than one IP for each IP family")
    }
    for (index, (address, family)) in zip(list, families).enumerated() where address.family != family {
      let detail = "expected an \(AddressType(family).rawValue) value as indicated by `ipFamilies[\(index)]`"
      invalid("spec.clusterIPs[\(index)]", address.description.quoted, detail)
    }
  }

  fileprivate mutating func externalAddresses(of spec: ServiceSpec) {
    for (index, address) in spec.externalIPs.enumerated() {
      endpointAddress(address, "spec.externalIPs[\(index)]")
    }
  }

  /// No node port for a ClusterIP Service; no port and no node port twice with one protocol.
  fileprivate mutating func portNumbersAreUnique(in spec: ServiceSpec) {
    if spec.type == .clusterIP {
      for (index, port) in spec.ports.enumerated() where port.nodePort != 0 {
        forbidden("spec.ports[\(index)].nodePort", "may not be used when `type` is 'ClusterIP'")
      }
    }
    var nodePorts: Set<PortKey> = []
    for (index, port) in spec.ports.enumerated() where port.nodePort != 0 {
      if !nodePorts.insert(PortKey(port.protocol, port.nodePort)).inserted {
        duplicate("spec.ports[\(index)].nodePort", String(port.nodePort))
      }
    }
    var ports: Set<PortKey> = []
    for (index, port) in spec.ports.enumerated() where !ports.insert(PortKey(port.protocol, port.port)).inserted {
      duplicate("spec.ports[\(index)]", port.keyJSON)
    }
  }

  fileprivate mutating func loadBalancer(of spec: ServiceSpec) {
    let isLoadBalancer = spec.type == .loadBalancer
    if !spec.loadBalancerSourceRanges.isEmpty {
      let path = "spec.LoadBalancerSourceRanges"
      if !isLoadBalancer { forbidden(path, "may only be used when `type` is 'LoadBalancer'") }
      for (index, range) in spec.loadBalancerSourceRanges.enumerated() where !AddressSyntax.isRange(range) {
        invalid("\(path)[\(index)]", range.quoted, AddressSyntax.rangeRule)
      }
    }
    if spec.allocateLoadBalancerNodePorts != nil, !isLoadBalancer {
      forbidden("spec.allocateLoadBalancerNodePorts", "may only be used when `type` is 'LoadBalancer'")
    }
    if let name = spec.loadBalancerClass {
      if !isLoadBalancer {
        forbidden("spec.loadBalancerClass", "may only be used when `type` is 'LoadBalancer'")
      } else {
        check(name, "spec.loadBalancerClass", NameSyntax.qualifiedName)
      }
    }
  }

  fileprivate mutating func traffic(of spec: ServiceSpec) {
    if let policy = spec.externalTrafficPolicy, !spec.isExternallyAccessible {
      let detail = "may only be set for externally-accessible services"
      invalid("spec.externalTrafficPolicy", policy.rawValue.quoted, detail)
    }
    if spec.healthCheckNodePort != 0, spec.type != .loadBalancer || spec.externalTrafficPolicy != .local {
      let detail = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"
      invalid("spec.healthCheckNodePort", String(spec.healthCheckNodePort), detail)
    }
    let distributions = ["PreferClose", "PreferSameNode", "PreferSameZone"]
    if let distribution = spec.trafficDistribution, !distributions.contains(distribution) {
      let supported = distributions.map(\.quoted).joined(separator: ", ")
      append(
        FieldError(
          "spec.trafficDistribution", .notSupported, badValue: distribution.quoted, "supported values: \(supported)"))
    }
  }
}

/// What no two ports of a Service may share.
private struct PortKey: Hashable {
  let `protocol`: TransportProtocol
  let number: Int32

  init(_ protocol: TransportProtocol, _ number: Int32) {
    self.protocol = `protocol`
    self.number = number
  }
}

extension ServicePort {
  /// Port and protocol as Kubernetes' message about duplicates shows them.
  fileprivate var keyJSON: String {
    #"{"Name":"","Protocol":"\#(`protocol`.rawValue)","AppProtocol":null,"Port":\#(port),"TargetPort":0,"NodePort":0}"#
  }
}

extension ServiceSpec {
  /// `clusterIPs` as messages show it.
  var clusterIPsJSON: String { "[" + clusterIPTexts.map(\.quoted).joined(separator: ",") + "]" }

  /// `ipFamilies` as messages show it.
  var ipFamiliesJSON: String { "[" + ipFamilies.map { AddressType($0).rawValue.quoted }.joined(separator: ",") + "]" }
}
