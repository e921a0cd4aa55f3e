import ClusterModel
import NetworkAddresses

/// An address in a namespace.
struct PodAddress: Hashable, Sendable {
  var namespace: String
  var address: IPAddress
}

/// The Pods whose addresses have names (`pods verified`), and how many have each address.
struct PodIndex: Sendable {
  private var objects = Set<KeyedObject>()
  /// By namespace.
  private var counts: [String: [IPAddress: Int]] = [:]

  var isEmpty: Bool { objects.isEmpty }
  var keys: [ObjectKey] { objects.map(\.object.key) }

  func contains(_ pod: PodAddress) -> Bool { counts[pod.namespace]?[pod.address] != nil }

  func addresses(in namespaces: Set<String>) -> [PodAddress] {
    namespaces.flatMap { namespace in
      (counts[namespace] ?? [:]).keys.map { PodAddress(namespace: namespace, address: $0) }
    }
  }

  mutating func set(_ object: ClusterObject, _ touched: inout TouchedObjects) {
    let old = objects.update(with: KeyedObject(object: object))?.object
    for pod in old.map(\.podAddresses) ?? [] { count(pod, -1, &touched) }
    for pod in object.podAddresses { count(pod, 1, &touched) }
  }

  mutating func delete(_ name: NamespacedName, _ touched: inout TouchedObjects) {
    let probe = Pod(metadata: ObjectMeta(name: name.name, namespace: name.namespace))
    guard let old = objects.remove(KeyedObject(object: probe.object))?.object else { return }
    for pod in old.podAddresses { count(pod, -1, &touched) }
  }

  private mutating func count(_ pod: PodAddress, _ difference: Int, _ touched: inout TouchedObjects) {
    if touched.pods[pod] == nil { touched.pods[pod] = contains(pod) }
    let count = (counts[pod.namespace]?[pod.address] ?? 0) + difference
    counts[pod.namespace, default: [:]][pod.address] = count > 0 ? count : nil
    if counts[pod.namespace]?.isEmpty == true { counts[pod.namespace] = nil }
  }
}

extension ClusterObject {
  /// The addresses of a Pod that is not on its way out, each once.
  fileprivate var podAddresses: [PodAddress] {
    guard case .pod(let pod) = self, !pod.isFinished, !pod.isTerminating else { return [] }
    let addresses = EndpointSet.unique(pod.status.podIPs)
    return addresses.map { PodAddress(namespace: pod.metadata.namespace, address: $0) }
  }
}

extension PodAddress {
  /// The names of the address: the one with dashes, and the same without the `0` that keeps a label from ending in a dash.
  var contents: [NameContent] {
    var labels = [address.dashed]
    if address.description.hasSuffix(":") { labels.append(labels[0].dropLast()) }
    return labels.compactMap { label in
      NameKey.pods.below(namespace)?.below(label).map { Self.content(key: $0, address: address) }
    }
  }

  /// What a Pod's name says: its address, and itself as a service of any port.
  static func content(key: NameKey, address: IPAddress) -> NameContent {
    let target = NameContent.Target(weight: 100, port: 0, target: key, addresses: [address])
    return NameContent(key: key, addresses: [address], services: [target])
  }
}
