import ClusterModel

// The endpoints controller: what follows for slices and Endpoints from Services, Pods, nodes and hand-written Endpoints.
// It runs at the end of each transaction, for the Services that the transaction touches, so that nobody ever sees a
// Service with the endpoints of another moment.

extension RegistryTransaction {
  /// Brings the endpoints of all touched Services up to date.
  mutating func reconcileEndpoints() {
    for name in endpointIndex.dirty.sorted() { reconcileEndpoints(of: name) }
    endpointIndex.forgetDirty()
  }

  private mutating func reconcileEndpoints(of name: ServiceName) {
    let slices = SlicesOfService(self, name)
    guard let service = get(Service.self, namespace: name.namespace, name: name.name),
      service.spec.type != .externalName
    else { return clean(name, slices.made) }
    if service.spec.selector.isEmpty {
      reconcileMirror(service, name, slices)
    } else {
      reconcileSelected(service, name, slices)
    }
  }

  /// Takes away what was made for a Service that is no more.
  private mutating func clean(_ name: ServiceName, _ made: [EndpointSlice]) {
    for slice in made where slice.isOwnedByService { discard(slice.key) }
    removeMadeEndpoints(name)
  }

  private mutating func removeMadeEndpoints(_ name: ServiceName) {
    let key = ObjectKey(.endpoints, namespace: name.namespace, name: name.name)
    guard let entry = entry(key), !entry.origin.isManifest, entry.object.isMadeEndpoints else { return }
    discard(key)
  }

  // MARK: With a selector

  private mutating func reconcileSelected(_ service: Service, _ name: ServiceName, _ slices: SlicesOfService) {
    let all = selectedGroups(service)
    var own = all
    own.subtract(slices.given)
    let placeholders = slices.given.isEmpty ? service.spec.ipFamilies.map(AddressType.init) : []
    sync(slices.selected, with: own, SliceTemplate(service, manager: SliceController.selector), placeholders)
    for slice in slices.mirrored { discard(slice.key) }
    if all.keys.isEmpty && !slices.given.isEmpty {
      removeMadeEndpoints(name)
    } else {
      syncEndpoints(EndpointsObject(for: service).make(of: all))
    }
  }

  private func selectedGroups(_ service: Service) -> EndpointGroups {
    let namespace = service.metadata.namespace
    var selected = SelectedEndpoints(service) { node in self.get(Node.self, name: node)?.zone }
    for name in endpointIndex.candidates(in: namespace, with: service.spec.selector).sorted() {
      guard let pod = get(Pod.self, namespace: namespace, name: name) else { continue }
      if service.spec.selector.isSubset(of: pod.metadata.labels) { selected.add(pod) }
    }
    return selected.groups
  }

  /// Writes the Endpoints that go with the slices, unless a manifest has Endpoints of its own there.
  private mutating func syncEndpoints(_ endpoints: Endpoints) {
    let entry = entry(endpoints.key)
    if entry?.origin.isManifest == true { return }
    storeMade(endpoints.object, over: entry?.object)
  }

  // MARK: Without a selector

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
    sync(slices.mirrored, with: groups, template, [])
  }
}

// MARK: - Slices

extension RegistryTransaction {
  /// Makes the slices of one controller hold the groups. Slices that are no longer needed take the endpoints of new ones
  /// where the family fits; what is then left goes last, so that an endpoint that moves is never absent.
  private mutating func sync(
    _ slices: [EndpointSlice], with groups: EndpointGroups, _ template: SliceTemplate, _ placeholders: [AddressType]
  ) {
    let sorted = slices.sorted { $0.metadata.name < $1.metadata.name }
    var old = Dictionary(grouping: sorted) { EndpointGroups.Key(addressType: $0.addressType, ports: $0.ports) }
    var spare = sorted.filter { !groups.keys.contains(.init(addressType: $0.addressType, ports: $0.ports)) }
    for key in groups.keys {
      pack(groups.endpoints[key] ?? [], key, into: old.removeValue(forKey: key) ?? [], &spare, template)
    }
    for family in placeholders where !groups.keys.contains(where: { $0.addressType == family }) {
      let key = EndpointGroups.Key(addressType: family, ports: [])
      write([], key, over: spare.takeFirst(of: family), template)
    }
    for slice in spare { discard(slice.key) }
  }

  /// Packs one group. Slices that are empty then are spare.
  private mutating func pack(
    _ endpoints: [Endpoint], _ key: EndpointGroups.Key, into slices: [EndpointSlice], _ spare: inout [EndpointSlice],
    _ template: SliceTemplate
  ) {
    let packing = SlicePacking(endpoints, into: slices.map(\.endpoints), limit: settings.endpointsPerSlice)
    for (slice, endpoints) in zip(slices, packing.kept) {
      if endpoints.isEmpty { spare.append(slice) } else { write(endpoints, key, over: slice, template) }
    }
    for endpoints in packing.added { write(endpoints, key, over: spare.takeFirst(of: key.addressType), template) }
  }

  private mutating func write(
    _ endpoints: [Endpoint], _ key: EndpointGroups.Key, over old: EndpointSlice?, _ template: SliceTemplate
  ) {
    var number = 0
    while old == nil, entry(template.key(of: key.addressType, number)) != nil { number += 1 }
    var slice = EndpointSlice(
      metadata: template.metadata(of: key.addressType, number), addressType: key.addressType, endpoints: endpoints,
      ports: key.ports)
    if let old { slice.metadata.name = old.metadata.name }
    storeMade(slice.object, over: old?.object)
  }

  /// Stores what the controller made, when it is not what there is.
  private mutating func storeMade(_ object: ClusterObject, over old: ClusterObject?) {
    var new = object
    var metadata = object.metadata
    let before = old?.metadata
    metadata.uid = before?.uid ?? newUID()
    metadata.creationTimestamp = before?.creationTimestamp ?? settings.now()
    metadata.resourceVersion = before?.resourceVersion ?? 0
    metadata.generation = before?.generation ?? (object.kind == .endpointSlice ? 1 : 0)
    new.metadata = metadata
    guard let old else {
      store(new, from: .client)
      return
    }
    if new == old { return }
    if new.desires(otherThan: old) { new.metadata.generation += 1 }
    store(new, from: .client)
  }
}

/// The slices that name a Service, by who keeps them.
private struct SlicesOfService {
  /// Those that come from selectors.
  var selected: [EndpointSlice] = []
  /// Those that mirror Endpoints.
  var mirrored: [EndpointSlice] = []
  /// Those that somebody else keeps: manifests, clients, other controllers.
  var given: [EndpointSlice] = []

  /// Those that the registry keeps.
  var made: [EndpointSlice] { selected + mirrored }

  init(_ registry: RegistryTransaction, _ service: ServiceName) {
    for name in registry.endpointIndex.slices(of: service) {
      let key = ObjectKey(.endpointSlice, namespace: service.namespace, name: name)
      guard let entry = registry.entry(key), case .endpointSlice(let slice) = entry.object else { continue }
      switch slice.manager {
      case SliceController.selector where !entry.origin.isManifest: selected.append(slice)
      case SliceController.mirroring where !entry.origin.isManifest: mirrored.append(slice)
      default: given.append(slice)
      }
    }
  }
}

extension [EndpointSlice] {
  /// Takes the first slice of that type out.
  fileprivate mutating func takeFirst(of type: AddressType) -> EndpointSlice? {
    firstIndex { $0.addressType == type }.map { remove(at: $0) }
  }
}

extension EndpointSlice {
  /// The controller that keeps the slice; `nil` when it is written by hand.
  fileprivate var manager: String? { metadata.labels[WellKnownLabel.managedBy] }

  /// Whether the slice goes with its Service.
  fileprivate var isOwnedByService: Bool { metadata.ownerReferences.contains { $0.kind == Service.kind.name } }
}

extension ClusterObject {
  /// Whether these are Endpoints that the registry made of a selector.
  fileprivate var isMadeEndpoints: Bool {
    metadata.labels[EndpointsObject.managedBy.key] == EndpointsObject.managedBy.value
  }
}
