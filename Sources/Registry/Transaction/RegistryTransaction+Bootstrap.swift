import ClusterModel
import NetworkAddresses

extension RegistryTransaction {
  /// Makes what every cluster has: its namespaces, and in `default` the Service `kubernetes` at the first address of
  /// the main range; each only where its name, and its address, are free. Call it after manifests were applied.
  public mutating func bootstrap() {
    for name in ["default", "kube-public", "kube-system"] where entry(ObjectKey(.namespace, name: name)) == nil {
      storeFirst(Namespace(name: name))
    }
    guard let service = kubernetesService, entry(service.key) == nil,
      let address = service.spec.clusterIP, !addresses.isTaken(address)
    else { return }
    storeFirst(service)
  }

  private mutating func storeFirst(_ object: some KubernetesObject) {
    var first = object.object.defaulted()
    first.metadata.uid = newUID()
    first.metadata.creationTimestamp = settings.now()
    if case .namespace = first { first.metadata.labels[WellKnownLabel.namespaceName] = first.metadata.name }
    store(first, from: .bootstrap)
  }

  private var kubernetesService: Service? {
    guard let range = addresses.ranges.first, range.count > 0 else { return nil }
    let port = ServicePort(name: "https", port: 443, targetPort: .number(6443))
    var service = Service(
      metadata: ObjectMeta(
        name: "kubernetes", namespace: "default", labels: ["component": "apiserver", "provider": "kubernetes"]),
      spec: ServiceSpec(ports: [port], clusterIPs: [range[0]]))
    service.spec.ipFamilies = [range.prefix.base.family]
    service.spec.ipFamilyPolicy = .singleStack
    return service
  }

  /// Takes the bootstrapped Service away when one of the objects wants its name or its address.
  mutating func yieldBootstrap(to objects: [ClusterObject]) {
    guard let service = kubernetesService, entry(service.key)?.origin == .bootstrap else { return }
    let isWanted = objects.contains { object in
      guard case .service(let other) = object else { return false }
      return other.key == service.key || other.spec.clusterIPs.contains { $0 == service.spec.clusterIP }
    }
    if isWanted { discard(service.key) }
  }
}
