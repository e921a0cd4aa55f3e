extension EndpointSlice {
  /// The most endpoints that one slice has.
  public static let maximumEndpoints = 1000
  /// The most ports that one slice has.
  public static let maximumPorts = 100
  /// The most addresses that one endpoint has.
  public static let maximumAddresses = 100

  /// What Kubernetes would refuse in a new slice, in its words and order.
  public func validate() -> [FieldError] {
    var validator = Validator()
    validator.metadata(metadata, of: .endpointSlice, NameSyntax.dns1123Subdomain)
    if endpoints.count > Self.maximumEndpoints {
      validator.tooMany("endpoints", endpoints.count, Self.maximumEndpoints)
    } else {
      for (index, endpoint) in endpoints.enumerated() {
        validator.endpoint(endpoint, addressType, "endpoints[\(index)]")
      }
    }
    if ports.count > Self.maximumPorts {
      validator.tooMany("ports", ports.count, Self.maximumPorts)
    } else {
      validator.slicePorts(ports)
    }
    return validator.errors
  }

  /// What Kubernetes would refuse in a change from `old` to this slice.
  public func validateUpdate(from old: EndpointSlice) -> [FieldError] {
    var validator = Validator()
    validator.metadataUpdate(metadata, from: old.metadata)
    if addressType != old.addressType { validator.immutable("addressType", addressType.rawValue.quoted) }
    return validator.errors + validate()
  }
}

extension Validator {
  fileprivate mutating func endpoint(
    _ endpoint: Endpoint, _ type: AddressType, _ path: @autoclosure () -> String
  ) {
    let count = endpoint.addresses.count + endpoint.domainNames.count
    if count == 0 { required("\(path()).addresses", "must contain at least 1 address") }
    if count > EndpointSlice.maximumAddresses {
      tooMany("\(path()).addresses", count, EndpointSlice.maximumAddresses)
    }
    for (index, address) in endpoint.addresses.enumerated() {
      if address.family != type.family {
        invalid("\(path()).addresses", address.description.quoted, "must be an \(type.rawValue) address")
      }
      endpointAddress(address, "\(path()).addresses[\(index)]")
    }
    for (index, name) in endpoint.domainNames.enumerated() {
      check(name, "\(path()).addresses[\(index)]", NameSyntax.dns1123Subdomain)
    }
    if let node = endpoint.nodeName { check(node, "\(path()).nodeName", NameSyntax.dns1123Subdomain) }
    if let hostname = endpoint.hostname { check(hostname, "\(path()).hostname", NameSyntax.dns1123Label) }
  }

  fileprivate mutating func slicePorts(_ ports: [EndpointPort]) {
    var names: Set<String> = []
    for (index, port) in ports.enumerated() {
      if !port.name.isEmpty { check(port.name, "ports[\(index)].name", NameSyntax.dns1123Label) }
      if !names.insert(port.name).inserted { duplicate("ports[\(index)].name", port.name.quoted) }
      if let number = port.port { portNumber(number, "ports[\(index)].port") }
      if let name = port.appProtocol { check(name, "ports[\(index)].appProtocol", NameSyntax.qualifiedName) }
    }
  }
}
