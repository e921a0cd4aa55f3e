import ClusterModel

extension Node {
  static let columns: [TableColumn<Node>] = [
    .name,
    .init("Status", "Whether the node is ready, and whether it takes new Pods.") { $0.statusCell },
    .init("Roles", "What the node is for, by its labels.") { $0.roles.joinedOrAbsent },
    .age,
    .init("Version", "The version of the node's kubelet.") { $0.status.systemInfo["kubeletVersion"] ?? "" },
    .init("Internal-IP", "The node's address inside of the cluster.", isWide: true) { $0.address(of: "InternalIP") },
    .init("External-IP", "The node's address outside of the cluster.", isWide: true) { $0.address(of: "ExternalIP") },
    .init("OS-Image", "The node's operating system.", isWide: true) { $0.info("osImage") },
    .init("Kernel-Version", "The version of the node's kernel.", isWide: true) { $0.info("kernelVersion") },
    .init("Container-Runtime", "What runs containers on the node, and its version.", isWide: true) {
      $0.info("containerRuntimeVersion")
    },
  ]

  /// What the node tells of itself.
  private func info(_ name: String) -> String { status.systemInfo[name] ?? "<unknown>" }

  private var statusCell: String {
    let ready = status.conditions.first { $0.type == "Ready" }.map { $0.isTrue ? "Ready" : "NotReady" }
    return (ready ?? "Unknown") + (unschedulable ? ",SchedulingDisabled" : "")
  }

  /// The roles that labels give: `node-role.kubernetes.io/ROLE`, `kubernetes.io/role=ROLE`.
  private var roles: [String] {
    let prefix = "node-role.kubernetes.io/"
    let roles = metadata.labels.compactMap { label -> String? in
      if label.key.hasPrefix(prefix) { return String(label.key.dropFirst(prefix.count)) }
      return label.key == "kubernetes.io/role" ? label.value : nil
    }
    return Set(roles.filter { !$0.isEmpty }).sorted()
  }

  private func address(of type: String) -> String { status.addresses.first { $0.type == type }?.address ?? absent }
}
