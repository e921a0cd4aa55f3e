extension Pod {
  static let fieldTable = FieldTable<Pod>(
    "Pod",
    [
      .apiVersion, .kind,
      .object("metadata", \.metadata, ObjectMeta.fieldTable),
      .object("spec", \.spec, PodSpec.fieldTable),
      .object("status", \.status, PodStatus.fieldTable),
    ])
}

extension PodSpec {
  static let fieldTable = FieldTable<PodSpec>(
    "PodSpec",
    [
      .kept(FieldInfo("volumes", .list(volume)).merged(by: ["name"]), in: \.kept),
      .kept(FieldInfo("initContainers", .list(container)).merged(by: ["name"]), in: \.kept),
      .list("containers", \.containers, Container(), Container.fieldTable).required.merged(by: "name"),
      .kept(
        FieldInfo("ephemeralContainers", .list(.open("EphemeralContainer"))).merged(by: ["name"]), in: \.kept),
      .oneOf("restartPolicy", \.restartPolicy),
      .kept("terminationGracePeriodSeconds", .int64, in: \.kept),
      .kept("activeDeadlineSeconds", .int64, in: \.kept),
      .kept(
        "dnsPolicy", .string, oneOf: ["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"], in: \.kept),
      .kept(FieldInfo("nodeSelector", .stringMap).atomic, in: \.kept),
      .kept("serviceAccountName", .string, in: \.kept),
      .kept("serviceAccount", .string, in: \.kept),
      .kept("automountServiceAccountToken", .boolean, in: \.kept),
      .string("nodeName", \.nodeName, shared: true),
      .boolean("hostNetwork", \.hostNetwork),
      .kept("hostPID", .boolean, in: \.kept),
      .kept("hostIPC", .boolean, in: \.kept),
      .kept("shareProcessNamespace", .boolean, in: \.kept),
      .kept("securityContext", .open("PodSecurityContext"), in: \.kept),
      .kept(FieldInfo("imagePullSecrets", .list(objectName)).merged(by: ["name"]), in: \.kept),
      .string("hostname", \.hostname),
      .string("subdomain", \.subdomain, shared: true),
      .kept("affinity", .open("Affinity"), in: \.kept),
      .kept("schedulerName", .string, in: \.kept),
      .kept("tolerations", .list(toleration), in: \.kept),
      .kept(FieldInfo("hostAliases", .list(hostAlias)).merged(by: ["ip"]), in: \.kept),
      .kept("priorityClassName", .string, in: \.kept),
      .kept("priority", .int32, in: \.kept),
      .kept("dnsConfig", dnsConfig, in: \.kept),
      .list("readinessGates", \.readinessGateObjects, ReadinessGate(), ReadinessGate.fieldTable),
      .kept("runtimeClassName", .string, in: \.kept),
      .kept("enableServiceLinks", .boolean, in: \.kept),
      .kept("preemptionPolicy", .string, oneOf: ["Never", "PreemptLowerPriority"], in: \.kept),
      .kept("overhead", .map(.quantity), in: \.kept),
      .kept(
        FieldInfo("topologySpreadConstraints", .list(.open("TopologySpreadConstraint"))).merged(by: ["topologyKey"]),
        in: \.kept),
      .kept("setHostnameAsFQDN", .boolean, in: \.kept),
      .kept("os", objectName, in: \.kept),
      .kept("hostUsers", .boolean, in: \.kept),
      .kept(FieldInfo("schedulingGates", .list(objectName)).merged(by: ["name"]), in: \.kept),
      .kept(FieldInfo("resourceClaims", .list(.open("PodResourceClaim"))).merged(by: ["name"]), in: \.kept),
      .kept("resources", Container.resources, in: \.kept),
      .kept("hostnameOverride", .string, in: \.kept),
    ])

  private static let container = FieldType.object { Container.fieldTable.schema }
  private static let volume = FieldType.object("Volume", isOpen: true, FieldInfo("name", .string).required)
  private static let objectName = FieldType.object("LocalObjectReference", FieldInfo("name", .string))
  private static let hostAlias = FieldType.object(
    "HostAlias", FieldInfo("ip", .string).required, FieldInfo("hostnames", .list(.string)))
  private static let toleration = FieldType.object(
    "Toleration", FieldInfo("key", .string), FieldInfo("operator", .string), FieldInfo("value", .string),
    FieldInfo("effect", .string, oneOf: ["NoExecute", "NoSchedule", "PreferNoSchedule"]),
    FieldInfo("tolerationSeconds", .int64))
  private static let dnsConfig = FieldType.object(
    "PodDNSConfig", FieldInfo("nameservers", .list(.string)), FieldInfo("searches", .list(.string)),
    FieldInfo(
      "options",
      .list(.object("PodDNSConfigOption", FieldInfo("name", .string), FieldInfo("value", .string)))))

  /// The gates in the nesting that documents have.
  fileprivate var readinessGateObjects: [ReadinessGate] {
    get { readinessGates.map { ReadinessGate(conditionType: $0) } }
    set { readinessGates = newValue.map(\.conditionType) }
  }
}

/// An element of `spec.readinessGates`.
private struct ReadinessGate: Sendable {
  var conditionType = ""

  static let fieldTable = FieldTable<ReadinessGate>(
    "PodReadinessGate", [.string("conditionType", \.conditionType, shared: true, always: true).required])
}
