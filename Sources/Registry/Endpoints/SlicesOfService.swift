import ClusterModel

/// The slices that name a Service, by who keeps them, each in the order of names.
struct SlicesOfService {
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

extension EndpointSlice {
  /// The controller that keeps the slice; `nil` when it is written by hand.
  var manager: String? { metadata.labels[WellKnownLabel.managedBy] }

  /// Whether the slice goes with its Service.
  var isOwnedByService: Bool { metadata.ownerReferences.contains { $0.kind == Service.kind.name } }
}
