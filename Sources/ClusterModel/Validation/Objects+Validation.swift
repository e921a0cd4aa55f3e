import NetworkAddresses

extension Namespace {
  /// What Kubernetes would refuse in a new namespace, in its words and order.
  public func validate() -> [FieldError] {
    var validator = Validator()
    validator.metadata(metadata, of: .namespace, NameSyntax.dns1123Label)
    for (index, finalizer) in finalizers.enumerated() {
      validator.check(finalizer, "spec.finalizers[\(index)]", NameSyntax.qualifiedName)
    }
    return validator.errors
  }

  /// What Kubernetes would refuse in a change from `old` to this namespace.
  public func validateUpdate(from old: Namespace) -> [FieldError] { validateMetadataUpdate(from: old) + validate() }
}

extension Node {
  /// What Kubernetes would refuse in a new node, in its words and order.
  public func validate() -> [FieldError] {
    var validator = Validator()
    validator.metadata(metadata, of: .node, NameSyntax.dns1123Subdomain)
    for (index, range) in podCIDRs.enumerated() where !AddressSyntax.isRange(range) {
      validator.invalid("spec.podCIDRs[\(index)]", range.quoted, AddressSyntax.rangeRule)
    }
    return validator.errors
  }

  /// What Kubernetes would refuse in a change from `old` to this node.
  public func validateUpdate(from old: Node) -> [FieldError] { validateMetadataUpdate(from: old) + validate() }
}

extension Endpoints {
  /// What Kubernetes would refuse in new endpoints, in its words and order.
  public func validate() -> [FieldError] {
    var validator = Validator()
    validator.metadata(metadata, of: .endpoints, NameSyntax.dns1123Subdomain)
    for (index, subset) in subsets.enumerated() { validator.subset(subset, "subsets[\(index)]") }
    return validator.errors
  }

  /// What Kubernetes would refuse in a change from `old` to these endpoints.
  public func validateUpdate(from old: Endpoints) -> [FieldError] { validateMetadataUpdate(from: old) + validate() }
}

extension Validator {
  fileprivate mutating func subset(_ subset: EndpointSubset, _ path: String) {
    if subset.addresses.isEmpty && subset.notReadyAddresses.isEmpty {
      required(path, "must specify `addresses` or `notReadyAddresses`")
    }
    for (index, address) in subset.addresses.enumerated() {
      subsetAddress(address, "\(path).addresses[\(index)]")
    }
    for (index, address) in subset.notReadyAddresses.enumerated() {
      subsetAddress(address, "\(path).notReadyAddresses[\(index)]")
    }
    for (index, port) in subset.ports.enumerated() {
      subsetPort(port, isNameRequired: subset.ports.count > 1, "\(path).ports[\(index)]")
    }
  }

  private mutating func subsetAddress(_ address: EndpointAddress, _ path: @autoclosure () -> String) {
    if !address.hostname.isEmpty { check(address.hostname, "\(path()).hostname", NameSyntax.dns1123Label) }
    if let node = address.nodeName { check(node, "\(path()).nodeName", NameSyntax.dns1123Subdomain) }
    endpointAddress(address.ip, "\(path()).ip")
  }

  private mutating func subsetPort(_ port: EndpointPort, isNameRequired: Bool, _ path: @autoclosure () -> String) {
    if !port.name.isEmpty {
      check(port.name, "\(path()).name", NameSyntax.dns1123Label)
    } else if isNameRequired {
      required("\(path()).name")
    }
    portNumber(port.port ?? 0, "\(path()).port")
    if let name = port.appProtocol { check(name, "\(path()).appProtocol", NameSyntax.qualifiedName) }
  }
}

extension Pod {
  /// What Kubernetes would refuse in a new Pod, as far as the fields that matter here go.
  public func validate() -> [FieldError] {
    var validator = Validator()
    validator.metadata(metadata, of: .pod, NameSyntax.dns1123Subdomain)
    if spec.containers.isEmpty { validator.required("spec.containers") }
    validator.containers(spec.containers)
    if !spec.hostname.isEmpty { validator.check(spec.hostname, "spec.hostname", NameSyntax.dns1123Label) }
    if !spec.subdomain.isEmpty { validator.check(spec.subdomain, "spec.subdomain", NameSyntax.dns1123Label) }
    if !spec.nodeName.isEmpty { validator.check(spec.nodeName, "spec.nodeName", NameSyntax.dns1123Subdomain) }
    for (index, gate) in spec.readinessGates.enumerated() {
      validator.check(gate, "spec.readinessGates[\(index)].conditionType", NameSyntax.qualifiedName)
    }
    validator.podAddresses(status.podIPs)
    return validator.errors
  }

  /// What is to be refused of a Pod at loopback, where clients are on other machines than the Pod: they would talk to
  /// themselves.
  public var loopbackErrors: [FieldError] {
    var validator = Validator()
    for (index, address) in status.podIPs.enumerated() where address.isLoopback {
      validator.endpointAddress(address, "status.podIPs[\(index)].ip")
    }
    return validator.errors
  }

  /// What Kubernetes would refuse in a change from `old` to this Pod.
  public func validateUpdate(from old: Pod) -> [FieldError] { validateMetadataUpdate(from: old) + validate() }
}

extension Validator {
  fileprivate mutating func containers(_ containers: [Container]) {
    var names: Set<String> = []
    for (index, container) in containers.enumerated() {
      let path = "spec.containers[\(index)]"
      if container.name.isEmpty {
        required("\(path).name")
      } else {
        check(container.name, "\(path).name", NameSyntax.dns1123Label)
        if !names.insert(container.name).inserted { duplicate("\(path).name", container.name.quoted) }
      }
      containerPorts(container.ports, path)
      if let probe = container.readinessProbe { self.probe(probe, "\(path).readinessProbe") }
    }
  }

  private mutating func containerPorts(_ ports: [ContainerPort], _ path: String) {
    var names: Set<String> = []
    for (index, port) in ports.enumerated() {
      if !port.name.isEmpty {
        check(port.name, "\(path).ports[\(index)].name", NameSyntax.portName)
        if !names.insert(port.name).inserted { duplicate("\(path).ports[\(index)].name", port.name.quoted) }
      }
      if port.containerPort == 0 {
        required("\(path).ports[\(index)].containerPort")
      } else {
        portNumber(port.containerPort, "\(path).ports[\(index)].containerPort")
      }
      if port.hostPort != 0 { portNumber(port.hostPort, "\(path).ports[\(index)].hostPort") }
    }
  }

  /// A Pod says itself where it is. At loopback it may be, where all that talk to it are on its machine: who lets others write
  /// says more (``Pod/loopbackErrors``).
  fileprivate mutating func podAddresses(_ addresses: AddressList) {
    for (index, address) in addresses.enumerated() {
      endpointAddress(address, mayBeLoopback: true, "status.podIPs[\(index)].ip")
    }
    guard addresses.count > Set(addresses.map(\.family)).count else { return }
    let texts = addresses.map(\.description.quoted).joined(separator: ",")
    invalid("status.podIPs", "[\(texts)]", "may specify no more than one IP for each IP family")
  }
}
