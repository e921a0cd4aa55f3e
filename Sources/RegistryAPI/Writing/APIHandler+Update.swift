import ClusterModel
import Registry

extension APIHandler {
  /// PUT: an object, or its status, as a whole.
  func update(_ target: WriteTarget, _ request: APIRequest) throws(RegistryError) -> APIReply {
    let options = try WriteOptions(request, "UpdateOptions")
    var reading = try ObjectReader(kind: target.key.kind, validation: options.validation).object(of: request)
    try reading.object.metadata.answer(to: target.key)
    try reading.refuseUnreadable()
    let object = reading.object
    var isNew = false
    let stored = try commit(isDryRun: options.isDryRun) { (registry) throws(RegistryError) in
      isNew = registry.object(target.key) == nil && !target.isStatus && target.key.kind.isMadeByUpdates
      return isNew
        ? try registry.create(object, manager: options.fieldManager)
        : try registry.replace(object, at: target, by: options.fieldManager)
    }
    return .object(stored, code: isNew ? 201 : 200, warnings: reading.warnings)
  }
}

extension RegistryTransaction {
  /// Puts an object in the place of the stored one, or only its status.
  mutating func replace(
    _ object: ClusterObject, at target: WriteTarget, by manager: String
  ) throws(RegistryError) -> ClusterObject {
    if target.isStatus { return try updateStatus(object, manager: manager) }
    if object.kind == .lease, object.metadata.resourceVersion == 0, self.object(target.key) != nil {
      throw .invalid(target.key, [Self.unconditionalUpdate])
    }
    return try update(object, manager: manager)
  }

  /// Leases are kept by several who must not undo each other's work.
  private static let unconditionalUpdate = FieldError(
    "metadata.resourceVersion", .invalid, badValue: "0", "must be specified for an update")
}

extension ObjectMeta {
  /// Whether this is the metadata of the object that the path names; a namespace may be left out.
  mutating func answer(to key: ObjectKey) throws(RegistryError) {
    guard !name.isEmpty else { throw .noName(key) }
    guard name == key.name else { throw .otherName(name, key) }
    guard !key.kind.isNamespaced || namespace.isEmpty || namespace == key.namespace else {
      throw .otherNamespace(namespace, key)
    }
    namespace = key.namespace
  }
}

extension ObjectKind {
  /// Whether PUT makes an object that is not there.
  fileprivate var isMadeByUpdates: Bool {
    switch self {
    case .service, .endpoints, .lease, .event: true
    default: false
    }
  }
}

extension RegistryError {
  fileprivate static func noName(_ key: ObjectKey) -> RegistryError {
    RegistryError(
      .badRequest, "the name of the object (\(key.name) based on URL) was undeterminable: name must be provided")
  }

  fileprivate static func otherName(_ name: String, _ key: ObjectKey) -> RegistryError {
    RegistryError(
      .badRequest, "the name of the object (\(name)) does not match the name on the URL (\(key.name))")
  }

  fileprivate static func otherNamespace(_ namespace: String, _ key: ObjectKey) -> RegistryError {
    RegistryError(
      .badRequest,
      "the namespace of the object (\(namespace)) does not match the namespace on the request (\(key.namespace))")
  }
}
