/// Reads values from documents by their tables, and gathers what does not fit.
///
/// A problem's path is put together on the way out, so that a document without problems pays nothing for it.
struct DocumentDecoder {
  private(set) var problems: [DocumentProblem] = []
  let interner: StringInterner
  /// The most problems that one object is told of; the rest would only cost time.
  private static let limit = 100
  /// Up to how many problems the nearest name is looked for.
  private static let suggestionLimit = 10
  /// What the addresses of the slice that is being read are.
  var addressType: AddressType?

  init(interner: StringInterner) { self.interner = interner }

  /// Reads the fields of one object.
  mutating func decode<Root>(_ node: DocumentNode, into root: inout Root, _ table: FieldTable<Root>) {
    guard case .mapping(let members) = node.content else {
      if !node.isNull { mismatch(node, .object { table.schema }) }
      return
    }
    table.prepare?(node, &self)
    var seen: UInt64 = 0
    var expected = 0
    for member in members {
      guard let index = table.index(of: member.key, from: expected) else {
        if !table.isOpen { unknown(member, in: table) }
        continue
      }
      expected = index + 1
      if seen >> UInt64(index) & 1 == 1 { duplicate(member) }
      seen |= 1 << UInt64(index)
      decode(member.value, into: &root, table.fields[index], of: table)
    }
    reportMissing(node, seen, table)
    table.finish?(&root, &self)
  }

  /// Reads one field, and puts its name in front of the problems that come up.
  private mutating func decode<Root>(
    _ value: DocumentNode, into root: inout Root, _ field: Field<Root>, of table: FieldTable<Root>
  ) {
    if value.isNull { return }
    let before = problems.count
    field.decode(value, &root, &self)
    if problems.count > before { place(from: before, in: field.info.name, of: table.typeName) }
  }

  /// Puts a field's name in front of the latest problems, from the `first` on.
  mutating func place(from first: Int, in field: String, of typeName: String) {
    for index in first..<problems.count {
      if problems[index].typeName.isEmpty { problems[index].typeName = typeName }
      if problems[index].isPlaced {
        problems[index].isPlaced = false
      } else {
        problems[index].prepend(field: field)
      }
    }
  }

  /// Reads each element of a list, and puts its index in front of the problems that come up.
  mutating func elements(
    _ node: DocumentNode, _ type: @autoclosure () -> FieldType,
    _ body: (DocumentNode, inout DocumentDecoder) -> Void
  ) {
    guard case .sequence(let elements) = node.content else { return mismatch(node, .list(type())) }
    for (index, element) in elements.enumerated() {
      let before = problems.count
      body(element, &self)
      for place in before..<problems.count { problems[place].prepend(index: index) }
    }
  }
}

extension DocumentDecoder {
  private mutating func add(_ problem: @autoclosure () -> DocumentProblem) {
    if problems.count < Self.limit { problems.append(problem()) }
  }

  /// The value has another type than the field.
  mutating func mismatch(_ node: DocumentNode, _ expected: FieldType) {
    add(DocumentProblem(.wrongType(expected: expected, found: node), at: node.position))
  }

  /// The value is none that an object can hold.
  mutating func invalid(
    _ node: DocumentNode, _ kind: FieldError.Kind = .invalid, badValue: String? = nil, _ detail: String,
    path: String = ""
  ) {
    add(DocumentProblem(.invalid(kind, badValue: badValue, detail: detail), at: node.position, path: path))
  }

  /// Puts the latest problem where Kubernetes reports it, from the object that the field belongs to.
  mutating func lastPath(is path: String) {
    guard let last = problems.indices.last else { return }
    problems[last].path = path
    problems[last].isPlaced = true
  }

  private mutating func unknown<Root>(_ member: DocumentNode.Member, in table: FieldTable<Root>) {
    unknown(member, among: table.fields.lazy.map(\.info.name), of: table.typeName)
  }

  /// A field that the type does not have.
  mutating func unknown(
    _ member: DocumentNode.Member, among names: some Sequence<String>, of typeName: String
  ) {
    let mayMean = problems.count < Self.suggestionLimit
    let nearest = mayMean ? NearestName.of(member.key, among: names) : nil
    var problem = DocumentProblem(.unknownField(nearest: nearest), at: member.keyPosition, path: member.key)
    problem.typeName = typeName
    add(problem)
  }

  mutating func duplicate(_ member: DocumentNode.Member) {
    add(DocumentProblem(.duplicateField, at: member.keyPosition, path: member.key))
  }

  private mutating func reportMissing<Root>(_ node: DocumentNode, _ seen: UInt64, _ table: FieldTable<Root>) {
    for (index, field) in table.fields.enumerated() where field.info.isDemanded && seen >> UInt64(index) & 1 == 0 {
      invalid(node, .required, "", path: field.info.name)
    }
  }
}

extension DocumentDecoder {
  /// A string; `nil` and a problem for everything else.
  mutating func string(_ node: DocumentNode) -> String? {
    if case .scalar(let text, .string) = node.content { return text }
    mismatch(node, .string)
    return nil
  }

  mutating func boolean(_ node: DocumentNode) -> Bool? {
    if let value = node.boolean { return value }
    mismatch(node, .boolean)
    return nil
  }

  mutating func int32(_ node: DocumentNode) -> Int32? {
    if let value = node.integer, let narrow = Int32(exactly: value) { return narrow }
    mismatch(node, .int32)
    return nil
  }

  mutating func int64(_ node: DocumentNode) -> Int64? {
    if let value = node.integer { return value }
    mismatch(node, .int64)
    return nil
  }

  /// Seconds since 1970.
  mutating func time(_ node: DocumentNode) -> Int64? {
    if let text = node.string, let seconds = Timestamp.seconds(text) { return seconds }
    mismatch(node, .time)
    return nil
  }

  /// Microseconds since 1970.
  mutating func microTime(_ node: DocumentNode) -> Int64? {
    if let text = node.string, let microseconds = Timestamp.microseconds(text) { return microseconds }
    mismatch(node, .microTime)
    return nil
  }

  mutating func portReference(_ node: DocumentNode) -> PortReference? {
    switch node.content {
    case .scalar(let name, .string): return .name(interner.intern(name))
    case .scalar(_, .integer):
      if let number = int32(node) { return .number(number) }
      return nil
    default:
      mismatch(node, .intOrString)
      return nil
    }
  }

  /// The members whose names came before.
  func duplicates(in members: [DocumentNode.Member]) -> [DocumentNode.Member] {
    if members.count < 2 { return [] }
    var names = Set<String>(minimumCapacity: members.count)
    return members.filter { !names.insert($0.key).inserted }
  }

  /// Labels, annotations and selectors; keys and values that many objects have are kept once.
  mutating func stringMap(_ node: DocumentNode) -> StringMap? {
    guard case .mapping(let members) = node.content else {
      mismatch(node, .stringMap)
      return nil
    }
    var pairs: [Label] = []
    pairs.reserveCapacity(members.count)
    for member in duplicates(in: members) { duplicate(member) }
    for member in members {
      guard let value = member.value.isNull ? "" : string(member.value) else { continue }
      pairs.append(Label(interner.intern(member.key), value.utf8.count <= 63 ? interner.intern(value) : value))
    }
    return StringMap(pairs)
  }
}
