import ClusterModel

/// What all slices of one Service and controller have in common: names, labels, owner.
struct SliceTemplate {
  private let service: Service
  private var labels: StringMap
  private var annotations: StringMap = [:]
  private let owner: OwnerReference

  init(_ service: Service, manager: String) {
    self.service = service
    labels = service.metadata.labels
    owner = OwnerReference(
      apiVersion: Service.kind.apiVersion, kind: Service.kind.name, name: service.metadata.name,
      uid: service.metadata.uid, controller: true, blockOwnerDeletion: true)
    setReserved(manager)
  }

  /// Labels and annotations of mirrored Endpoints go with them.
  mutating func copyMetadata(of endpoints: Endpoints) {
    labels = endpoints.metadata.labels
    annotations = endpoints.metadata.annotations
    annotations[WellKnownAnnotation.lastChangeTriggerTime] = nil
    annotations["kubectl.kubernetes.io/last-applied-configuration"] = nil
    setReserved(SliceController.mirroring)
  }

  private mutating func setReserved(_ manager: String) {
    labels[WellKnownLabel.serviceName] = service.metadata.name
    labels[WellKnownLabel.managedBy] = manager
    labels[WellKnownLabel.headless] = service.spec.isHeadless && manager == SliceController.selector ? "" : nil
  }

  func metadata(of type: AddressType, _ number: Int) -> ObjectMeta {
    var metadata = ObjectMeta(
      name: key(of: type, number).name, namespace: service.metadata.namespace, labels: labels, annotations: annotations)
    metadata.ownerReferences = [owner]
    return metadata
  }

  /// The name of the `number`-th slice of that type: always the same one, `web-5b7xq`.
  func key(of type: AddressType, _ number: Int) -> ObjectKey {
    let hash = StableHash(service.metadata.namespace, service.metadata.name, type.rawValue, String(number)).value
    let name = "\(service.metadata.name)-\(Self.suffix(hash))"
    return ObjectKey(.endpointSlice, namespace: service.metadata.namespace, name: name)
  }

  /// Five letters and digits that spell no words, as Kubernetes has them in names.
  private static func suffix(_ hash: UInt64) -> String {
    let alphabet = Array("bcdfghjklmnpqrstvwxz2456789")
    return String((0..<5).map { alphabet[Int(hash >> (12 * UInt64($0)) & 0xFFF) % alphabet.count] })
  }
}
