import NetworkAddresses

extension Namespace {
  static let fieldTable = FieldTable<Namespace>(
    "Namespace",
    [
      .apiVersion, .kind,
      .object("metadata", \.metadata, ObjectMeta.fieldTable),
      .object("spec", \.self, FieldTable<Namespace>("NamespaceSpec", [.strings("finalizers", \.finalizers)])),
      .object(
        "status", \.self, FieldTable<Namespace>("NamespaceStatus", isOpen: true, [.oneOf("phase", \.phase)])),
    ])
}

extension Node {
  static let fieldTable = FieldTable<Node>(
    "Node",
    [
      .apiVersion, .kind,
      .object("metadata", \.metadata, ObjectMeta.fieldTable),
      .object("spec", \.self, specTable),
      .object("status", \.self, statusTable),
    ])

  private static let specTable = FieldTable<Node>(
    "NodeSpec", isOpen: true,
    [
      .string("podCIDR", \.podCIDR).leading("podCIDRs"),
      .strings("podCIDRs", \.podCIDRs).united,
      .boolean("unschedulable", \.unschedulable),
    ])

  private static let statusTable = FieldTable<Node>(
    "NodeStatus", isOpen: true,
    [
      .list("conditions", \.conditions, Condition(), Condition.fieldTable).merged(by: "type"),
      .list("addresses", \.addresses, NodeAddress(), NodeAddress.fieldTable).merged(by: "type"),
    ])

  /// The first of `podCIDRs`, which documents may give alone.
  private var podCIDR: String {
    get { podCIDRs.first ?? "" }
    set { if podCIDRs.isEmpty { podCIDRs = [newValue] } }
  }
}

extension NodeAddress {
  static let fieldTable = FieldTable<NodeAddress>(
    "NodeAddress",
    [
      .string("type", \.type, shared: true, always: true).required,
      .string("address", \.address, always: true).required,
    ])
}

extension Endpoints {
  static let fieldTable = FieldTable<Endpoints>(
    "Endpoints",
    [
      .apiVersion, .kind,
      .object("metadata", \.metadata, ObjectMeta.fieldTable),
      .list("subsets", \.subsets, EndpointSubset(), EndpointSubset.fieldTable),
    ])
}

extension EndpointSubset {
  static let fieldTable = FieldTable<EndpointSubset>(
    "EndpointSubset",
    [
      .list("addresses", \.addresses, EndpointAddress(ip: .v4(.any)), EndpointAddress.fieldTable),
      .list("notReadyAddresses", \.notReadyAddresses, EndpointAddress(ip: .v4(.any)), EndpointAddress.fieldTable),
      .list("ports", \.ports, EndpointPort(port: 0), EndpointPort.subsetTable),
    ])
}

extension EndpointAddress {
  static let fieldTable = FieldTable<EndpointAddress>(
    "EndpointAddress", isAtomic: true,
    [
      .address("ip", \.ip).demanded,
      .string("hostname", \.hostname),
      .optionalString("nodeName", \.nodeName, shared: true),
      .optionalObject("targetRef", \.targetRef, ObjectReference(), ObjectReference.fieldTable),
    ])
}

extension EndpointPort {
  /// A port of a subset of `v1` Endpoints.
  static let subsetTable = FieldTable<EndpointPort>(
    "EndpointPort", isAtomic: true,
    [
      .string("name", \.name, shared: true),
      .optionalInt32("port", \.port).required,
      .oneOf("protocol", \.protocol),
      .optionalString("appProtocol", \.appProtocol, shared: true),
    ])

  /// A port of an EndpointSlice.
  static let sliceTable = FieldTable<EndpointPort>(
    "EndpointPort", isAtomic: true,
    [
      .string("name", \.name, shared: true, always: true),
      .oneOf("protocol", \.protocol),
      .optionalInt32("port", \.port),
      .optionalString("appProtocol", \.appProtocol, shared: true),
    ])
}

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
    "PodSpec", isOpen: true,
    [
      .list("containers", \.containers, Container(), Container.fieldTable).required.merged(by: "name"),
      .oneOf("restartPolicy", \.restartPolicy),
      .string("nodeName", \.nodeName, shared: true),
      .boolean("hostNetwork", \.hostNetwork),
      .string("hostname", \.hostname),
      .string("subdomain", \.subdomain, shared: true),
      .list("readinessGates", \.readinessGateObjects, ReadinessGate(), ReadinessGate.fieldTable),
    ])

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

extension Container {
  static let fieldTable = FieldTable<Container>(
    "Container", isOpen: true,
    [
      .string("name", \.name, shared: true, always: true).required,
      .list("ports", \.ports, ContainerPort(), ContainerPort.fieldTable).merged(by: "containerPort", "protocol"),
    ])
}

extension ContainerPort {
  static let fieldTable = FieldTable<ContainerPort>(
    "ContainerPort",
    [
      .string("name", \.name, shared: true),
      .int32("hostPort", \.hostPort),
      .int32("containerPort", \.containerPort, always: true).required,
      .oneOf("protocol", \.protocol).defaulting(to: "TCP"),
      .passedOver("hostIP", .string),
    ])
}

extension PodStatus {
  static let fieldTable = FieldTable<PodStatus>(
    "PodStatus", isOpen: true,
    [
      .optionalOneOf("phase", \.phase),
      .list("conditions", \.conditions, Condition(), Condition.fieldTable).merged(by: "type"),
      .podIP.leading("podIPs"),
      .list("podIPs", \.podIPObjects, PodIP(), PodIP.fieldTable).merged(by: "ip"),
    ])

  /// The addresses in the nesting that documents have.
  fileprivate var podIPObjects: [PodIP] {
    get { podIPs.map { PodIP(address: $0) } }
    set { podIPs = AddressList(newValue.compactMap(\.address)) }
  }
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

extension Field where Root: KubernetesObject {
  /// The version of the kind; a document's own was looked at before.
  static var apiVersion: Field {
    Field(
      info: FieldInfo("apiVersion", .string), decode: { _, _, _ in },
      encode: { _, writer in
        writer.key("apiVersion")
        writer.string(Root.kind.apiVersion)
      })
  }

  /// The kind.
  static var kind: Field {
    Field(
      info: FieldInfo("kind", .string), decode: { _, _, _ in },
      encode: { _, writer in
        writer.key("kind")
        writer.string(Root.kind.name)
      })
  }
}
