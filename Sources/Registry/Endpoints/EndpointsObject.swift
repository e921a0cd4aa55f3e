import ClusterModel
import NetworkAddresses

/// The older form of a Service's endpoints, `v1 Endpoints`, made of the same Pods as its slices.
struct EndpointsObject {
  /// The most addresses that such an object has.
  static let limit = 1000
  /// The label, and its value, of Endpoints that the registry makes.
  static let managedBy = Label("endpoints.kubernetes.io/managed-by", "endpoint-controller")

  private let service: Service

  init(for service: Service) { self.service = service }

  /// The endpoints of the Service's main family, by the ports that they share.
  func make(of groups: EndpointGroups) -> Endpoints {
    var metadata = ObjectMeta(name: service.metadata.name, namespace: service.metadata.namespace)
    metadata.labels = service.metadata.labels
    metadata.labels[Self.managedBy.key] = Self.managedBy.value
    if service.spec.isHeadless { metadata.labels[WellKnownLabel.headless] = "" }
    var room = Self.limit  // -1 when an address was left out
    var endpoints = Endpoints(metadata: metadata)
    endpoints.subsets = groups.keys.filter { $0.addressType.family == service.spec.ipFamilies.first }.compactMap {
      subset(groups.endpoints[$0] ?? [], $0.ports, &room)
    }
    if room < 0 { endpoints.metadata.annotations[WellKnownAnnotation.overCapacity] = "truncated" }
    return endpoints
  }

  /// One subset; endpoints on their way out are not in it unless the Service publishes those that are not ready.
  private func subset(_ endpoints: [Endpoint], _ ports: [EndpointPort], _ room: inout Int) -> EndpointSubset? {
    var subset = EndpointSubset(ports: ports)
    for endpoint in endpoints {
      guard endpoint.conditions.terminating != true || service.publishesNotReadyAddresses else { continue }
      guard let address = address(of: endpoint) else { continue }
      room = max(-1, room - 1)
      guard room >= 0 else { break }
      if endpoint.conditions.isReady {
        subset.addresses.append(address)
      } else {
        subset.notReadyAddresses.append(address)
      }
    }
    return subset.addresses.isEmpty && subset.notReadyAddresses.isEmpty ? nil : subset
  }

  private func address(of endpoint: Endpoint) -> EndpointAddress? {
    endpoint.addresses.first.map {
      EndpointAddress(
        ip: $0, hostname: endpoint.hostname ?? "", nodeName: endpoint.nodeName, targetRef: endpoint.targetRef)
    }
  }
}
