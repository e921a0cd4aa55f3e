/// A list that a strategic merge patch goes into, element by element.
struct ElementMerge {
  private let patch: StrategicMergePatch
  /// The field by whose value elements are told apart; `nil` for sets of scalars.
  private let key: String?
  private let schema: ObjectSchema?

  init(patch: StrategicMergePatch, _ field: FieldInfo) {
    self.patch = patch
    key = field.mergeKeys.first
    schema = field.type.schema
  }

  /// The list after the patch: the patch's elements in its order, the others where they were among them.
  func merge(_ changes: [DocumentNode], into list: [DocumentNode]) throws(PatchError) -> [DocumentNode] {
    let (kept, gone, replaces) = try sort(changes)
    let before = replaces ? [] : list.filter { element in identity(of: element).map { !gone.contains($0) } ?? true }
    var merged = before
    var places = places(of: before)
    for change in kept {
      guard let identity = identity(of: change) else { throw lacksKey(change) }
      if let place = places[identity] {
        merged[place] = try apply(change, to: merged[place])
      } else {
        places[identity] = merged.count
        merged.append(try apply(change, to: nil))
      }
    }
    return ordered(merged, by: kept, before: list)
  }

  /// The patch's elements by what they do: those that are merged, the identities of those that go, and whether all
  /// others go.
  private func sort(
    _ changes: [DocumentNode]
  ) throws(PatchError) -> (kept: [DocumentNode], gone: Set<String>, replaces: Bool) {
    var kept: [DocumentNode] = []
    var gone: Set<String> = []
    var replaces = false
    for change in changes {
      guard let directive = change["$patch"] else {
        kept.append(change)
        continue
      }
      switch directive.string {
      case "merge": kept.append(change)
      case "replace": replaces = true
      case "delete":
        guard let identity = identity(of: change) else { throw lacksKey(change) }
        gone.insert(identity)
      default: throw StrategicMergePatch.unknown(directive)
      }
    }
    return (kept, gone, replaces)
  }

  private func apply(_ change: DocumentNode, to element: DocumentNode?) throws(PatchError) -> DocumentNode {
    guard case .mapping(let members) = change.content else { return change }
    return try patch.merge(members, into: element, schema, at: change.position)
  }

  /// What tells an element from others: the text of its key's value, or its own.
  private func identity(of element: DocumentNode) -> String? {
    guard let key else {
      if case .scalar = element.content { return element.json }
      return nil
    }
    return element[key]?.json
  }

  private func lacksKey(_ element: DocumentNode) -> PatchError {
    guard let key else { return .malformed("invalid patch format of primitive list") }
    return .malformed("map: \(element.json) does not contain declared merge key: \(key)")
  }

  /// The elements with those that `order` lists in its order; the others keep theirs, and stand before the first listed
  /// one that they stood before in the old list.
  func ordered(
    _ elements: [DocumentNode], by order: [DocumentNode], before old: [DocumentNode]
  ) -> [DocumentNode] {
    let wanted = places(of: order)
    let former = places(of: old)
    func place(_ element: DocumentNode, _ places: [String: Int]) -> Int? {
      identity(of: element).flatMap { places[$0] }
    }
    let listed = elements.filter { place($0, wanted) != nil }
      .enumerated().sorted { a, b in
        (place(a.element, wanted) ?? 0, a.offset) < (place(b.element, wanted) ?? 0, b.offset)
      }.map(\.element)
    var result: [DocumentNode] = []
    var next = listed.startIndex
    for other in elements where place(other, wanted) == nil {
      while next < listed.endIndex {
        if let mine = place(other, former), let its = place(listed[next], former), mine < its { break }
        result.append(listed[next])
        next += 1
      }
      result.append(other)
    }
    return result + listed[next...]
  }

  /// Where each element first stands.
  private func places(of list: [DocumentNode]) -> [String: Int] {
    var places: [String: Int] = [:]
    for (place, element) in list.enumerated() {
      if let identity = identity(of: element), places[identity] == nil { places[identity] = place }
    }
    return places
  }
}
