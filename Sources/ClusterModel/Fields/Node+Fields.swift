extension Node {
  static let fieldTable = FieldTable<Node>(
    "Node",
    [
      .apiVersion, .kind,
      .object("metadata", \.metadata, ObjectMeta.fieldTable),
      .object("spec", \.self, specTable),
      .object("status", \.status, NodeStatus.fieldTable),
    ])

  private static let specTable = FieldTable<Node>(
    "NodeSpec",
    [
      .string("podCIDR", \.podCIDR).leading("podCIDRs"),
      .strings("podCIDRs", \.podCIDRs).united,
      .kept("providerID", .string, in: \.kept),
      .boolean("unschedulable", \.unschedulable),
      .kept("taints", .list(taint), in: \.kept),
      .kept("configSource", .open("NodeConfigSource"), in: \.kept),
      .kept("externalID", .string, in: \.kept),
    ])

  private static let taint = FieldType.object(
    "Taint", FieldInfo("key", .string).required, FieldInfo("value", .string),
    FieldInfo("effect", .string, oneOf: ["NoExecute", "NoSchedule", "PreferNoSchedule"]).required,
    FieldInfo("timeAdded", .time))

  /// The first of `podCIDRs`, which documents may give alone.
  private var podCIDR: String {
    get { podCIDRs.first ?? "" }
    set { if podCIDRs.isEmpty { podCIDRs = [newValue] } }
  }
}

extension NodeStatus {
  static let fieldTable = FieldTable<NodeStatus>(
    "NodeStatus",
    [
      .kept("capacity", .map(.quantity), in: \.kept),
      .kept("allocatable", .map(.quantity), in: \.kept),
      .kept("phase", .string, oneOf: ["Pending", "Running", "Terminated"], in: \.kept),
      .list("conditions", \.conditions, Condition(), Condition.nodeTable).merged(by: "type"),
      .list("addresses", \.addresses, NodeAddress(), NodeAddress.fieldTable).merged(by: "type"),
      .kept("daemonEndpoints", daemonEndpoints, in: \.kept),
      .kept("nodeInfo", systemInfo, in: \.kept),
      .kept("images", .list(image), in: \.kept),
      .kept("volumesInUse", .list(.string), in: \.kept),
      .kept("volumesAttached", .list(attachedVolume), in: \.kept),
      .kept("config", .open("NodeConfigStatus"), in: \.kept),
      .kept("runtimeHandlers", .list(.open("NodeRuntimeHandler")), in: \.kept),
      .kept("features", .open("NodeFeatures"), in: \.kept),
      .kept("declaredFeatures", .list(.string), in: \.kept),
    ])

  private static let daemonEndpoints = FieldType.object(
    "NodeDaemonEndpoints",
    FieldInfo("kubeletEndpoint", .object("DaemonEndpoint", FieldInfo("Port", .int32).required)))
  private static let systemInfo = FieldType.object {
    let names = [
      "machineID", "systemUUID", "bootID", "kernelVersion", "osImage", "containerRuntimeVersion", "kubeletVersion",
      "kubeProxyVersion", "operatingSystem", "architecture",
    ]
    return ObjectSchema(
      "NodeSystemInfo", names.map { FieldInfo($0, .string).required } + [FieldInfo("swap", .open("NodeSwapStatus"))])
  }
  private static let image = FieldType.object(
    "ContainerImage", FieldInfo("names", .list(.string)), FieldInfo("sizeBytes", .int64))
  private static let attachedVolume = FieldType.object(
    "AttachedVolume", FieldInfo("name", .string).required, FieldInfo("devicePath", .string).required)
}

extension NodeAddress {
  static let fieldTable = FieldTable<NodeAddress>(
    "NodeAddress",
    [
      .string("type", \.type, shared: true, always: true).required,
      .string("address", \.address, always: true).required,
    ])
}
