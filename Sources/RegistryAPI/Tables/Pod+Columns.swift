import ClusterModel

extension Pod {
  static let columns: [TableColumn<Pod>] = [
    .name,
    .init("Ready", "How many of the Pod's containers are ready.") { "0/\($0.spec.containers.count)" },
    .init("Status", "What the Pod's containers do together.") { $0.statusCell },
    .init("Restarts", "How often containers of the Pod were started again.") { _ in "0" },
    .age,
    .init("IP", "The Pod's main address.", isWide: true) { $0.status.podIPs.first?.description ?? absent },
    .init("Node", "The node that the Pod runs on.", isWide: true) {
      $0.spec.nodeName.isEmpty ? absent : $0.spec.nodeName
    },
    .init("Nominated Node", "The node that is being cleared for the Pod.", isWide: true) { _ in absent },
    .init("Readiness Gates", "How many of the Pod's further conditions of readiness are met.", isWide: true) {
      $0.gatesCell
    },
  ]

  private var statusCell: String { isTerminating ? "Terminating" : status.phase?.rawValue ?? "" }

  private var gatesCell: String {
    let gates = spec.readinessGates
    if gates.isEmpty { return absent }
    let met = gates.filter { gate in status.conditions.contains { $0.type == gate && $0.isTrue } }
    return "\(met.count)/\(gates.count)"
  }
}
