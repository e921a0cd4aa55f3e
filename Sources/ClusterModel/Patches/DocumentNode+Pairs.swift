extension DocumentNode {
  /// A patched object whose fields that say the same in two forms (`clusterIP`, `clusterIPs`) agree: when the patch
  /// changed one of them alone, the other one is dropped, so that decoding fills it.
  public func settlingPairs(from before: DocumentNode, of kind: ObjectKind) -> DocumentNode {
    settlingPairs(from: before, kind.schema)
  }

  private func settlingPairs(from before: DocumentNode, _ schema: ObjectSchema) -> DocumentNode {
    guard case .mapping = content else { return self }
    var members = MemberTable(self)
    for field in schema.fields {
      if let plural = field.pluralName {
        let singularStays = members[field.name].isSame(as: before[field.name])
        let pluralStays = members[plural].isSame(as: before[plural])
        if pluralStays, !singularStays { members[plural] = nil }
        if singularStays, !pluralStays { members[field.name] = nil }
      } else if case .object(let inner) = field.type, let value = members[field.name], let old = before[field.name] {
        members[field.name] = value.settlingPairs(from: old, inner())
      }
    }
    return members.node(at: position)
  }
}

extension DocumentNode? {
  /// Whether both are there and the same, or neither is there.
  fileprivate func isSame(as other: DocumentNode?) -> Bool {
    guard let self, let other else { return self == nil && other == nil }
    return self.isSame(as: other)
  }
}
