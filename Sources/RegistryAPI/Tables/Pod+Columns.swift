import ClusterModel

extension Pod {
  static let columns: [TableColumn<Pod>] = [
    .name,
    .init("Ready", "How many of the Pod's containers are ready.") {
      "\($0.readyContainers.count)/\($0.spec.containers.count)"
    },
    .init("Status", "What the Pod's containers do together.") { $0.statusCell },
    .init("Restarts", "How often containers of the Pod were started again.") { pod in
      String(pod.status.containerStatuses.reduce(0) { $0 + Int64($1.restartCount) })
    },
    .age,
    .init("IP", "The Pod's main address.", isWide: true) { $0.status.podIPs.first?.description ?? absent },
    .init("Node", "The node that the Pod runs on.", isWide: true) { $0.spec.nodeName.orAbsent },
    .init("Nominated Node", "The node that is being cleared for the Pod.", isWide: true) {
      $0.status.nominatedNodeName.orAbsent
    },
    .init("Readiness Gates", "How many of the Pod's further conditions of readiness are met.", isWide: true) {
      $0.gatesCell
    },
  ]

  /// The containers that are ready; one whose status does not say that it runs counts as running.
  private var readyContainers: [ContainerStatus] {
    status.containerStatuses.filter { $0.ready && ($0.state ?? .running) == .running }
  }

  /// What kubectl calls the Pod's status: the first container's trouble before the Pod's own phase.
  private var statusCell: String {
    if isTerminating, status.reason == "NodeLost" { return "Unknown" }
    if isTerminating, !isFinished { return "Terminating" }
    let own = status.reason.isEmpty ? status.phase?.rawValue ?? "" : status.reason
    let reason = status.containerStatuses.lazy.compactMap { $0.state?.trouble }.first ?? own
    guard reason == "Completed", !readyContainers.isEmpty else { return reason }
    return isReady ? "Running" : "NotReady"
  }

  private var gatesCell: String {
    let gates = spec.readinessGates
    if gates.isEmpty { return absent }
    let met = gates.filter { gate in status.conditions.contains { $0.type == gate && $0.isTrue } }
    return "\(met.count)/\(gates.count)"
  }
}

extension ContainerState {
  /// Why the container does not run: `CrashLoopBackOff`, `Completed`, `ExitCode:1`.
  fileprivate var trouble: String? {
    switch self {
    case .running: nil
    case .waiting(let reason): reason.isEmpty ? nil : reason
    case .terminated(let reason, let exitCode, let signal):
      reason.isEmpty ? (signal == 0 ? "ExitCode:\(exitCode)" : "Signal:\(signal)") : reason
    }
  }
}
