import ClusterModel

extension Service {
  static let columns: [TableColumn<Service>] = [
    .name,
    .init("Type", "How the Service is reached: ClusterIP, NodePort, LoadBalancer or ExternalName.") {
      $0.spec.type.rawValue
    },
    .init("Cluster-IP", "The Service's main address inside of the cluster; None for a headless Service.") {
      $0.spec.isHeadless ? "None" : $0.spec.clusterIP?.description ?? absent
    },
    .init("External-IP", "Where the Service is reached from outside of the cluster.") { $0.externalAddresses },
    .init("Port(s)", "The ports, each with its node port where it has one, and its protocol.") { service in
      service.spec.ports.map(\.cell).joinedOrAbsent
    },
    .age,
    .init("Selector", "The labels of the Pods that the Service stands for.", isWide: true) { service in
      service.spec.selector.map { "\($0.key)=\($0.value)" }.joinedOrAbsent
    },
  ]

  private var externalAddresses: String {
    let given = spec.externalIPs.map(\.description)
    switch spec.type {
    case .clusterIP, .nodePort: return given.joinedOrAbsent
    case .externalName: return spec.externalName
    case .loadBalancer:
      let balanced = Set(status.ingress.map { $0.ip.isEmpty ? $0.hostname : $0.ip }.filter { !$0.isEmpty })
      let all = balanced.sorted() + given
      return all.isEmpty ? "<pending>" : all.joined(separator: ",")
    }
  }
}

extension ServicePort {
  /// `80/TCP`, `80:30080/TCP`.
  fileprivate var cell: String {
    nodePort > 0 ? "\(port):\(nodePort)/\(`protocol`.rawValue)" : "\(port)/\(`protocol`.rawValue)"
  }
}
