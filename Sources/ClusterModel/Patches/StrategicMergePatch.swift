/// Kubernetes' strategic merge patch: lists of objects are merged element by element, as the kind's fields say.
///
/// Lists whose fields have merge keys are merged by the first of them, sets are united, all others are replaced.
/// Linear in the object and the patch, apart from lists' order.
struct StrategicMergePatch {
  /// What the members of a patch that begin with `$` say about the mapping that they are in.
  private enum Directive {
    static let patch = "$patch"
    static let retainKeys = "$retainKeys"
    static let deletePrefix = "$deleteFromPrimitiveList/"
    static let orderPrefix = "$setElementOrder/"
  }

  /// A mapping after a patch; `schema` is `nil` where no fields are known: mappings are merged and lists replaced.
  func merge(
    _ patch: [DocumentNode.Member], into node: DocumentNode?, _ schema: ObjectSchema?, at position: SourcePosition
  ) throws(PatchError) -> DocumentNode {
    var changes = MemberTable(DocumentNode(.mapping(patch), at: position))
    if let directive = changes[Directive.patch] {
      changes[Directive.patch] = nil
      switch directive.string {
      case "merge": break
      case "replace": return try clean(changes.node(at: position), schema)
      case "delete": return DocumentNode(.mapping([]), at: position)
      default: throw Self.unknown(directive)
      }
    }
    var members = MemberTable(node)
    try retain(changes[Directive.retainKeys], patch, &members)
    for member in patch where !member.key.hasPrefix("$") {
      members[member.key] = try merge(member.value, into: members[member.key], schema?[member.key])
    }
    for member in patch { try follow(member, node, changes, schema, &members) }
    return members.node(at: node?.position ?? position)
  }

  /// A value after a patch; `nil` when it goes.
  private func merge(
    _ patch: DocumentNode, into node: DocumentNode?, _ field: FieldInfo?
  ) throws(PatchError) -> DocumentNode? {
    switch patch.content {
    case .scalar: return patch.isNull ? nil : patch
    case .mapping(let changes):
      let isMapping = if case .mapping? = node?.content { true } else { false }
      return try merge(changes, into: isMapping ? node : nil, field?.type.schema, at: patch.position)
    case .sequence(let changes):
      guard let field, field.isMerged else { return try clean(patch, field?.type.schema) }
      var elements: [DocumentNode] = []
      if case .sequence(let list)? = node?.content { elements = list }
      let merged = try ElementMerge(patch: self, field).merge(changes, into: elements)
      return DocumentNode(.sequence(merged), at: patch.position)
    }
  }

  /// A value of a patch that nothing stands against: without directives, and without nulls in mappings.
  private func clean(_ patch: DocumentNode, _ schema: ObjectSchema?) throws(PatchError) -> DocumentNode {
    switch patch.content {
    case .scalar: return patch
    case .mapping(let changes): return try merge(changes, into: nil, schema, at: patch.position)
    case .sequence(let elements):
      var kept: [DocumentNode] = []
      for element in elements {
        if case .sequence = element.content { throw .inapplicable("lists of lists are not supported") }
        kept.append(try clean(element, schema))
      }
      return DocumentNode(.sequence(kept), at: patch.position)
    }
  }

  /// `$retainKeys`: only these members stay, and the patch may have no others.
  private func retain(
    _ directive: DocumentNode?, _ patch: [DocumentNode.Member], _ members: inout MemberTable
  ) throws(PatchError) {
    guard let directive else { return }
    guard case .sequence(let list) = directive.content else {
      throw .malformed("invalid patch format of retainKeys")
    }
    let names = Set(list.compactMap(\.string))
    let hasOthers = patch.contains { !$0.key.hasPrefix("$") && !$0.value.isNull && !names.contains($0.key) }
    guard names.count == list.count, !hasOthers else { throw .malformed("invalid patch format of retainKeys") }
    members.keep(only: names)
  }

  /// Does what a member says about a list of the same mapping.
  private func follow(
    _ member: DocumentNode.Member, _ before: DocumentNode?, _ changes: MemberTable, _ schema: ObjectSchema?,
    _ members: inout MemberTable
  ) throws(PatchError) {
    guard member.key.hasPrefix("$"), let slash = member.key.firstIndex(of: "/") else { return }
    let name = String(member.key[member.key.index(after: slash)...])
    guard case .sequence(let listed) = member.value.content else {
      throw .malformed(
        "invalid patch format of "
          + (member.key.hasPrefix(Directive.orderPrefix) ? "setElementOrder list" : "primitive list"))
    }
    guard case .sequence(let elements)? = members[name]?.content else { return }
    let position = members[name]?.position ?? member.keyPosition
    if member.key.hasPrefix(Directive.deletePrefix) {
      let gone = Set(listed.map(\.json))
      members[name] = DocumentNode(.sequence(elements.filter { !gone.contains($0.json) }), at: position)
    } else if member.key.hasPrefix(Directive.orderPrefix), let field = schema?[name], field.isMerged {
      var old: [DocumentNode] = []
      if case .sequence(let list)? = before?[name]?.content { old = list }
      let ordered = ElementMerge(patch: self, field).ordered(elements, by: listed, before: old)
      members[name] = DocumentNode(.sequence(ordered), at: position)
    }
  }

  static func unknown(_ directive: DocumentNode) -> PatchError {
    .malformed("unknown patch type: \(directive.string ?? directive.json) found in map")
  }
}

extension DocumentNode {
  /// An object of a kind after a strategic merge patch to it.
  public func applying(strategicMergePatch patch: DocumentNode, to kind: ObjectKind) throws(PatchError) -> DocumentNode
  {
    guard case .mapping(let changes) = patch.content else { throw .malformed("invalid JSON document") }
    return try StrategicMergePatch().merge(changes, into: self, kind.schema, at: patch.position)
  }
}

extension FieldInfo {
  /// Whether a strategic merge patch goes into the list.
  fileprivate var isMerged: Bool { isSet || !mergeKeys.isEmpty }
}

extension FieldType {
  /// The fields of the objects that values are, or that the elements of lists are.
  var schema: ObjectSchema? {
    switch self {
    case .object(let schema): schema()
    case .list(let element): element.schema
    default: nil
    }
  }
}
