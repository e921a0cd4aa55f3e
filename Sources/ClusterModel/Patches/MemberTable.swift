/// The members of a mapping, found by name at once; they keep their order.
struct MemberTable {
  private var members: [DocumentNode.Member?] = []
  private var places: [String: Int] = [:]

  /// The members of a mapping; none for every other value. Of members with one name the last counts, as in Go.
  init(_ node: DocumentNode?) {
    guard case .mapping(let list)? = node?.content else { return }
    members.reserveCapacity(list.count)
    for member in list { self[member.key] = member.value }
  }

  /// The value of the member with that name; setting it to `nil` takes the member out.
  subscript(name: String) -> DocumentNode? {
    get { places[name].flatMap { members[$0]?.value } }
    set {
      if let place = places[name] {
        members[place] = newValue.map { DocumentNode.Member(name, at: $0.position, $0) }
        if newValue == nil { places[name] = nil }
      } else if let newValue {
        places[name] = members.count
        members.append(DocumentNode.Member(name, at: newValue.position, newValue))
      }
    }
  }

  /// Takes out the members whose names are not in a set.
  mutating func keep(only names: Set<String>) {
    for name in Array(places.keys) where !names.contains(name) { self[name] = nil }
  }

  /// The mapping.
  func node(at position: SourcePosition) -> DocumentNode {
    DocumentNode(.mapping(members.compactMap(\.self)), at: position)
  }
}

extension DocumentNode {
  /// Whether two values are the same in JSON: positions, and the order of members, do not count.
  func isSame(as other: DocumentNode) -> Bool {
    switch (content, other.content) {
    case (.scalar(let text, let type), .scalar(let otherText, let otherType)):
      if type == .integer, let integer, let other = other.integer { return integer == other }
      return type == otherType && (text == otherText || type == .null)
    case (.sequence(let elements), .sequence(let others)):
      return elements.count == others.count && zip(elements, others).allSatisfy { $0.isSame(as: $1) }
    case (.mapping(let members), .mapping(let others)):
      let table = MemberTable(other)
      return members.count == others.count
        && members.allSatisfy { member in table[member.key].map { member.value.isSame(as: $0) } ?? false }
    default: return false
    }
  }

  /// How many values lie in this one, itself included, and how deep; counting ends above `limit` values.
  func extent(limit: Int) -> (nodes: Int, depth: Int) {
    var (nodes, depth) = (0, 0)
    var open = [(node: self, depth: 1)]
    while let next = open.popLast(), nodes <= limit {
      nodes += 1
      depth = max(depth, next.depth)
      switch next.node.content {
      case .scalar: break
      case .sequence(let elements): open += elements.map { ($0, next.depth + 1) }
      case .mapping(let members): open += members.map { ($0.value, next.depth + 1) }
      }
    }
    return (nodes, depth)
  }
}
