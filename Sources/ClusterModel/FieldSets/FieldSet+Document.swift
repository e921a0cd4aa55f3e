extension FieldSet {
  /// The fields that an object, or part of one, gives.
  ///
  /// - Parameter check: what to tell of values that do not fit; `nil` when nobody wants to know.
  init(of node: DocumentNode, _ shape: FieldShape, check: ShapeCheck? = nil) {
    switch shape.form {
    case .whole: isMember = true
    case .fields, .entries: addMembers(of: node, shape, check)
    case .elements, .set: addElements(of: node, shape, check)
    }
  }

  private mutating func addMembers(of node: DocumentNode, _ shape: FieldShape, _ check: ShapeCheck?) {
    guard let members = node.memberList else {
      isMember = !node.isNull && shape.isUntyped
      if !node.isNull, !shape.isUntyped { check?.wrongType(node, "map") }
      return
    }
    for member in members {
      let step = FieldStep.field(member.key)
      let isNamed = shape.members[member.key] != nil
      check?.enter(step)
      if !isNamed, shape.isClosed { check?.unknown(member.key, shape) }
      var child = FieldSet(of: member.value, shape.below(step), check: check)
      let isEmpty = member.value.isNull || member.value.memberList?.isEmpty == true
      if isEmpty || !isNamed { child.isMember = true }
      self[step] = self[step].union(child)
      check?.leave()
    }
  }

  private mutating func addElements(of node: DocumentNode, _ shape: FieldShape, _ check: ShapeCheck?) {
    guard case .sequence(let list) = node.content else {
      if !node.isNull { check?.wrongType(node, "list") }
      return
    }
    for (index, element) in list.enumerated() {
      guard let step = shape.step(to: element) else {
        check?.lacksKey(element, at: index, shape)
        continue
      }
      if self[step].isMember { check?.duplicate(step) }
      check?.enter(step)
      var child = FieldSet(of: element, shape.below(step), check: check)
      child.isMember = true
      self[step] = self[step].union(child)
      check?.leave()
    }
  }
}

extension FieldShape {
  fileprivate var isUntyped: Bool { if case .entries = form, case .any = type { true } else { false } }

  /// Whether the object may have no other fields than those named.
  fileprivate var isClosed: Bool { if case .fields = form { !isOpen } else { false } }
}

/// Gathers what in a configuration does not fit its kind, in the words of Kubernetes' structured merges.
final class ShapeCheck {
  /// The messages, each with its path; at most 100.
  private(set) var messages: [String] = []
  private var path: [FieldStep] = []
  private static let limit = 100

  /// All of them in one text; `nil` when everything fits.
  var message: String? {
    guard let first = messages.first else { return nil }
    return messages.count == 1 ? first : "errors:\n" + messages.map { "  \($0)" }.joined(separator: "\n")
  }

  func enter(_ step: FieldStep) { path.append(step) }
  func leave() { path.removeLast() }

  func unknown(_ name: String, _ shape: FieldShape) {
    let mayMean = messages.count < 10 ? NearestName.of(name, among: shape.members.keys.sorted()) : nil
    add("field not declared in schema" + (mayMean.map { "; did you mean \($0)?" } ?? ""))
  }

  func wrongType(_ node: DocumentNode, _ expected: String) { add("expected \(expected), got \(node.goDescription)") }

  func duplicate(_ step: FieldStep) { add("duplicate entries for key \(step)") }

  func lacksKey(_ element: DocumentNode, at index: Int, _ shape: FieldShape) {
    guard case .elements(let keys) = shape.form else {
      return add("element \(index): expected a scalar, got \(element.goDescription)")
    }
    guard element.memberList != nil else { return add("element \(index): expected map, got \(element.goDescription)") }
    let missing = keys.first { key in key.standard == nil && element[key.name].flatMap { FieldScalar($0) } == nil }
    let name = (missing?.name ?? "").quoted
    add(
      "element \(index): associative list with keys has an element that omits key field \(name) (and doesn't have "
        + "default value)")
  }

  private func add(_ text: String) {
    guard messages.count < Self.limit else { return }
    messages.append("\(path.text): \(text)")
  }
}

extension [FieldStep] {
  /// The path as messages show it: `.spec.ports[port=80,protocol="TCP"].targetPort`.
  public var text: String { map(\.description).joined() }
}
