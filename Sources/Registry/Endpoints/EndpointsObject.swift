import ClusterModel
import NetworkAddresses

/// The older form of a Service's endpoints, `v1 Endpoints`, made of its slices.
struct EndpointsObject {
  /// The most addresses that such an object has.
  static let limit = 1000
  /// The label, and its value, of Endpoints that the registry makes.
  static let managedBy = Label("endpoints.kubernetes.io/managed-by", "endpoint-controller")

  private let service: Service
  private var subsets: [EndpointSubset] = []
  private var room = Self.limit
  /// Whether endpoints were left out for want of room.
  private var isTruncated = false

  /// The endpoints of the Service's main family, by the ports that they share.
  init(for service: Service, _ slices: [EndpointSlice]) {
    self.service = service
    for slice in slices where slice.addressType.family == service.spec.ipFamilies.first { add(slice) }
  }

  var object: Endpoints {
    var metadata = ObjectMeta(name: service.metadata.name, namespace: service.metadata.namespace)
    metadata.labels = service.metadata.labels
    metadata.labels[Self.managedBy.key] = Self.managedBy.value
    if service.spec.isHeadless { metadata.labels[WellKnownLabel.headless] = "" }
    if isTruncated { metadata.annotations[WellKnownAnnotation.overCapacity] = "truncated" }
    return Endpoints(metadata: metadata, subsets: subsets)
  }

  /// Adds a slice's endpoints; those on their way out only when the Service publishes those that are not ready.
  private mutating func add(_ slice: EndpointSlice) {
    let endpoints = slice.endpoints.filter {
      $0.conditions.terminating != true || service.publishesNotReadyAddresses
    }
    isTruncated = isTruncated || endpoints.count > room
    guard !endpoints.isEmpty, room > 0 else { return }
    let index = subsets.firstIndex { $0.ports == slice.ports } ?? subsets.count
    if index == subsets.count { subsets.append(EndpointSubset(ports: slice.ports)) }
    for endpoint in endpoints.prefix(room) {
      guard let address = EndpointAddress(endpoint) else { continue }
      room -= 1
      if endpoint.conditions.isReady {
        subsets[index].addresses.append(address)
      } else {
        subsets[index].notReadyAddresses.append(address)
      }
    }
  }
}
