public import ClusterModel

// Who has which fields of an object: `managedFields` is noted with each write through the API, and server-side apply goes
// by it.

extension RegistryTransaction {
  /// Who has the fields of objects that come from manifests.
  static let manifestManager = "manifests"
  /// Who has the fields of the registry's first objects.
  private static let ownManager = "clusterdns"

  /// The object with its fields noted as the writer's; as it is when there is none.
  func noted(
    _ object: ClusterObject, over entry: ObjectTable.Entry?, _ manager: String?, subresource: String = ""
  ) -> ClusterObject {
    guard let manager else { return object }
    let writer = FieldWriter(manager, subresource: subresource, time: settings.now())
    var noted = object
    noted.metadata.managedFields = object.managedFields(
      after: writer, from: entry?.object, owned: entry.map(impliedFields) ?? [])
    return noted
  }

  /// Who has the fields of an object of which nothing was noted: those of manifests cost no memory until a client writes to
  /// one of them.
  private func impliedFields(_ entry: ObjectTable.Entry) -> [ManagedFieldsEntry] {
    guard entry.object.metadata.managedFields.isEmpty else { return [] }
    switch entry.origin {
    case .client: return []
    case .bootstrap: return entry.object.managedFields(ofSoleOwner: Self.ownManager)
    case .implied, .manifest: return entry.object.managedFields(ofSoleOwner: Self.manifestManager)
    }
  }
}

/// A configuration that is applied at the server, and how.
public struct ServerSideApply: Sendable {
  /// The object that it is for.
  public var key: ObjectKey
  /// What is applied.
  public var configuration: AppliedConfiguration
  /// Who applies.
  public var manager: String
  /// Whether fields that others have are taken from them.
  public var isForced: Bool
  /// Whether only the object's status is applied.
  public var isStatus: Bool

  /// From its parts.
  public init(
    key: ObjectKey, configuration: AppliedConfiguration, manager: String, isForced: Bool = false, isStatus: Bool = false
  ) {
    self.key = key
    self.configuration = configuration
    self.manager = manager
    self.isForced = isForced
    self.isStatus = isStatus
  }
}

extension RegistryTransaction {
  /// Applies a configuration to an object, which is made when there is none (KEP-555).
  ///
  /// - Returns: the object as it is stored.
  /// - Throws: `Conflict` with the fields that others have, `NotFound` for the status of no object, or what `create(_:by:)`
  ///   and `update(_:by:)` throw.
  public mutating func apply(_ apply: ServerSideApply) throws(RegistryError) -> ClusterObject {
    let entry = entry(apply.key)
    let writer = FieldWriter(apply.manager, subresource: apply.isStatus ? "status" : "", time: settings.now())
    let object = try object(apply, over: entry, writer)
    guard let entry else {
      guard !apply.isStatus else { throw .notFound(apply.key) }
      return try create(object)
    }
    guard apply.isStatus else { return try update(object, over: entry, by: .client, from: entry.origin) }
    try checkVersion(object, entry.object)
    var new = entry.object.with(statusOf: object)
    new.metadata.managedFields = object.metadata.managedFields
    return try replace(entry, by: new, from: entry.origin)
  }

  /// What the configuration makes of the object.
  private func object(
    _ apply: ServerSideApply, over entry: ObjectTable.Entry?, _ writer: FieldWriter
  ) throws(RegistryError) -> ClusterObject {
    let applied: AppliedObject
    do throws(FieldConflict) {
      applied = try apply.configuration.applied(
        to: entry?.object, owned: entry.map(impliedFields) ?? [], by: writer, isForced: apply.isForced)
    } catch {
      throw RegistryError(error)
    }
    var (object, problems) = ClusterObject.decode(
      applied.document, as: apply.key.kind, interner: StringInterner(capacity: 1024))
    object.metadata.name = apply.key.name
    object.metadata.namespace = apply.key.namespace
    object.metadata.managedFields = applied.managedFields
    if let text = apply.configuration.lastApplied(to: entry?.object, by: writer) {
      object.metadata.annotations[WellKnownAnnotation.lastApplied] = text
    }
    try Self.refuse(problems, object)
    return object
  }

  /// Refuses a configuration that makes something of the object that no object can be.
  private static func refuse(_ problems: [DocumentProblem], _ object: ClusterObject) throws(RegistryError) {
    if let wrong = problems.first(where: { !$0.isLenient && $0.fieldError == nil }) {
      throw RegistryError(
        .badRequest, "failed to apply to \(object.kind.name) \(object.metadata.name): \(wrong.kubernetesMessage)")
    }
    let unreadable = problems.compactMap(\.fieldError)
    if !unreadable.isEmpty { throw .invalid(object.key, unreadable) }
  }
}

extension RegistryError {
  /// Fields that others have: `Apply failed with 1 conflict: conflict with "one": .spec.type`.
  init(_ conflict: FieldConflict) {
    let causes = conflict.fields.map {
      Cause(reason: "FieldManagerConflict", message: "conflict with \($0.owner)", field: $0.path)
    }
    self.init(.conflict, conflict.message, Details(causes: causes))
  }
}
