import ClusterModel
import FinishedAnswers
import NetworkAddresses

/// An address, and the name that its PTR record points to, below the first forward zone.
struct AddressPointer: Hashable, Sendable {
  var address: IPAddress
  var target: NameKey
}

/// Everything that one Service publishes.
struct ServiceNames: Sendable {
  var names: [NameContent] = []
  var pointers: [AddressPointer] = []

  /// What a Service publishes that there is not, or that is not shown.
  static let none = ServiceNames()
}

/// Turns a Service and its slices into names (Kubernetes DNS specification 1.1.0 §2.3, §2.4, §2.5).
struct ServiceCompiler: Sendable {
  let naming: EndpointNaming
  let ignoresEmptyServices: Bool
  let zonal: Bool

  init(_ configuration: ClusterZoneConfiguration) {
    naming = EndpointNaming(usesPodNames: configuration.endpointPodNames)
    ignoresEmptyServices = configuration.ignoresEmptyServices
    zonal = configuration.zonal
  }

  /// The Service's own name; `nil` when its name or namespace is no label.
  static func key(of service: Service) -> NameKey? {
    NameKey.services.below(service.metadata.namespace)?.below(service.metadata.name)
  }

  /// The ready endpoints of a Service.
  func endpoints(of service: Service, _ slices: [EndpointSlice]) -> EndpointSet {
    EndpointSet(
      slices, below: Self.key(of: service) ?? [], naming: naming, includesUnready: service.toleratesUnreadyEndpoints)
  }

  /// - Parameter slices: the Service's, in a stable order.
  func names(of service: Service, _ slices: [EndpointSlice]) -> ServiceNames {
    guard let key = Self.key(of: service) else { return .none }
    if service.spec.type == .externalName { return ServiceNames(names: alias(service, key)) }
    let endpoints = endpoints(of: service, slices)
    let pointers = endpoints.members.map { AddressPointer(address: $0.address, target: endpoints.names[$0.name].key) }
    if service.spec.isHeadless { return ServiceNames(names: headless(endpoints, key), pointers: pointers) }
    guard !service.spec.clusterIPs.isEmpty else { return .none }
    let own = service.spec.clusterIPs.map { AddressPointer(address: $0, target: key) }
    let isHidden = ignoresEmptyServices && endpoints.isEmpty
    let names = isHidden ? [] : clusterIP(service.spec, key, endpoints)
    return ServiceNames(names: names, pointers: own + pointers)
  }

  /// An ExternalName: an alias, unless it is an address or no name.
  private func alias(_ service: Service, _ key: NameKey) -> [NameContent] {
    service.externalTarget == nil ? [] : [NameContent(key: key, isAlias: true)]
  }

  /// A name with the ClusterIPs, one for each named port, and those of the endpoints.
  private func clusterIP(_ spec: ServiceSpec, _ key: NameKey, _ endpoints: EndpointSet) -> [NameContent] {
    let addresses = Array(spec.clusterIPs)
    let ports = spec.ports.map { PortCandidate(name: $0.name, protocol: $0.protocol, port: UInt16(exactly: $0.port)) }
    // Each address counts in the weights, as if it were a record of its own.
    func targets(_ ports: [PortCandidate]) -> [NameContent.Target] {
      ports.flatMap { port in addresses.map { _ in ServiceCandidate(target: 0, port: port.port) } }
        .targets { _ in (key, addresses) }
    }
    let own = NameContent(key: key, addresses: addresses, services: targets(ports))
    return withEndpointNames(endpoints, own) + portNames(ports, key) { targets($0) }
  }

  /// A name with all endpoints, one for each named port, one for each endpoint, and those of topology zones.
  private func headless(_ endpoints: EndpointSet, _ key: NameKey) -> [NameContent] {
    guard !endpoints.isEmpty else { return [] }
    let own = allEndpoints(endpoints, named: key)
    let ports = endpoints.members.flatMap { member in
      endpoints.ports[member.slice].map {
        PortCandidate(name: $0.name, protocol: $0.protocol, port: $0.number, target: member.name)
      }
    }
    let byPort = portNames(ports, key) { ports in
      endpoints.targets(ports.map { ServiceCandidate(target: $0.target, port: $0.port) })
    }
    return withEndpointNames(endpoints, own) + byPort + (zonal ? zoneNames(endpoints, key) : [])
  }

  /// A name that has all of the endpoints.
  func allEndpoints(_ endpoints: EndpointSet, named key: NameKey) -> NameContent {
    NameContent(
      key: key, addresses: EndpointSet.unique(endpoints.members.lazy.map(\.address)),
      services: endpoints.targets(endpoints.candidates(endpoints.members)))
  }

  /// The Service's own name and those of its endpoints, below ClusterIP Services too. Endpoints whose names follow from their addresses are listed
  /// at the Service's name, as long as they are few; the others have answers of their own.
  private func withEndpointNames(_ endpoints: EndpointSet, _ own: NameContent) -> [NameContent] {
    var members = endpoints.names.map { _ in [EndpointSet.Member]() }
    for member in endpoints.members { members[member.name].append(member) }
    let areFew = endpoints.names.count <= DashedEndpoints.mostAddresses
    var (own, others) = (own, [NameContent]())
    for (name, members) in zip(endpoints.names, members) {
      let services = endpoints.targets(endpoints.candidates(members))
      if areFew, services.count <= DashedEndpoints.mostPorts, let address = name.dashedAddress(below: own.key) {
        own.endpoints.list(address, services)
      } else {
        others.append(NameContent(key: name.key, addresses: name.addresses, services: services))
      }
    }
    return [own] + others
  }
}

extension EndpointSet.Name {
  /// The endpoint's address, when it has only one, an IPv4 address, and the name says it.
  fileprivate func dashedAddress(below service: NameKey) -> IPv4Address? {
    guard addresses.count == 1, case .v4(let address) = addresses[0], key == service.below(address.dashed) else {
      return nil
    }
    return address
  }
}

extension [DashedEndpoints] {
  /// Adds an endpoint to those with the same ports. Its SRV records all have its own name as their target, and the same weight.
  fileprivate mutating func list(_ address: IPv4Address, _ services: [NameContent.Target]) {
    let (weight, ports) = (services.first?.weight ?? 0, services.map(\.port))
    if let index = firstIndex(where: { $0.weight == weight && $0.ports == ports }) {
      self[index].addresses.append(address)
    } else {
      append(DashedEndpoints(weight: weight, ports: ports, addresses: [address]))
    }
  }
}

/// A port of a Service, or of an endpoint.
private struct PortCandidate {
  var name: String
  var `protocol`: TransportProtocol
  var port: UInt16?
  /// The endpoint's name among those of the Service.
  var target = 0
}

extension ServiceCompiler {
  /// `_port._proto` for each named port, and the empty non-terminals `_proto`.
  private func portNames(
    _ ports: [PortCandidate], _ key: NameKey, _ targets: ([PortCandidate]) -> [NameContent.Target]
  ) -> [NameContent] {
    var names: [NameContent] = []
    for proto in TransportProtocol.allCases {
      let named = ports.filter { $0.protocol == proto && !$0.name.isEmpty }
      guard !named.isEmpty, let above = key.below(underscored: proto.rawValue) else { continue }
      names.append(NameContent(key: above))
      for (name, ports) in Self.byName(named) {
        guard let key = above.below(underscored: name) else { continue }
        names.append(NameContent(key: key, services: targets(ports)))
      }
    }
    return names
  }

  /// Ports by their names; mostly all have the same one.
  private static func byName(_ ports: [PortCandidate]) -> [String: [PortCandidate]] {
    if let name = ports.first?.name, ports.allSatisfy({ $0.name == name }) { return [name: ports] }
    return Dictionary(grouping: ports, by: \.name)
  }

  /// `ZONE.pin._zone` and `ZONE.prefer._zone` for each topology zone that has endpoints, and the empty non-terminals above.
  private func zoneNames(_ endpoints: EndpointSet, _ key: NameKey) -> [NameContent] {
    let above = key.below(known: "_zone")
    var names = [NameContent(key: above)]
    let byZone = Dictionary(grouping: endpoints.members) { NameKey().below($0.zone ?? "") ?? [] }
    for way in [above.below(known: "pin"), above.below(known: "prefer")] {
      names.append(NameContent(key: way))
      for (zone, members) in byZone where !zone.isEmpty {
        names.append(
          NameContent(
            key: zone + way, addresses: EndpointSet.unique(members.lazy.map(\.address)),
            services: endpoints.targets(endpoints.candidates(members))))
      }
    }
    return names
  }
}

extension Service {
  /// The specification's older way to publish endpoints before they are ready. (The field `publishNotReadyAddresses` is the
  /// business of who makes the slices: it marks their endpoints as ready.)
  var toleratesUnreadyEndpoints: Bool {
    metadata.annotations[WellKnownAnnotation.tolerateUnreadyEndpoints] == "true"
  }
}
