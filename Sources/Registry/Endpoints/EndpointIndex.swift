import ClusterModel
import NetworkAddresses

/// A Service by its namespace and name.
struct ServiceName: Sendable, Hashable, Comparable {
  let namespace: String
  let name: String

  var key: ObjectKey { ObjectKey(.service, namespace: namespace, name: name) }

  static func < (a: ServiceName, b: ServiceName) -> Bool { (a.namespace, a.name) < (b.namespace, b.name) }
}

/// What has changed for the endpoints of a Service.
enum EndpointChange: Sendable {
  case all
  /// These Pods alone.
  case pods(ChangedPods)

  mutating func add(_ pod: Pod) {
    guard case .pods(var pods) = self else { return }
    self = .all
    pods.add(pod)
    self = .pods(pods)
  }
}

/// Pods that have changed, with the addresses that they had and have.
struct ChangedPods: Sendable {
  private(set) var names: Set<String> = []
  private var addresses: Set<IPAddress> = []

  mutating func add(_ pod: Pod) {
    names.insert(pod.metadata.name)
    addresses.formUnion(pod.status.podIPs)
  }

  /// Whether the endpoint is one of theirs.
  func made(_ endpoint: Endpoint) -> Bool {
    guard endpoint.addresses.contains(where: addresses.contains) else { return false }
    return endpoint.targetRef.map { names.contains($0.name) } ?? false
  }
}

/// Which Pods, Services and slices concern each other, so that a change finds the few Services that it touches.
struct EndpointIndex: Sendable {
  /// What there is in one namespace.
  private struct Partition: Sendable {
    /// The Services whose selector begins with the label.
    var selectors: [Label: NameSet] = [:]
    /// The Pods that have the label.
    var pods: [Label: NameSet] = [:]
    /// The slices of each Service, by the label that names it.
    var slices: [String: NameSet] = [:]
  }

  private var partitions: [String: Partition] = [:]
  /// The Services whose endpoints are to be looked at again, with what has changed for them.
  private(set) var dirty: [ServiceName: EndpointChange] = [:]

  /// All of a Service's endpoints may be others now.
  mutating func markDirty(_ namespace: String, _ service: String) {
    dirty[ServiceName(namespace: namespace, name: service)] = .all
  }

  /// A Pod of a Service has changed.
  mutating func markDirty(_ namespace: String, _ service: String, pod: Pod) {
    dirty[ServiceName(namespace: namespace, name: service), default: .pods(ChangedPods())].add(pod)
  }

  mutating func forgetDirty() { dirty = [:] }
}

// MARK: - Services

extension EndpointIndex {
  mutating func add(_ service: Service) {
    guard let first = service.spec.selector.first else { return }
    partitions[service.metadata.namespace, default: Partition()].selectors.add(service.metadata.name, to: first)
  }

  mutating func remove(_ service: Service) {
    guard let first = service.spec.selector.first else { return }
    partitions[service.metadata.namespace]?.selectors.remove(service.metadata.name, from: first)
  }

  /// The Services whose selector may take such a Pod: those whose first label it has.
  func candidates(in namespace: String, for labels: StringMap) -> [String] {
    guard let selectors = partitions[namespace]?.selectors, !selectors.isEmpty else { return [] }
    return labels.flatMap { selectors[$0]?.names ?? [] }
  }
}

// MARK: - Pods

extension EndpointIndex {
  mutating func add(_ pod: Pod) {
    for label in pod.metadata.labels {
      partitions[pod.metadata.namespace, default: Partition()].pods.add(pod.metadata.name, to: label)
    }
  }

  mutating func remove(_ pod: Pod) {
    for label in pod.metadata.labels {
      partitions[pod.metadata.namespace]?.pods.remove(pod.metadata.name, from: label)
    }
  }

  /// The Pods that may have all these labels: those of the label that fewest have.
  func candidates(in namespace: String, with selector: StringMap) -> Set<String> {
    guard let pods = partitions[namespace]?.pods else { return [] }
    return selector.lazy.map { pods[$0] }.min { $0?.count ?? 0 < $1?.count ?? 0 }??.names ?? []
  }
}

// MARK: - Slices

extension EndpointIndex {
  mutating func add(_ slice: EndpointSlice) {
    guard let service = slice.serviceName else { return }
    partitions[slice.metadata.namespace, default: Partition()].slices.add(slice.metadata.name, to: service)
  }

  mutating func remove(_ slice: EndpointSlice) {
    guard let service = slice.serviceName else { return }
    partitions[slice.metadata.namespace]?.slices.remove(slice.metadata.name, from: service)
  }

  /// The names of the slices that belong to a Service, in order.
  func slices(of service: ServiceName) -> [String] {
    partitions[service.namespace]?.slices[service.name]?.names.sorted() ?? []
  }
}
