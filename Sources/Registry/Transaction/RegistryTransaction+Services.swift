import ClusterModel
import NetworkAddresses

// Addresses and node ports of Services. Here they are only chosen: storing the Service is what takes them, so that a
// Service that is refused after all leaves no trace.

extension RegistryTransaction {
  /// The Service with its families, addresses and node ports.
  ///
  /// - Parameter previous: the Service as it is stored, whose addresses and ports are its own; `nil` for a new one.
  func allocate(
    _ service: Service, previous: Service?, _ writer: RegistryWriter
  ) throws(RegistryError) -> Service {
    var service = service
    let isPicture = writer == .manifests
    var errors = ServiceFamilies(cluster: addresses.families, isPicture: isPicture).resolve(&service.spec)
    if errors.isEmpty && service.hasClusterIP {
      errors = try allocateAddresses(&service, Set(previous?.spec.clusterIPs.map(\.self) ?? []), isPicture)
    }
    if service.spec.type != .loadBalancer { service.status.ingress = [] }
    if errors.isEmpty { errors = try allocateNodePorts(&service, previous, isPicture) }
    if !errors.isEmpty { throw .invalid(service.key, errors) }
    return service
  }

  // MARK: Addresses

  private func allocateAddresses(
    _ service: inout Service, _ own: Set<IPAddress>, _ isPicture: Bool
  ) throws(RegistryError) -> [FieldError] {
    for address in service.spec.clusterIPs where !own.contains(address) {
      if let problem = problem(with: address, isPicture) {
        return [addressError(service.spec.clusterIPs, "failed to allocate IP \(address): \(problem)")]
      }
    }
    for family in service.spec.ipFamilies.dropFirst(service.spec.clusterIPs.count) {
      service.spec.clusterIPs.append(try freeAddress(family, service.key))
    }
    return []
  }

  private func problem(with address: IPAddress, _ isPicture: Bool) -> String? {
    if addresses.isTaken(address) { return "provided IP is already allocated" }
    if isPicture || addresses.range(of: address.family)?.contains(address) == true { return nil }
    return "the provided network does not match the current range"
  }

  private func addressError(_ list: AddressList, _ detail: String) -> FieldError {
    let value = "[" + list.map(\.description.quoted).joined(separator: ",") + "]"
    return FieldError("spec.clusterIPs", .invalid, badValue: value, detail)
  }

  private func freeAddress(_ family: AddressFamily, _ key: ObjectKey) throws(RegistryError) -> IPAddress {
    let seed = StableHash(key.namespace, key.name, AddressType(family).rawValue).value
    guard let address = addresses.free(family, seed: seed) else {
      throw RegistryError(
        .internalError, "Internal error occurred: failed to allocate a serviceIP: range is full",
        RegistryError.Details(of: key))
    }
    return address
  }

  // MARK: Node ports

  private func allocateNodePorts(
    _ service: inout Service, _ previous: Service?, _ isPicture: Bool
  ) throws(RegistryError) -> [FieldError] {
    let own = Set(previous.map { $0.spec.ports.map(\.nodePort) + [$0.spec.healthCheckNodePort] } ?? [])
    let errors = nodePortErrors(service, own, isPicture)
    guard errors.isEmpty else { return errors }
    var used = Set(service.spec.ports.map(\.nodePort))
    if service.hasNodePorts {
      for index in service.spec.ports.indices where service.spec.ports[index].nodePort == 0 {
        let twin = twin(of: service.spec.ports[index], in: service)
        let port = if let twin { twin } else { try freeNodePort(service.key, index, used) }
        service.spec.ports[index].nodePort = port
        used.insert(port)
      }
    }
    if service.hasHealthCheckNodePort, service.spec.healthCheckNodePort == 0 {
      service.spec.healthCheckNodePort = try freeNodePort(service.key, -1, used)
    }
    return []
  }

  private func nodePortErrors(_ service: Service, _ own: Set<Int32>, _ isPicture: Bool) -> [FieldError] {
    var named = service.spec.ports.enumerated().map { ("spec.ports[\($0)].nodePort", $1.nodePort) }
    named.append(("spec.healthCheckNodePort", service.spec.healthCheckNodePort))
    return named.compactMap { path, port in
      guard port != 0, !own.contains(port), let problem = problem(withNodePort: port, isPicture) else { return nil }
      return FieldError(path, .invalid, badValue: String(port), problem)
    }
  }

  private func problem(withNodePort port: Int32, _ isPicture: Bool) -> String? {
    if nodePorts.isTaken(port) { return "provided port is already allocated" }
    if isPicture || nodePorts.contains(port) { return nil }
    let range = "\(nodePorts.range.lowerBound)-\(nodePorts.range.upperBound)"
    return "provided port is not in the valid range. The range of valid ports is \(range)"
  }

  /// The node port of the same port under another protocol, as with DNS over UDP and TCP.
  private func twin(of port: ServicePort, in service: Service) -> Int32? {
    service.spec.ports.first { $0.port == port.port && $0.protocol != port.protocol && $0.nodePort != 0 }?.nodePort
  }

  private func freeNodePort(
    _ key: ObjectKey, _ index: Int, _ used: Set<Int32>
  ) throws(RegistryError) -> Int32 {
    let seed = StableHash(key.namespace, key.name, String(index)).value
    guard let port = nodePorts.free(seed: seed, except: used) else {
      throw RegistryError(
        .internalError, "Internal error occurred: failed to allocate a nodePort: range is full",
        RegistryError.Details(of: key))
    }
    return port
  }
}
