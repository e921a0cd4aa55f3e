import NetworkAddresses

extension PodStatus {
  static let fieldTable = FieldTable<PodStatus>(
    "PodStatus",
    [
      .kept("observedGeneration", .int64, in: \.kept),
      .optionalOneOf("phase", \.phase),
      .list("conditions", \.conditions, Condition(), Condition.podTable).merged(by: "type"),
      .string("message", \.message),
      .string("reason", \.reason, shared: true),
      .kept("nominatedNodeName", .string, in: \.kept),
      .string("hostIP", \.hostIP, shared: true),
      .kept("hostIPs", .list(.object("HostIP", FieldInfo("ip", .string).required)), in: \.kept),
      .podIP.leading("podIPs"),
      .list("podIPs", \.podIPObjects, PodIP(), PodIP.fieldTable).merged(by: "ip"),
      .time("startTime", \.startTime),
      .kept("initContainerStatuses", .list(containerStatus), in: \.kept),
      .list("containerStatuses", \.containerStatuses, ContainerStatus(), ContainerStatus.fieldTable),
      .kept("qosClass", .string, oneOf: ["BestEffort", "Burstable", "Guaranteed"], in: \.kept),
      .kept("ephemeralContainerStatuses", .list(containerStatus), in: \.kept),
      .kept("resize", .string, in: \.kept),
      .kept("resourceClaimStatuses", .list(.open("PodResourceClaimStatus")), in: \.kept),
      .kept("extendedResourceClaimStatus", .open("PodExtendedResourceClaimStatus"), in: \.kept),
      .kept("allocatedResources", .map(.quantity), in: \.kept),
      .kept("resources", Container.resources, in: \.kept),
    ])

  private static let containerStatus = FieldType.object { ContainerStatus.fieldTable.schema }

  /// The addresses in the nesting that documents have.
  fileprivate var podIPObjects: [PodIP] {
    get { podIPs.map { PodIP(address: $0) } }
    set { podIPs = AddressList(newValue.compactMap(\.address)) }
  }
}

extension ContainerStatus {
  static let fieldTable = FieldTable<ContainerStatus>(
    "ContainerStatus",
    [
      .string("name", \.name, shared: true, always: true).required,
      .kept("state", state, in: \.kept),
      .kept("lastState", state, in: \.kept),
      Field(
        info: FieldInfo("ready", .boolean),
        decode: { node, status, decoder in status.ready = decoder.boolean(node) ?? false },
        encode: { status, writer in
          writer.key("ready")
          writer.boolean(status.ready)
        }
      ).required,
      .int32("restartCount", \.restartCount, always: true).required,
      .kept(FieldInfo("image", .string).required, in: \.kept),
      .kept(FieldInfo("imageID", .string).required, in: \.kept),
      .kept("containerID", .string, in: \.kept),
      .optionalBoolean("started", \.started),
      .kept("allocatedResources", .map(.quantity), in: \.kept),
      .kept("resources", Container.resources, in: \.kept),
      .kept("volumeMounts", .list(.open("VolumeMountStatus")), in: \.kept),
      .kept("user", .open("ContainerUser"), in: \.kept),
      .kept("allocatedResourcesStatus", .list(.open("ResourceStatus")), in: \.kept),
      .kept("stopSignal", .string, in: \.kept),
    ])

  private static let state = FieldType.object(
    "ContainerState",
    FieldInfo(
      "waiting",
      .object("ContainerStateWaiting", FieldInfo("reason", .string), FieldInfo("message", .string))),
    FieldInfo("running", .object("ContainerStateRunning", FieldInfo("startedAt", .time))),
    FieldInfo(
      "terminated",
      .object(
        "ContainerStateTerminated", FieldInfo("exitCode", .int32).required, FieldInfo("signal", .int32),
        FieldInfo("reason", .string), FieldInfo("message", .string), FieldInfo("startedAt", .time),
        FieldInfo("finishedAt", .time), FieldInfo("containerID", .string))))
}

/// An element of `status.podIPs`.
private struct PodIP: Sendable {
  var address: IPAddress?

  static let fieldTable = FieldTable<PodIP>(
    "PodIP",
    [
      Field(
        info: FieldInfo("ip", .string),
        decode: { node, value, decoder in value.address = decoder.address(node) },
        encode: { value, writer in
          guard let address = value.address else { return }
          writer.key("ip")
          writer.string(address.description)
        }
      ).required
    ])
}

extension Field<PodStatus> {
  /// The main address, which fills `podIPs` when they are not given.
  fileprivate static let podIP = Field(
    info: FieldInfo("podIP", .string),
    decode: { node, status, decoder in
      if let address = decoder.address(node), status.podIPs.isEmpty { status.podIPs = [address] }
    },
    encode: { status, writer in
      guard let first = status.podIPs.first else { return }
      writer.key("podIP")
      writer.string(first.description)
    })
}
