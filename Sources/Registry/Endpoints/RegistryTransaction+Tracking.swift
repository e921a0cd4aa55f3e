import ClusterModel

// Which Services an object's change concerns.

extension RegistryTransaction {
  /// Keeps the index, and marks the Services whose endpoints the change may touch.
  mutating func trackEndpoints(_ key: ObjectKey, _ old: ClusterObject?, _ new: ClusterObject?) {
    switch key.kind {
    case .service: trackService(key, old.flatMap(Service.init), new.flatMap(Service.init))
    case .pod: trackPod(old.flatMap(Pod.init), new.flatMap(Pod.init))
    case .endpoints: endpointIndex.markDirty(key.namespace, key.name)
    case .endpointSlice: trackSlice(old.flatMap(EndpointSlice.init), new.flatMap(EndpointSlice.init))
    case .node: trackNode(key.name, old.flatMap(Node.init), new.flatMap(Node.init))
    case .namespace, .lease, .event: break
    }
  }

  private mutating func trackService(_ key: ObjectKey, _ old: Service?, _ new: Service?) {
    if let old { endpointIndex.remove(old) }
    if let new { endpointIndex.add(new) }
    endpointIndex.markDirty(key.namespace, key.name)
  }

  private mutating func trackPod(_ old: Pod?, _ new: Pod?) {
    if let old {
      endpointIndex.remove(old)
      markServices(selecting: old)
    }
    if let new {
      endpointIndex.add(new)
      markServices(selecting: new)
    }
  }

  private mutating func trackSlice(_ old: EndpointSlice?, _ new: EndpointSlice?) {
    if let old { endpointIndex.remove(old) }
    if let new { endpointIndex.add(new) }
    for slice in [old, new].compactMap(\.self) {
      if let service = slice.serviceName { endpointIndex.markDirty(slice.metadata.namespace, service) }
    }
  }

  /// A node that is in another zone now takes its Pods' endpoints with it. O(Pods), but nodes hardly ever move.
  private mutating func trackNode(_ name: String, _ old: Node?, _ new: Node?) {
    guard old?.zone != new?.zone else { return }
    var pods: [Pod] = []
    forEach(.pod) { entry in
      if case .pod(let pod) = entry.object, pod.spec.nodeName == name { pods.append(pod) }
    }
    for pod in pods { markServices(selecting: pod) }
  }

  private mutating func markServices(selecting pod: Pod) {
    let (namespace, labels) = (pod.metadata.namespace, pod.metadata.labels)
    for name in endpointIndex.candidates(in: namespace, for: labels) {
      guard let service = get(Service.self, namespace: namespace, name: name) else { continue }
      if service.spec.selector.isSubset(of: labels) { endpointIndex.markDirty(namespace, name, pod: pod) }
    }
  }
}
