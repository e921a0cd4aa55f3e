import ClusterModel
public import NetworkAddresses

extension RegistryTransaction {
  /// Makes what every cluster has: its namespaces, and in `default` the Service `kubernetes` at the first address of
  /// the main range; each only where its name, and its address, are free. Call it after manifests were applied.
  ///
  /// - Parameter api: Where the registry's API is; when others reach it there, it is the endpoint of `kubernetes`.
  public mutating func bootstrap(api: SocketAddress? = nil) {
    for name in ["default", "kube-public", "kube-system"] where entry(ObjectKey(.namespace, name: name)) == nil {
      storeFirst(Namespace(name: name))
    }
    if let service = kubernetesService, entry(service.key) == nil, let address = service.spec.clusterIP,
      !addresses.isTaken(address)
    {
      storeFirst(service)
    }
    publish(api)
  }

  /// Makes the API the endpoint of the bootstrapped Service, and takes away what says that it is elsewhere.
  private mutating func publish(_ api: SocketAddress?) {
    guard let key = kubernetesService?.key, entry(key)?.origin == .bootstrap else { return }
    let own = [ObjectKind.endpoints, .endpointSlice].map { ObjectKey($0, namespace: key.namespace, name: key.name) }
    let isReachable = api.map { !$0.address.isLoopback && !$0.address.isUnspecified } ?? false
    let subset = (isReachable ? api : nil).map { api in
      EndpointSubset(
        addresses: [EndpointAddress(ip: api.address)], ports: [EndpointPort(name: "https", port: Int32(api.port))])
    }
    let published = get(Endpoints.self, namespace: key.namespace, name: key.name)?.subsets.first
    if published == subset, own.allSatisfy({ (entry($0) == nil) == (subset == nil) }) { return }
    for key in own where entry(key)?.origin == .bootstrap { discard(key) }
    guard let subset, own.allSatisfy({ entry($0) == nil }) else { return }
    publish(subset, ObjectMeta(name: key.name, namespace: key.namespace))
  }

  private mutating func publish(_ subset: EndpointSubset, _ metadata: ObjectMeta) {
    var (endpoints, slice) = (Endpoints(metadata: metadata, subsets: [subset]), metadata)
    endpoints.metadata.labels = [WellKnownLabel.skipMirror: "true"]
    storeFirst(endpoints)
    slice.labels = [WellKnownLabel.serviceName: metadata.name]
    let addresses = subset.addresses.map(\.ip)
    storeFirst(
      EndpointSlice(
        metadata: slice, addressType: AddressType(addresses.first?.family ?? .ipv4),
        endpoints: addresses.map { Endpoint(addresses: [$0], conditions: EndpointConditions(ready: true)) },
        ports: subset.ports))
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
    if !isWanted { return }
    publish(nil)
    discard(service.key)
  }
}
