import ClusterModel
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
    let names = isHidden ? [] : clusterIP(service.spec, key) + endpointNames(endpoints)
    return ServiceNames(names: names, pointers: own + pointers)
  }

  /// An ExternalName: an alias, unless it is an address or no name.
  private func alias(_ service: Service, _ key: NameKey) -> [NameContent] {
    service.externalTarget == nil ? [] : [NameContent(key: key, isAlias: true)]
  }

  /// A name with the ClusterIPs, and one for each named port.
  private func clusterIP(_ spec: ServiceSpec, _ key: NameKey) -> [NameContent] {
    let addresses = Array(spec.clusterIPs)
    let ports = spec.ports.map { PortCandidate(name: $0.name, protocol: $0.protocol, port: UInt16(exactly: $0.port)) }
    // Each address counts in the weights, as if it were a record of its own.
    func targets(_ ports: [PortCandidate]) -> [NameContent.Target] {
      ports.flatMap { port in addresses.map { _ in ServiceCandidate(target: 0, port: port.port) } }
        .targets { _ in (key, addresses) }
    }
    return [NameContent(key: key, addresses: addresses, services: targets(ports))]
      + portNames(ports, key) { targets($0) }
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
    return [own] + byPort + endpointNames(endpoints) + (zonal ? zoneNames(endpoints, key) : [])
  }

  /// A name that has all of the endpoints.
  func allEndpoints(_ endpoints: EndpointSet, named key: NameKey) -> NameContent {
    NameContent(
      key: key, addresses: EndpointSet.unique(endpoints.members.lazy.map(\.address)),
      services: endpoints.targets(endpoints.candidates(endpoints.members)))
  }

  /// The names of the endpoints; below ClusterIP Services too.
  private func endpointNames(_ endpoints: EndpointSet) -> [NameContent] {
    var members = endpoints.names.map { _ in [EndpointSet.Member]() }
    for member in endpoints.members { members[member.name].append(member) }
    return zip(endpoints.names, members).map { name, members in
      NameContent(
        key: name.key, addresses: name.addresses, services: endpoints.targets(endpoints.candidates(members)))
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
      for (name, ports) in Dictionary(grouping: named, by: \.name) {
        guard let key = above.below(underscored: name) else { continue }
        names.append(NameContent(key: key, services: targets(ports)))
      }
    }
    return names
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
