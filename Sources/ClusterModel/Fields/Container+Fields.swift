extension Container {
  static let fieldTable = FieldTable<Container>(
    "Container",
    [
      .string("name", \.name, shared: true, always: true).required,
      .string("image", \.image, shared: true),
      .kept("command", .list(.string), in: \.kept),
      .kept("args", .list(.string), in: \.kept),
      .kept("workingDir", .string, in: \.kept),
      .list("ports", \.ports, ContainerPort(), ContainerPort.fieldTable).merged(by: "containerPort", "protocol"),
      .kept("envFrom", .list(environmentSource), in: \.kept),
      .kept(FieldInfo("env", .list(environmentVariable)).merged(by: ["name"]), in: \.kept),
      .kept("resources", resources, in: \.kept),
      .kept("resizePolicy", .list(resizePolicy), in: \.kept),
      .kept("restartPolicy", .string, in: \.kept),
      .kept("restartPolicyRules", .list(.open("ContainerRestartRule")), in: \.kept),
      .kept(FieldInfo("volumeMounts", .list(volumeMount)).merged(by: ["mountPath"]), in: \.kept),
      .kept(FieldInfo("volumeDevices", .list(volumeDevice)).merged(by: ["devicePath"]), in: \.kept),
      .kept("livenessProbe", probe, in: \.kept),
      .optionalObject("readinessProbe", \.readinessProbe, Probe(), Probe.fieldTable),
      .kept("startupProbe", probe, in: \.kept),
      .kept("lifecycle", lifecycle, in: \.kept),
      .kept("terminationMessagePath", .string, in: \.kept),
      .kept("terminationMessagePolicy", .string, oneOf: ["FallbackToLogsOnError", "File"], in: \.kept),
      .kept("imagePullPolicy", .string, oneOf: ["Always", "IfNotPresent", "Never"], in: \.kept),
      .kept("securityContext", .open("SecurityContext"), in: \.kept),
      .kept("stdin", .boolean, in: \.kept),
      .kept("stdinOnce", .boolean, in: \.kept),
      .kept("tty", .boolean, in: \.kept),
    ])

  private static let probe = FieldType.object { Probe.fieldTable.schema }
  private static let environmentSource = FieldType.object(
    "EnvFromSource", FieldInfo("prefix", .string), FieldInfo("configMapRef", .open("ConfigMapEnvSource")),
    FieldInfo("secretRef", .open("SecretEnvSource")))
  private static let environmentVariable = FieldType.object(
    "EnvVar", FieldInfo("name", .string).required, FieldInfo("value", .string),
    FieldInfo("valueFrom", .open("EnvVarSource")))
  /// What a container, or a Pod as a whole, may use.
  static let resources = FieldType.object(
    "ResourceRequirements", FieldInfo("limits", .map(.quantity)), FieldInfo("requests", .map(.quantity)),
    FieldInfo("claims", .list(.open("ResourceClaim"))).merged(by: ["name"]))
  private static let resizePolicy = FieldType.object(
    "ContainerResizePolicy", FieldInfo("resourceName", .string).required, FieldInfo("restartPolicy", .string).required)
  private static let volumeMount = FieldType.object(
    "VolumeMount", FieldInfo("name", .string).required, FieldInfo("readOnly", .boolean),
    FieldInfo("recursiveReadOnly", .string), FieldInfo("mountPath", .string).required, FieldInfo("subPath", .string),
    FieldInfo("mountPropagation", .string), FieldInfo("subPathExpr", .string))
  private static let volumeDevice = FieldType.object(
    "VolumeDevice", FieldInfo("name", .string).required, FieldInfo("devicePath", .string).required)
  private static let lifecycle = FieldType.object(
    "Lifecycle", FieldInfo("postStart", .open("LifecycleHandler")), FieldInfo("preStop", .open("LifecycleHandler")),
    FieldInfo("stopSignal", .string))
}

extension ContainerPort {
  static let fieldTable = FieldTable<ContainerPort>(
    "ContainerPort",
    [
      .string("name", \.name, shared: true),
      .int32("hostPort", \.hostPort),
      .int32("containerPort", \.containerPort, always: true).required,
      .oneOf("protocol", \.protocol).defaulting(to: "TCP"),
      .string("hostIP", \.hostIP, shared: true),
    ])
}

extension Probe {
  static let fieldTable = FieldTable<Probe>(
    "Probe",
    [
      .kept("exec", .object("ExecAction", FieldInfo("command", .list(.string))), in: \.exec),
      .optionalObject("httpGet", \.httpGet, HTTPGetAction(), HTTPGetAction.fieldTable),
      .optionalObject("tcpSocket", \.tcpSocket, TCPSocketAction(), TCPSocketAction.fieldTable),
      .optionalObject("grpc", \.grpc, GRPCAction(), GRPCAction.fieldTable),
      .int32("initialDelaySeconds", \.initialDelaySeconds),
      .int32("timeoutSeconds", \.timeoutSeconds),
      .int32("periodSeconds", \.periodSeconds),
      .int32("successThreshold", \.successThreshold),
      .int32("failureThreshold", \.failureThreshold),
      .optionalInt64("terminationGracePeriodSeconds", \.terminationGracePeriodSeconds),
    ])
}

extension HTTPGetAction {
  static let fieldTable = FieldTable<HTTPGetAction>(
    "HTTPGetAction",
    [
      .string("path", \.path, shared: true),
      .portReference("port", \.port).required,
      .string("host", \.host),
      .string("scheme", \.scheme),
      .list("httpHeaders", \.httpHeaders, HTTPHeader(), HTTPHeader.fieldTable),
    ])
}

extension HTTPHeader {
  static let fieldTable = FieldTable<HTTPHeader>(
    "HTTPHeader",
    [
      .string("name", \.name, always: true).required,
      .string("value", \.value, always: true).required,
    ])
}

extension TCPSocketAction {
  static let fieldTable = FieldTable<TCPSocketAction>(
    "TCPSocketAction", [.portReference("port", \.port).required, .string("host", \.host)])
}

extension GRPCAction {
  static let fieldTable = FieldTable<GRPCAction>(
    "GRPCAction", [.int32("port", \.port, always: true).required, .optionalString("service", \.service)])
}
