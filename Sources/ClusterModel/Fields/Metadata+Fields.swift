extension ObjectMeta {
  static let fieldTable = FieldTable<ObjectMeta>(
    "ObjectMeta",
    [
      .string("name", \.name, shared: true),
      .string("generateName", \.generateName),
      .string("namespace", \.namespace, shared: true),
      .passedOver("selfLink", .string),
      .uid("uid", \.uid, isStrict: false),
      .resourceVersion,
      .optionalInt64("generation", \.optionalGeneration),
      .time("creationTimestamp", \.optionalCreationTimestamp),
      .time("deletionTimestamp", \.deletionTimestamp),
      .optionalInt64("deletionGracePeriodSeconds", \.deletionGracePeriodSeconds),
      .stringMap("labels", \.labels),
      .stringMap("annotations", \.annotations),
      .list("ownerReferences", \.ownerReferences, OwnerReference(), OwnerReference.fieldTable).merged(by: "uid"),
      .strings("finalizers", \.finalizers).united,
      .list("managedFields", \.managedFields, ManagedFieldsEntry(), ManagedFieldsEntry.fieldTable),
    ])

  /// `generation`, with none for 0.
  private var optionalGeneration: Int64? {
    get { generation == 0 ? nil : generation }
    set { generation = newValue ?? 0 }
  }

  /// `creationTimestamp`, with none for 0.
  private var optionalCreationTimestamp: Int64? {
    get { creationTimestamp == 0 ? nil : creationTimestamp }
    set { creationTimestamp = newValue ?? 0 }
  }
}

extension OwnerReference {
  static let fieldTable = FieldTable<OwnerReference>(
    "OwnerReference", isAtomic: true,
    [
      .string("apiVersion", \.apiVersion, shared: true, always: true).required,
      .string("kind", \.kind, shared: true, always: true).required,
      .string("name", \.name, shared: true, always: true).required,
      .uid("uid", \.uid).required,
      .optionalBoolean("controller", \.controller),
      .optionalBoolean("blockOwnerDeletion", \.blockOwnerDeletion),
    ])
}

extension ManagedFieldsEntry {
  static let fieldTable = FieldTable<ManagedFieldsEntry>(
    "ManagedFieldsEntry",
    [
      .string("manager", \.manager, shared: true),
      .string("operation", \.operation),
      .string("apiVersion", \.apiVersion, shared: true),
      .time("time", \.optionalTime),
      .string("fieldsType", \.fieldsType),
      Field(
        info: FieldInfo("fieldsV1", .any),
        decode: { node, entry, decoder in entry.fieldsV1 = decoder.interner.intern(node.json) },
        encode: { entry, writer in
          guard !entry.fieldsV1.isEmpty else { return }
          writer.key("fieldsV1")
          writer.raw(entry.fieldsV1)
        }),
      .string("subresource", \.subresource),
    ])

  /// `time`, with none for 0.
  private var optionalTime: Int64? {
    get { time == 0 ? nil : time }
    set { time = newValue ?? 0 }
  }
}

extension ObjectReference {
  static let fieldTable = FieldTable<ObjectReference>(
    "ObjectReference", isAtomic: true,
    [
      .string("kind", \.kind, shared: true),
      .string("namespace", \.namespace, shared: true),
      .string("name", \.name, shared: true),
      .uid("uid", \.uid, isStrict: false),
      .string("apiVersion", \.apiVersion, shared: true),
      .string("resourceVersion", \.resourceVersion),
      .string("fieldPath", \.fieldPath, shared: true),
    ])
}

extension Condition {
  /// A condition of a Service, as most kinds have them.
  static let fieldTable = table(
    "Condition", [.kept("observedGeneration", .int64, in: \.kept)], [], needsReason: true)
  /// A condition of a Namespace.
  static let namespaceTable = table("NamespaceCondition", [], [])
  /// A condition of a Node.
  static let nodeTable = table("NodeCondition", [], [.kept("lastHeartbeatTime", .time, in: \.kept)])
  /// A condition of a Pod.
  static let podTable = table(
    "PodCondition", [.kept("observedGeneration", .int64, in: \.kept)], [.kept("lastProbeTime", .time, in: \.kept)])

  private static func table(
    _ typeName: String, _ counts: [Field<Condition>], _ times: [Field<Condition>], needsReason: Bool = false
  ) -> FieldTable<Condition> {
    let begin: [Field<Condition>] = [
      .string("type", \.type, shared: true, always: true).required,
      .string("status", \.status, always: true).required,
    ]
    let end: [Field<Condition>] = [
      .time("lastTransitionTime", \.optionalTransitionTime),
      .string("reason", \.reason, shared: true),
      .string("message", \.message, shared: true),
    ]
    return FieldTable(typeName, begin + counts + times + (needsReason ? end.map(\.required) : end))
  }

  /// `lastTransitionTime`, with none for 0.
  private var optionalTransitionTime: Int64? {
    get { lastTransitionTime == 0 ? nil : lastTransitionTime }
    set { lastTransitionTime = newValue ?? 0 }
  }
}

extension Field {
  /// An identity; left out when it is none. What is no UUID is refused, or passed over where nothing hangs on it.
  static func uid(_ name: String, _ path: FieldPath<Root, UID>, isStrict: Bool = true) -> Field {
    let read = FieldReader(path)
    return Field(
      info: FieldInfo(name, .string),
      decode: { node, root, decoder in
        guard let text = decoder.string(node), !text.isEmpty else { return }
        if let uid = UID(text) {
          root[keyPath: path] = uid
        } else if isStrict {
          decoder.invalid(node, badValue: text.quoted, "must be a UUID, (e.g. 7e224ac3-a958-427f-8fd6-c3f3e5c9437f)")
        }
      },
      encode: { root, writer in
        let uid = read(root)
        guard !uid.isNone else { return }
        writer.key(name)
        writer.string(uid.description)
      })
  }
}

extension Field<ObjectMeta> {
  /// The version: a number, written as a string because to clients it is opaque.
  static let resourceVersion = Field(
    info: FieldInfo("resourceVersion", .string),
    decode: { node, metadata, decoder in
      guard let text = decoder.string(node), !text.isEmpty else { return }
      if let version = UInt64(text) {
        metadata.resourceVersion = version
      } else {
        decoder.invalid(node, badValue: text.quoted, "strconv.ParseUint: parsing \(text.quoted): invalid syntax")
      }
    },
    encode: { metadata, writer in
      guard metadata.resourceVersion != 0 else { return }
      writer.key("resourceVersion")
      writer.string(String(metadata.resourceVersion))
    })
}
