// What server-side apply does to the values of an object.

extension DocumentNode {
  /// The value with what a configuration gives: its fields in place of ours, lists and mappings as their shapes say.
  func merged(withConfiguration new: DocumentNode, _ shape: FieldShape) -> DocumentNode {
    switch shape.form {
    case .whole: return new
    case .fields, .entries:
      guard let members = new.memberList else { return new.isNull && memberList != nil ? self : new }
      guard memberList != nil else { return new }
      var table = MemberTable(self)
      for member in members {
        let inner = shape.below(.field(member.key))
        table[member.key] = table[member.key].map { $0.merged(withConfiguration: member.value, inner) } ?? member.value
      }
      return table.node(at: new.position)
    case .elements, .set:
      guard case .sequence(let ours) = content else { return new }
      guard case .sequence = new.content else { return new.isNull ? self : new }
      return DocumentNode(.sequence(Self.merge(ours, new, shape)), at: new.position)
    }
  }

  /// The configuration's elements in its order; ours that it does not have stand among them where they stood.
  private static func merge(_ ours: [DocumentNode], _ new: DocumentNode, _ shape: FieldShape) -> [DocumentNode] {
    let wanted = shape.elements(of: new)
    let places = Dictionary(wanted.enumerated().map { ($1.step, $0) }) { first, _ in first }
    var former: [FieldStep: DocumentNode] = [:]
    for element in ours { if let step = shape.step(to: element), former[step] == nil { former[step] = element } }
    var result: [DocumentNode] = []
    var next = 0
    func emit(upTo end: Int) {
      while next < end {
        let (step, nodes) = wanted[next]
        let node = nodes[nodes.count - 1]
        result.append(former[step].map { $0.merged(withConfiguration: node, shape.below(step)) } ?? node)
        next += 1
      }
    }
    for element in ours {
      if let place = shape.step(to: element).flatMap({ places[$0] }) {
        emit(upTo: place + 1)
      } else {
        result.append(element)
      }
    }
    emit(upTo: wanted.count)
    return result
  }

  /// The value without the fields in a set; `nil` when nothing is left of one that had something.
  func removing(_ set: FieldSet, _ shape: FieldShape) -> DocumentNode? {
    if set.isEmpty { return self }
    switch (shape.form, content) {
    case (.fields, .mapping(let members)), (.entries, .mapping(let members)):
      let kept = members.compactMap { member -> Member? in
        let step = FieldStep.field(member.key)
        guard let value = member.value.kept(set[step], shape.below(step)) else { return nil }
        return Member(member.key, at: member.keyPosition, value)
      }
      return kept.isEmpty && !members.isEmpty ? nil : DocumentNode(.mapping(kept), at: position)
    case (.elements, .sequence(let elements)), (.set, .sequence(let elements)):
      let kept = elements.compactMap { element -> DocumentNode? in
        guard let step = shape.step(to: element) else { return element }
        return element.kept(set[step], shape.below(step))
      }
      return kept.isEmpty && !elements.isEmpty ? nil : DocumentNode(.sequence(kept), at: position)
    default: return self
    }
  }

  /// The value unless it goes itself, without what goes in it.
  private func kept(_ set: FieldSet, _ shape: FieldShape) -> DocumentNode? {
    set.isMember ? nil : removing(set, shape)
  }
}
