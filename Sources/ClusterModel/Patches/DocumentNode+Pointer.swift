// What JSON Patch does to the values of a document.

extension DocumentNode {
  /// The value that a pointer leads to.
  func value(at path: JSONPointer) throws(PatchError) -> DocumentNode {
    var node = self
    for step in path.steps {
      guard let next = node.element(step) else { throw Self.missing(path) }
      node = next
    }
    return node
  }

  /// Puts a value where a pointer leads: as a member, in place of one of that name, or as an element before another.
  mutating func add(
    _ value: DocumentNode, at path: JSONPointer, _ budget: inout DocumentLimits, memberIndex: Int? = nil
  ) throws(PatchError) {
    let extent = value.extent(limit: budget.nodes)
    budget.nodes -= extent.nodes
    guard budget.nodes >= 0, path.steps.count + extent.depth <= budget.depth else {
      throw .tooLarge("the patch makes the object too large or too deep")
    }
    guard let last = path.steps.last else {
      self = value
      return
    }
    try edit(path.steps.dropLast(), path) { parent throws(PatchError) in
      guard parent.insert(value, last, memberIndex) else { throw Self.missing(path) }
    }
  }

  /// Takes out the value that a pointer leads to; `index` is the place that it had.
  mutating func remove(at path: JSONPointer) throws(PatchError) -> (value: DocumentNode, index: Int) {
    guard let last = path.steps.last else { throw .inapplicable("the document itself cannot be removed") }
    var removed: (value: DocumentNode, index: Int)?
    try edit(path.steps.dropLast(), path) { parent throws(PatchError) in removed = parent.take(last) }
    guard let removed else { throw Self.missing(path) }
    return removed
  }

  private static func missing(_ path: JSONPointer) -> PatchError {
    .inapplicable("\(path) does not exist: missing value")
  }

  /// Changes the value behind these steps in place.
  private mutating func edit(
    _ steps: ArraySlice<String>, _ path: JSONPointer, _ change: (inout DocumentNode) throws(PatchError) -> Void
  ) throws(PatchError) {
    guard let step = steps.first else { return try change(&self) }
    guard let index = index(of: step) else { throw Self.missing(path) }
    let rest = steps.dropFirst()
    // The list is taken out of the value while it changes, so that it is not copied.
    switch content {
    case .scalar: throw Self.missing(path)
    case .sequence(var elements):
      content = .sequence([])
      try elements[index].edit(rest, path, change)
      content = .sequence(elements)
    case .mapping(var members):
      content = .mapping([])
      try members[index].value.edit(rest, path, change)
      content = .mapping(members)
    }
  }

  /// The place of the member with that name, or of the element with that number.
  private func index(of step: String) -> Int? {
    switch content {
    case .scalar: nil
    case .sequence(let elements): Self.number(step).flatMap { elements.indices.contains($0) ? $0 : nil }
    case .mapping(let members): members.firstIndex { $0.key == step }
    }
  }

  private func element(_ step: String) -> DocumentNode? {
    guard let index = index(of: step) else { return nil }
    switch content {
    case .scalar: return nil
    case .sequence(let elements): return elements[index]
    case .mapping(let members): return members[index].value
    }
  }

  private mutating func insert(_ value: DocumentNode, _ step: String, _ memberIndex: Int?) -> Bool {
    switch content {
    case .scalar: return false
    case .sequence(var elements):
      guard let index = step == "-" ? elements.count : Self.number(step), index <= elements.count else { return false }
      content = .sequence([])
      elements.insert(value, at: index)
      content = .sequence(elements)
    case .mapping(var members):
      content = .mapping([])
      if let index = members.firstIndex(where: { $0.key == step }) {
        members[index].value = value
      } else {
        members.insert(Member(step, at: value.position, value), at: min(memberIndex ?? .max, members.count))
      }
      content = .mapping(members)
    }
    return true
  }

  private mutating func take(_ step: String) -> (value: DocumentNode, index: Int)? {
    guard let index = index(of: step) else { return nil }
    switch content {
    case .scalar: return nil
    case .sequence(var elements):
      content = .sequence([])
      let value = elements.remove(at: index)
      content = .sequence(elements)
      return (value, index)
    case .mapping(var members):
      content = .mapping([])
      let value = members.remove(at: index).value
      content = .mapping(members)
      return (value, index)
    }
  }

  /// An element's number: digits without a zero before them (RFC 6901 §4).
  private static func number(_ step: String) -> Int? {
    guard step.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      step == "0" || !step.hasPrefix("0")
    else { return nil }
    return Int(step)
  }
}
