import NetworkAddresses

extension Namespace {
  static let fieldTable = FieldTable<Namespace>(
    "Namespace",
    [
      .apiVersion, .kind,
      .object("metadata", \.metadata, ObjectMeta.fieldTable),
      .object("spec", \.self, FieldTable<Namespace>("NamespaceSpec", [.strings("finalizers", \.finalizers)])),
      .object("status", \.self, statusTable),
    ])

  private static let statusTable = FieldTable<Namespace>(
    "NamespaceStatus",
    [
      .oneOf("phase", \.phase),
      .list("conditions", \.conditions, Condition(), Condition.namespaceTable).merged(by: "type"),
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
