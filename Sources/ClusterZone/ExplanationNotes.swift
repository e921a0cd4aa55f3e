import ClusterModel
import DNSWire
import NetworkAddresses

/// Finds the objects behind a name, for its explanation.
struct ExplanationNotes {
  let index: ClusterIndex
  let compiler: ServiceCompiler
  let type: RecordType

  /// A reverse name: the Services that the address is, or is an endpoint of.
  func explain(_ address: IPAddress, _ explanation: inout NameExplanation) {
    explanation.notes.append("the reverse name of \(address)")
    for (name, entry) in index.services where index.shows(name.namespace) {
      guard let service = entry.service.flatMap(Service.init) else { continue }
      let pointers = compiler.names(of: service, entry.endpointSlices).pointers.filter { $0.address == address }
      guard !pointers.isEmpty else { continue }
      explanation.objects.append(ObjectKey(.service, namespace: name.namespace, name: name.name))
      let holding = entry.endpointSlices.filter { $0.endpoints.contains { $0.addresses.contains(address) } }
      explanation.objects += holding.map(\.key)
    }
    explanation.objects.sort()
    if explanation.objects.isEmpty {
      explanation.notes.append("no Service has the address, and none has it as a ready endpoint")
    }
  }

  /// A name in a forward zone, by its labels.
  func explain(_ labels: [String], _ explanation: inout NameExplanation) {
    switch labels.last {
    case nil: explanation.notes.append("the zone itself")
    case "svc": explainServices(labels, &explanation)
    case "pod": explainPods(labels, &explanation)
    case "dns", "dns-version": explanation.notes.append("a name that the zone has of itself")
    case let other?: explanation.notes.append("names end in svc or pod below the zone, not in \(other)")
    }
  }

  private func explainPods(_ labels: [String], _ explanation: inout NameExplanation) {
    explanation.notes.append("below the names of Pods, which are \(index.configuration.pods.rawValue)")
    guard labels.count > 1, noteNamespace(labels[labels.count - 2], &explanation), labels.count == 3 else { return }
    guard let address = IPAddress(dashed: ArraySlice(labels[0].utf8)) else {
      explanation.notes.append("\(labels[0]) is no address with dashes")
      return
    }
    let pod = PodAddress(namespace: labels[1], address: address)
    if index.configuration.pods == .verified, !index.pods.contains(pod) {
      explanation.notes.append("no running Pod in \(labels[1]) has the address \(address)")
    }
  }

  /// Whether the namespace is shown; says why not.
  private func noteNamespace(_ name: String, _ explanation: inout NameExplanation) -> Bool {
    if index.shows(name) {
      explanation.objects.append(ObjectKey(.namespace, name: name))
      return true
    }
    let exists = index.namespaces[name]?.namespace != nil
    explanation.notes.append(
      exists ? "the directive's options do not show the namespace \(name)" : "there is no namespace \(name)")
    return false
  }

  private func explainServices(_ labels: [String], _ explanation: inout NameExplanation) {
    guard labels.count > 1, noteNamespace(labels[labels.count - 2], &explanation), labels.count > 2 else { return }
    let name = NamespacedName(namespace: labels[labels.count - 2], name: labels[labels.count - 3])
    guard let entry = index.services[name], let service = entry.service.flatMap(Service.init) else {
      explanation.notes.append(
        "there is no Service \(name.namespace)/\(name.name), or the directive's labels do not take it")
      return
    }
    explanation.objects.append(service.key)
    explanation.objects += entry.slices.map(\.key)
    let part = ServicePart(labels.dropLast(3))
    explanation.notes.append(part.description(of: service))
    explanation.notes += remarks(service, entry)
    explanation.endpoints = entry.endpointSlices.flatMap { slice in
      slice.endpoints.flatMap { notes(on: $0, slice, service, part) }
    }
  }

  private func remarks(_ service: Service, _ entry: ServiceEntry) -> [String] {
    if service.spec.type == .externalName {
      return service.externalTarget == nil ? ["its external name is no domain name, so the name does not exist"] : []
    }
    var remarks: [String] = []
    if !index.configuration.publishesEndpoints { remarks.append("endpoints are not looked at (noendpoints)") }
    if compiler.endpoints(of: service, entry.endpointSlices).isEmpty {
      if service.spec.isHeadless { remarks.append("a headless Service without ready endpoints does not exist") }
      if compiler.ignoresEmptyServices {
        remarks.append("Services without ready endpoints are ignored (ignore empty_service)")
      }
    }
    if service.toleratesUnreadyEndpoints { remarks.append("its annotation publishes endpoints that are not ready") }
    return remarks
  }

  private func notes(
    on endpoint: Endpoint, _ slice: EndpointSlice, _ service: Service, _ part: ServicePart
  ) -> [NameExplanation.EndpointNote] {
    let target = endpoint.targetRef.map { "\($0.kind) \($0.namespace)/\($0.name)" } ?? ""
    guard slice.addressType != .fqdn else {
      return endpoint.domainNames.map {
        NameExplanation.EndpointNote(slice: slice.key, address: $0, target: target, leftOut: .isName)
      }
    }
    return endpoint.addresses.map { address in
      let reason = reason(address, endpoint, slice, service, part)
      return NameExplanation.EndpointNote(slice: slice.key, address: "\(address)", target: target, leftOut: reason)
    }
  }

  private func reason(
    _ address: IPAddress, _ endpoint: Endpoint, _ slice: EndpointSlice, _ service: Service, _ part: ServicePart
  ) -> NameExplanation.Reason? {
    if !endpoint.conditions.isReady, !service.toleratesUnreadyEndpoints { return .notReady }
    switch part {
    case .own, .port:
      if !service.spec.isHeadless { return .serviceHasAddress }
      if case .port(let name, let proto) = part, !slice.ports.contains(where: { $0.isNamed(name, proto) }) {
        return .otherPort
      }
    case .endpoint(let label):
      let own = compiler.naming.label(of: endpoint, address: address).map(\.lowercasedLetter)
      if !own.elementsEqual(label.utf8) { return .otherEndpoint }
    case .topologyZone(let zone):
      if endpoint.zone?.lowercased() != zone { return .otherZone }
    case .unknown: return .otherEndpoint
    }
    if type == .a && address.family != .ipv4 || type == .aaaa && address.family != .ipv6 { return .otherFamily }
    return nil
  }
}

extension EndpointPort {
  fileprivate func isNamed(_ name: String, _ proto: String) -> Bool {
    self.name.lowercased() == name && `protocol`.rawValue.lowercased() == proto
  }
}

/// What of a Service a name means: what stands before the Service's own name.
private enum ServicePart {
  case own
  /// Without the underscores.
  case port(name: String, proto: String)
  case endpoint(String)
  case topologyZone(String)
  case unknown

  init(_ labels: ArraySlice<String>) {
    let labels = Array(labels)
    switch labels.count {
    case 0: self = .own
    case 1: self = .endpoint(labels[0])
    case 2 where labels[0].hasPrefix("_") && labels[1].hasPrefix("_"):
      self = .port(name: String(labels[0].dropFirst()), proto: String(labels[1].dropFirst()))
    case 3 where labels[2] == "_zone": self = .topologyZone(labels[0])
    default: self = .unknown
    }
  }

  func description(of service: Service) -> String {
    let kind =
      service.spec.type == .externalName
      ? "ExternalName Service" : service.spec.isHeadless ? "headless Service" : "Service with a ClusterIP"
    let name = "\(service.metadata.namespace)/\(service.metadata.name)"
    switch self {
    case .own: return "the \(kind) \(name)"
    case .port(let port, let proto): return "the port \(port) over \(proto) of the \(kind) \(name)"
    case .endpoint(let label): return "the endpoint \(label) of the \(kind) \(name)"
    case .topologyZone(let zone): return "the endpoints in the topology zone \(zone) of the \(kind) \(name)"
    case .unknown: return "no name that the \(kind) \(name) has"
    }
  }
}
