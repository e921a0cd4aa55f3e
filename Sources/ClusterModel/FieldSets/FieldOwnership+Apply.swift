/// Fields that an applier gives another value than others who have them.
public struct FieldConflict: Error, Sendable, Hashable {
  /// One field that somebody else has.
  public struct Field: Sendable, Hashable {
    /// Who has it, as Kubernetes names owners: `"kubectl-create" using v1`.
    public let owner: String
    /// The field's path: `.spec.ports[port=80,protocol="TCP"].targetPort`.
    public let path: String
  }

  /// The fields in the order of their owners' names.
  public let fields: [Field]

  /// The whole message, in Kubernetes' words.
  public var message: String {
    if fields.count == 1 {
      return "Apply failed with 1 conflict: conflict with \(fields[0].owner): \(fields[0].path)"
    }
    var lines: [String] = []
    for (index, field) in fields.enumerated() {
      if index == 0 || fields[index - 1].owner != field.owner { lines.append("conflicts with \(field.owner):") }
      lines.append("- \(field.path)")
    }
    return "Apply failed with \(fields.count) conflicts: " + lines.joined(separator: "\n")
  }

  init(_ conflicts: [(owner: FieldOwner, fields: FieldSet)]) {
    var fields: [Field] = []
    for conflict in conflicts.sorted(by: { $0.owner.description < $1.owner.description }) {
      conflict.fields.forEach { fields.append(Field(owner: conflict.owner.description, path: $0.text)) }
    }
    self.fields = fields
  }
}

extension FieldOwnership {
  /// Notes that an applier has exactly these fields, and that applying them changed the object so.
  ///
  /// - Returns: who else has changed fields; unless that is nobody, or it is `forced`, nothing is noted.
  fileprivate mutating func note(
    _ changes: FieldChanges, applying fields: FieldSet, by owner: FieldOwner, _ time: Int64, forced: Bool
  ) -> [(owner: FieldOwner, fields: FieldSet)] {
    var conflicts: [(owner: FieldOwner, fields: FieldSet)] = []
    let changed = changes.assigned
    for share in shares where !share.owner.isSame(as: owner) {
      let common = share.fields.intersection(changed)
      if !common.isEmpty { conflicts.append((share.owner, common)) }
    }
    if !conflicts.isEmpty, !forced { return conflicts }
    release(changes.all, except: owner)
    let before = self[owner]
    let isAsBefore = before?.fields == fields && before?.owner == owner && changes.isEmpty
    self[owner] = Share(owner: owner, time: isAsBefore ? before?.time ?? time : time, fields: fields)
    return []
  }

  /// The fields that all owners have together.
  fileprivate var allFields: FieldSet { shares.reduce(FieldSet()) { $0.union($1.fields) } }
}

/// A configuration that somebody applies: part of an object, whose fields become the applier's.
public struct AppliedConfiguration: Sendable {
  /// The kind that it is of.
  public let kind: ObjectKind
  /// The configuration as it was given.
  public let document: DocumentNode
  let fields: FieldSet

  /// What in the configuration does not fit the kind, in Kubernetes' words.
  public struct Problem: Error, Sendable, Hashable {
    /// One message, or several in lines of their own.
    public let message: String
  }

  /// A configuration of an object.
  ///
  /// - Throws: fields that the kind does not have, elements of lists that cannot be told apart, values of other forms.
  public init(_ document: DocumentNode, of kind: ObjectKind) throws(Problem) {
    self.kind = kind
    self.document = document
    let check = ShapeCheck()
    fields = FieldSet(of: document, FieldShape.of(kind), check: check)
    if let message = check.message { throw Problem(message: message) }
  }

  /// The fields that the applier will have.
  fileprivate func owned(_ subresource: String) -> FieldSet {
    var owned = fields
    for path in kind.unownedFields(subresource) { owned[path] = FieldSet() }
    owned[.field("metadata")].isMember = false
    return owned
  }
}

/// What applying a configuration makes of an object.
public struct AppliedObject: Sendable {
  /// The object with the configuration's fields, and without those that the applier gave up.
  public let document: DocumentNode
  /// Who has which fields then.
  public let managedFields: [ManagedFieldsEntry]
}

extension AppliedConfiguration {
  /// Applies the configuration to an object (server-side apply, KEP-555).
  ///
  /// The applier's fields are put in place; what it applied before, no longer gives, and nobody else has, goes.
  ///
  /// - Parameters:
  ///   - writer: who applies.
  ///   - live: the object as it is; `nil` when there is none yet.
  ///   - owned: who has which fields of it, when it has no `managedFields`.
  ///   - isForced: whether fields that others have are taken from them.
  /// - Throws: the fields that others have and that would change.
  public func applied(
    to live: ClusterObject?, owned: [ManagedFieldsEntry] = [], by writer: FieldWriter, isForced: Bool
  ) throws(FieldConflict) -> AppliedObject {
    let old = live?.fieldDocument ?? FieldShape.of(kind).empty
    let ownership = live?.fieldOwnership(owned) ?? FieldOwnership()
    do throws(FieldConflict) {
      return try applied(to: old, ownership, by: writer, isForced: isForced)
    } catch {
      guard let live, isExcused(error, by: writer, old, live) else { throw error }
      return try applied(to: old, ownership, by: writer, isForced: true)
    }
  }

  private func applied(
    to old: DocumentNode, _ ownership: FieldOwnership, by writer: FieldWriter, isForced: Bool
  ) throws(FieldConflict) -> AppliedObject {
    let shape = FieldShape.of(kind)
    let owner = FieldOwner(writer.name, .apply, apiVersion: kind.apiVersion, subresource: writer.subresource)
    let last = ownership[owner]?.fields ?? FieldSet()
    var after = ownership
    let fields = owned(writer.subresource)
    let kept = ownership.withoutShare(of: owner).allFields.union(self.fields)
    let merged = old.merged(withConfiguration: document, shape).pruned(last, kept, shape)
    let changes = FieldChanges(from: old, to: merged, shape).ignoring(kind.unownedFields(writer.subresource))
    let conflicts = after.note(changes, applying: fields, by: owner, writer.time, forced: isForced)
    if !conflicts.isEmpty { throw FieldConflict(conflicts) }
    return AppliedObject(document: merged.settlingPairs(from: old, of: kind), managedFields: after.entries)
  }
}

extension FieldOwnership {
  fileprivate func withoutShare(of owner: FieldOwner) -> FieldOwnership {
    var copy = self
    copy[owner] = nil
    return copy
  }
}

extension DocumentNode {
  /// The object without the fields that the applier had, and that neither it nor anybody else has now.
  fileprivate func pruned(_ last: FieldSet, _ kept: FieldSet, _ shape: FieldShape) -> DocumentNode {
    if last.isEmpty { return self }
    var gone = last.withParents(shape).subtracting(kept.withParents(shape))
    gone[.field("metadata")].isMember = false
    return removing(gone, shape) ?? self
  }
}

// MARK: - From client-side to server-side apply

extension AppliedConfiguration {
  /// The manager that kubectl applies as when nobody names one.
  private static let kubectl = "kubectl"

  /// Whether kubectl itself has applied the conflicting fields, at the client, with the values that they have: then they
  /// were its own all along.
  private func isExcused(
    _ conflict: FieldConflict, by writer: FieldWriter, _ old: DocumentNode, _ live: ClusterObject
  ) -> Bool {
    guard writer.name == Self.kubectl, let text = live.metadata.annotations[WellKnownAnnotation.lastApplied],
      var reader = try? JSONReader(Array(text.utf8)), let applied = try? reader.next(),
      applied["apiVersion"]?.string == kind.apiVersion
    else { return false }
    let shape = FieldShape.of(kind)
    let changed = FieldChanges(from: applied, to: old, shape).all
    var paths: Set<String> = []
    FieldSet(of: applied, shape).subtracting(changed).forEach { paths.insert($0.text) }
    return conflict.fields.allSatisfy { paths.contains($0.path) }
  }

  /// The text for kubectl's annotation of what was applied last, which server-side apply keeps up where it is there
  /// already; `nil` when it is not, or somebody else applies.
  public func lastApplied(to live: ClusterObject?, by writer: FieldWriter) -> String? {
    guard writer.name == Self.kubectl, let live, live.metadata.annotations[WellKnownAnnotation.lastApplied] != nil
    else { return nil }
    return document.removing(Self.lastAppliedField, FieldShape.of(kind)).map { $0.sortedByName.goText + "\n" }
  }

  private static let lastAppliedField: FieldSet = {
    var set = FieldSet()
    set[["metadata", "annotations", WellKnownAnnotation.lastApplied]] = .leaf
    return set
  }()
}

extension DocumentNode {
  /// The value with the members of mappings in the order of their names.
  fileprivate var sortedByName: DocumentNode {
    var copy = self
    switch content {
    case .scalar: break
    case .sequence(let elements): copy.content = .sequence(elements.map(\.sortedByName))
    case .mapping(let members):
      copy.content = .mapping(
        members.sorted { $0.key < $1.key }.map { Member($0.key, at: $0.keyPosition, $0.value.sortedByName) })
    }
    return copy
  }

  /// The value as Go writes JSON, to the octet: kubectl compares its own text with it.
  fileprivate var goText: String {
    var text = ""
    for scalar in json.unicodeScalars {
      switch scalar {
      case "<", ">", "&", "\u{2028}", "\u{2029}": text += "\\u" + scalar.value.hex(digits: 4)
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}
