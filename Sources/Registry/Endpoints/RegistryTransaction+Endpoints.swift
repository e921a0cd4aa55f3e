import ClusterModel

// The endpoints controller: what follows for slices and Endpoints from Services, Pods, nodes and hand-written Endpoints.
// It runs at the end of each transaction, for the Services that the transaction touches, so that nobody ever sees a
// Service with the endpoints of another moment.

extension RegistryTransaction {
  /// Brings the endpoints of all touched Services up to date.
  mutating func reconcileEndpoints() {
    for (name, change) in endpointIndex.dirty.sorted(by: { $0.key < $1.key }) { reconcileEndpoints(of: name, change) }
    endpointIndex.forgetDirty()
  }

  private mutating func reconcileEndpoints(of name: ServiceName, _ change: EndpointChange) {
    let slices = SlicesOfService(self, name)
    guard let service = get(Service.self, namespace: name.namespace, name: name.name),
      service.spec.type != .externalName, !dependents.isWaiting(service.metadata.uid)
    else { return clean(name, slices.made) }
    if slices.made.isEmpty, isGoing(service) { return }
    if service.spec.selector.isEmpty { return reconcileMirror(service, name, slices) }
    if case .pods(let pods) = change, slices.given.isEmpty {
      reconcile(pods, of: service, slices.selected)
    } else {
      reconcileAll(of: service, slices)
    }
    syncEndpoints(of: service, name)
  }

  /// Whether the Service was deleted and waits for its finalizers: the slices that it has lost are not made anew. Those of
  /// manifests are as the files have them.
  private func isGoing(_ service: Service) -> Bool {
    service.metadata.deletionTimestamp != nil && entry(service.key)?.origin.isManifest == false
  }

  /// Takes away what was made for a Service that is no more, or that waits for all that belongs to it to go.
  private mutating func clean(_ name: ServiceName, _ made: [EndpointSlice]) {
    for slice in made where slice.isOwnedByService { discard(slice.key) }
    removeMadeEndpoints(name)
  }

  private mutating func removeMadeEndpoints(_ name: ServiceName) {
    let key = ObjectKey(.endpoints, namespace: name.namespace, name: name.name)
    guard let entry = entry(key), !entry.origin.isManifest, entry.object.isMadeEndpoints else { return }
    discard(key)
  }
}

// MARK: - Services with a selector

extension RegistryTransaction {
  /// Makes all endpoints anew.
  private mutating func reconcileAll(of service: Service, _ slices: SlicesOfService) {
    let candidates = endpointIndex.candidates(in: service.metadata.namespace, with: service.spec.selector)
    var groups = groups(of: service, candidates)
    groups.subtract(slices.given)
    var plan = SlicePlan(SliceTemplate(service, manager: SliceController.selector))
    plan.placeholders = slices.given.isEmpty ? service.spec.ipFamilies.map(AddressType.init) : []
    sync(slices.selected, with: groups, plan)
    for slice in slices.mirrored { discard(slice.key) }
  }

  /// Makes the endpoints of some Pods anew, and leaves all others as they are. O(endpoints) in cheap comparisons.
  private mutating func reconcile(_ pods: ChangedPods, of service: Service, _ slices: [EndpointSlice]) {
    var groups = groups(of: service, pods.names)
    for slice in slices { groups.add(EndpointGroups.Key(slice)) }
    var plan = SlicePlan(SliceTemplate(service, manager: SliceController.selector))
    plan.placeholders = service.spec.ipFamilies.map(AddressType.init)
    plan.pods = pods
    sync(slices, with: groups, plan)
  }

  /// The endpoints that the Service has of these Pods.
  private func groups(of service: Service, _ pods: Set<String>) -> EndpointGroups {
    let namespace = service.metadata.namespace
    var selected = SelectedEndpoints(service) { node in self.get(Node.self, name: node)?.zone }
    for name in pods.sorted() {
      guard let pod = get(Pod.self, namespace: namespace, name: name) else { continue }
      if service.spec.selector.isSubset(of: pod.metadata.labels) { selected.add(pod) }
    }
    return selected.groups
  }

  /// Writes the Endpoints that go with the slices, unless a manifest has Endpoints of its own there. A Service whose
  /// endpoints are all given by others has none.
  private mutating func syncEndpoints(of service: Service, _ name: ServiceName) {
    let slices = SlicesOfService(self, name)
    if slices.selected.isEmpty && !slices.given.isEmpty { return removeMadeEndpoints(name) }
    let endpoints = EndpointsObject(for: service, slices.selected + slices.given).object
    let entry = entry(endpoints.key)
    if entry?.origin.isManifest == true { return }
    storeMade(endpoints.object, over: entry?.object)
  }
}

// MARK: - Services without a selector

extension RegistryTransaction {
  private mutating func reconcileMirror(_ service: Service, _ name: ServiceName, _ slices: SlicesOfService) {
    removeMadeEndpoints(name)
    for slice in slices.selected where slice.isOwnedByService { discard(slice.key) }
    var groups = EndpointGroups()
    var template = SliceTemplate(service, manager: SliceController.mirroring)
    if let endpoints = get(Endpoints.self, namespace: name.namespace, name: name.name),
      MirroredEndpoints.isWanted(endpoints)
    {
      groups = MirroredEndpoints.groups(of: endpoints)
      groups.subtract(slices.given.filter { $0.manager == SliceController.mirroring })
      template.copyMetadata(of: endpoints)
    }
    sync(slices.mirrored, with: groups, SlicePlan(template))
  }
}

extension ClusterObject {
  /// Whether these are Endpoints that the registry made of a selector.
  fileprivate var isMadeEndpoints: Bool {
    metadata.labels[EndpointsObject.managedBy.key] == EndpointsObject.managedBy.value
  }
}
