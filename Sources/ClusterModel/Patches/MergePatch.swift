extension DocumentNode {
  /// The document after a JSON merge patch (RFC 7386 §2): members of the patch replace ours, null takes them out.
  ///
  /// Linear in both; no deeper than the deeper of the two.
  public func merged(with patch: DocumentNode) -> DocumentNode {
    guard case .mapping(let changes) = patch.content else { return patch }
    var members = MemberTable(self)
    for change in changes {
      let before = members[change.key] ?? DocumentNode(.mapping([]), at: change.value.position)
      members[change.key] = change.value.isNull ? nil : before.merged(with: change.value)
    }
    return members.node(at: position)
  }

  /// An object after a JSON merge patch to it.
  ///
  /// - Throws: that the patch is no mapping: it would replace the object by something that is none.
  public func applying(mergePatch patch: DocumentNode) throws(PatchError) -> DocumentNode {
    guard case .mapping = patch.content else {
      throw .malformed("json: cannot unmarshal \(patch.goDescription) into Go value of type map[string]interface {}")
    }
    return merged(with: patch)
  }
}
