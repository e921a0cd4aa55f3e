public import ClusterDiscovery
import ClusterModel
import NetworkAddresses

extension ServiceObjects {
  /// The target's endpoints. O(n log n) at worst, O(n) when addresses come in order; slices that are as they were are not read again.
  ///
  /// - Parameters:
  ///   - revision: which state of the source the objects are.
  ///   - asOf: when the source said so.
  /// - Throws: `DiscoveryError.Reason.notFound` for a Service that is not there, has no endpoints of its own, or no such port.
  public mutating func endpointSet(
    revision: String, asOf: ContinuousClock.Instant = .now
  ) throws(DiscoveryError) -> EndpointSet {
    guard let service else {
      throw DiscoveryError(.notFound, "there is no service \(target.service) in the namespace \(target.namespace)")
    }
    guard service.spec.type != .externalName else {
      throw DiscoveryError(
        .notFound, "\(name) is an ExternalName: it stands for \(service.spec.externalName), and has no endpoints")
    }
    let port = try WantedPort(target, of: service)
    let endpoints = endpoints(of: service, port)
    guard !endpoints.isEmpty || !hasNamesOnly else {
      throw DiscoveryError(
        .notFound, "the endpoints of \(name) are names (addressType FQDN), which are no addresses to connect to")
    }
    return EndpointSet(
      target, endpoints, revision: revision, asOf: asOf, sessionAffinity: service.spec.affinityTimeout)
  }

  private var name: String { "\(target.service).\(target.namespace)" }

  private var hasNamesOnly: Bool {
    let slices = orderedSlices.filter { !$0.endpoints.isEmpty }
    return !slices.isEmpty && slices.allSatisfy { $0.addressType == .fqdn }
  }

  private mutating func endpoints(of service: Service, _ port: WantedPort) -> [ClusterDiscovery.Endpoint] {
    switch families {
    case .only(let family): return endpoints(family, port)
    case .both: return AddressFamily.allCases.flatMap { endpoints($0, port) }
    case .first:
      for family in service.spec.ipFamilies + AddressFamily.allCases {
        let found = endpoints(family, port)
        if !found.isEmpty { return found }
      }
      return []
    }
  }

  /// The endpoints of one family. One that is on its way from slice to slice is in both: the ready one comes last, and stays.
  private mutating func endpoints(_ family: AddressFamily, _ port: WantedPort) -> [ClusterDiscovery.Endpoint] {
    var all = SliceEndpoints()
    for slice in orderedSlices where slice.addressType.family == family {
      let endpoints = endpoints(of: slice, port)
      all.ready += endpoints.ready
      all.others += endpoints.others
    }
    return all.others + all.ready
  }
}

/// The endpoints of a slice.
struct SliceEndpoints {
  var ready: [ClusterDiscovery.Endpoint] = []
  var others: [ClusterDiscovery.Endpoint] = []

  /// None.
  init() {}

  /// Those that have the port.
  init(_ slice: EndpointSlice, _ port: WantedPort) {
    guard let number = port.number(in: slice) else { return }
    for endpoint in slice.endpoints {
      guard let endpoint = ClusterDiscovery.Endpoint(endpoint, port: number) else { continue }
      if endpoint.condition.isReady { ready.append(endpoint) } else { others.append(endpoint) }
    }
  }
}

extension ClusterDiscovery.Endpoint {
  /// An endpoint of a slice; of its addresses, which are interchangeable, the first one, as kube-proxy does.
  fileprivate init?(_ endpoint: ClusterModel.Endpoint, port: UInt16) {
    guard let address = endpoint.addresses.first else { return nil }
    let pod = endpoint.targetRef.flatMap { $0.kind == ObjectKind.pod.name ? $0.name : nil }
    self.init(
      SocketAddress(address, port: port), hostname: endpoint.hostname, zone: endpoint.zone, node: endpoint.nodeName,
      condition: EndpointCondition(endpoint.conditions), metadata: pod.map { ["pod": $0] } ?? [:])
  }
}

extension EndpointCondition {
  /// The conditions of a slice's endpoint, with what unknown ones count as.
  fileprivate init(_ conditions: EndpointConditions) {
    self.init(
      isReady: conditions.isReady, isServing: conditions.serving ?? conditions.isReady,
      isTerminating: conditions.terminating ?? false)
  }
}

extension ServiceSpec {
  /// How long a client keeps its endpoint; `nil` without affinity. Three hours unless something else is said, as in Kubernetes.
  fileprivate var affinityTimeout: Duration? {
    sessionAffinity == .clientIP ? .seconds(Int64(sessionAffinityTimeout ?? 10_800)) : nil
  }
}
