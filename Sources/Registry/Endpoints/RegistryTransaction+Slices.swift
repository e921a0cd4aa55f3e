import ClusterModel

/// What the slices of one Service and controller are to be like.
struct SlicePlan {
  let template: SliceTemplate
  /// The families that have an empty slice when they have no other one.
  var placeholders: [AddressType] = []
  /// The only Pods whose endpoints may change; `nil` when all may, and labels too.
  var pods: ChangedPods?

  init(_ template: SliceTemplate) { self.template = template }
}

extension RegistryTransaction {
  /// Makes the slices of one controller hold the groups. Slices that are no longer needed take the endpoints of new ones
  /// where the family fits; what is then left goes last, so that an endpoint that moves is never absent.
  ///
  /// - Parameter slices: the slices that there are, in the order of names.
  mutating func sync(_ slices: [EndpointSlice], with groups: EndpointGroups, _ plan: SlicePlan) {
    var old = Dictionary(grouping: slices, by: EndpointGroups.Key.init)
    var spare = slices.filter { groups.endpoints[EndpointGroups.Key($0)] == nil }
    var present: Set<AddressType> = []
    // Groups that nothing comes to go first: they may leave slices for the others.
    let keys = groups.keys.filter { groups.endpoints[$0] == [] } + groups.keys.filter { groups.endpoints[$0] != [] }
    for key in keys {
      let isThere = pack(groups.endpoints[key] ?? [], key, into: old.removeValue(forKey: key) ?? [], &spare, plan)
      if isThere { present.insert(key.addressType) }
    }
    for family in plan.placeholders where !present.contains(family) {
      write([], EndpointGroups.Key(family, []), over: spare.takeFirst(of: family), plan.template)
    }
    for slice in spare { discard(slice.key) }
  }

  /// Packs one group. Slices that are empty then are spare. Returns whether any endpoint is left.
  private mutating func pack(
    _ endpoints: [Endpoint], _ key: EndpointGroups.Key, into slices: [EndpointSlice], _ spare: inout [EndpointSlice],
    _ plan: SlicePlan
  ) -> Bool {
    let packing = SlicePacking(endpoints, into: slices.map(\.endpoints), limit: settings.endpointsPerSlice) {
      plan.pods?.made($0) ?? true
    }
    var isThere = !packing.added.isEmpty
    for (index, slice) in slices.enumerated() {
      if packing.kept[index].isEmpty {
        spare.append(slice)
        continue
      }
      isThere = true
      if plan.pods == nil || packing.isChanged[index] { write(packing.kept[index], key, over: slice, plan.template) }
    }
    for endpoints in packing.added {
      write(endpoints, key, over: spare.takeFirst(of: key.addressType), plan.template)
    }
    return isThere
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
  mutating func storeMade(_ object: ClusterObject, over old: ClusterObject?) {
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

extension [EndpointSlice] {
  /// Takes the first slice of that type out.
  fileprivate mutating func takeFirst(of type: AddressType) -> EndpointSlice? {
    firstIndex { $0.addressType == type }.map { remove(at: $0) }
  }
}
