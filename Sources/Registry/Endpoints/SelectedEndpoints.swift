import ClusterModel
import NetworkAddresses

/// The endpoints that a Service's selector makes of Pods, as Kubernetes' EndpointSlice controller makes them.
struct SelectedEndpoints {
  let service: Service
  /// The zone of a node; `nil` when it has none.
  let zone: (String) -> String?
  private(set) var groups = EndpointGroups()
  /// One endpoint of each node met so far: what it shares with the node's others is one allocation.
  private var samples: [String: Endpoint] = [:]

  init(_ service: Service, zone: @escaping (String) -> String?) {
    self.service = service
    self.zone = zone
  }

  /// Adds a Pod's endpoints, one for each family that both have.
  mutating func add(_ pod: Pod) {
    guard !pod.isFinished, !pod.status.podIPs.isEmpty else { return }
    let ports = ports(of: pod)
    for family in service.spec.ipFamilies {
      guard let address = pod.status.podIPs.first(where: { $0.family == family }) else { continue }
      groups.add(endpoint(of: pod, at: address), to: .init(AddressType(family), ports))
    }
  }

  /// The Service's ports as the Pod has them; a named target port that it lacks is left out.
  private func ports(of pod: Pod) -> [EndpointPort] {
    service.spec.ports.compactMap { port in
      let number: Int32? =
        switch port.targetPort {
        case .number(let number): number
        case .name(let name): pod.port(named: name, protocol: port.protocol)
        }
      return number.map {
        EndpointPort(name: port.name, protocol: port.protocol, port: $0, appProtocol: port.appProtocol)
      }
    }
  }

  private mutating func endpoint(of pod: Pod, at address: IPAddress) -> Endpoint {
    var endpoint = sample(of: pod.spec.nodeName)
    endpoint.addresses = [address]
    endpoint.conditions = conditions(of: pod)
    endpoint.hostname =
      pod.spec.subdomain == service.metadata.name && !pod.spec.hostname.isEmpty ? pod.spec.hostname : nil
    endpoint.targetRef = ObjectReference(
      kind: "Pod", namespace: pod.metadata.namespace, name: pod.metadata.name, uid: pod.metadata.uid)
    return endpoint
  }

  private func conditions(of pod: Pod) -> EndpointConditions {
    let serving = pod.isReady
    let ready = service.publishesNotReadyAddresses || serving && !pod.isTerminating
    return EndpointConditions(ready: ready, serving: serving, terminating: pod.isTerminating)
  }

  private mutating func sample(of node: String) -> Endpoint {
    if node.isEmpty { return Endpoint() }
    if let sample = samples[node] { return sample }
    let sample = Endpoint(nodeName: node, zone: zone(node))
    samples[node] = sample
    return sample
  }
}
