import ClusterModel
public import DNSWire

extension ClusterZone {
  /// The name that an ExternalName Service stands for; `nil` when the name below the zone, in lower case, is none of one.
  public func alias(of key: [UInt8]) -> DomainName? {
    let labels = key.labels
    guard labels.count == 3, labels[2].elementsEqual("svc".utf8) else { return nil }
    let name = NamespacedName(
      namespace: String(decoding: labels[1], as: UTF8.self), name: String(decoding: labels[0], as: UTF8.self))
    return state.withLock { state in
      guard state.index.shows(name.namespace) else { return nil }
      return state.index.services[name]?.service.flatMap(Service.init)?.externalTarget
    }
  }
}
