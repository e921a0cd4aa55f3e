// Fields that are kept and printed again but never looked at. They are held as the compact JSON that they are printed as, by
// their names in a `StringMap`, which is one word when there are none; their types are checked like those of all others.

extension Field {
  /// A field whose value is checked by its type and kept as JSON, under its name in a map.
  static func kept(
    _ name: String, _ type: FieldType, oneOf allowedValues: [String] = [], in path: FieldPath<Root, StringMap>
  ) -> Field {
    kept(FieldInfo(name, type, oneOf: allowedValues), in: path)
  }

  /// The same with all that is known of the field.
  static func kept(_ info: FieldInfo, in path: FieldPath<Root, StringMap>) -> Field {
    Field(
      info: info,
      decode: { node, root, decoder in
        guard let value = decoder.normalized(node, info.type, info.allowedValues) else { return }
        root[keyPath: path][info.name] = decoder.interner.intern(value.json)
      },
      encode: { root, writer in
        guard let json = root[keyPath: path][info.name] else { return }
        writer.key(info.name)
        writer.raw(json)
      })
  }
}

extension FieldType {
  /// An object of a type whose fields are given where it is used.
  static func object(_ typeName: String, isOpen: Bool = false, _ fields: FieldInfo...) -> FieldType {
    .object { ObjectSchema(typeName, isOpen: isOpen, fields) }
  }

  /// An object of a type whose fields are not looked at.
  static func open(_ typeName: String) -> FieldType { object(typeName, isOpen: true) }
}

extension DocumentDecoder {
  /// A value as it is kept: without nulls and without fields that its type does not have; `nil` when there is nothing to
  /// keep. What does not fit is a problem.
  mutating func normalized(_ node: DocumentNode, _ type: FieldType, _ allowed: [String] = []) -> DocumentNode? {
    if node.isNull { return nil }
    switch type {
    case .any: return node
    case .list(let element): return normalizedList(node, element, allowed)
    case .object(let schema): return normalizedObject(node, schema())
    case .map(let value): return normalizedMap(node, type, value)
    case .stringMap: return normalizedMap(node, type, .string)
    case .quantity: return quantity(node)
    default: return normalizedScalar(node, type, allowed)
    }
  }

  private mutating func normalizedScalar(
    _ node: DocumentNode, _ type: FieldType, _ allowed: [String]
  ) -> DocumentNode? {
    let isRight: Bool =
      switch type {
      case .string: string(node) != nil
      case .boolean: boolean(node) != nil
      case .int32: int32(node) != nil
      case .int64: int64(node) != nil
      case .intOrString: portReference(node) != nil
      case .time: time(node) != nil
      case .microTime: microTime(node) != nil
      default: true
      }
    guard isRight else { return nil }
    if let text = node.string, !text.isEmpty, !allowed.isEmpty, !allowed.contains(text) {
      notSupported(node, text, allowed)
    }
    return node
  }

  private mutating func normalizedList(
    _ node: DocumentNode, _ element: FieldType, _ allowed: [String]
  ) -> DocumentNode? {
    var list: [DocumentNode] = []
    elements(node, element) { value, decoder in
      if let value = decoder.normalized(value, element, allowed) { list.append(value) }
    }
    return DocumentNode(.sequence(list), at: node.position)
  }

  private mutating func normalizedMap(
    _ node: DocumentNode, _ type: FieldType, _ value: FieldType
  ) -> DocumentNode? {
    guard case .mapping(let members) = node.content else {
      mismatch(node, type)
      return nil
    }
    for member in duplicates(in: members) { duplicate(member) }
    var table = MemberTable(nil)
    for member in members { table[member.key] = normalized(member.value, value) }
    return table.node(at: node.position)
  }

  private mutating func normalizedObject(_ node: DocumentNode, _ schema: ObjectSchema) -> DocumentNode? {
    guard case .mapping(let members) = node.content else {
      mismatch(node, .object { schema })
      return nil
    }
    for member in duplicates(in: members) { duplicate(member) }
    var table = MemberTable(nil)
    for member in members {
      if let field = schema[member.key] {
        let before = problems.count
        table[member.key] = normalized(member.value, field.type, field.allowedValues)
        place(from: before, in: member.key, of: schema.typeName)
      } else if schema.isOpen {
        table[member.key] = member.value
      } else {
        unknown(member, among: schema.fields.lazy.map(\.name), of: schema.typeName)
      }
    }
    return table.node(at: node.position)
  }

  /// An amount, as text: Kubernetes takes numbers too.
  private mutating func quantity(_ node: DocumentNode) -> DocumentNode? {
    guard case .scalar(let text, let type) = node.content, type != .boolean else {
      mismatch(node, .quantity)
      return nil
    }
    guard QuantitySyntax.isQuantity(text) else {
      invalid(node, badValue: text.quoted, QuantitySyntax.rule)
      return nil
    }
    return DocumentNode(.scalar(text, .string), at: node.position)
  }
}

/// The form of amounts: `1`, `0.5`, `500m`, `1Gi`, `1e3`.
enum QuantitySyntax {
  static let rule =
    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
  private static let suffixes: Set<String> = [
    "", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei",
  ]

  /// Whether the text is an amount.
  static func isQuantity(_ text: String) -> Bool {
    let unsigned = text.hasPrefix("+") || text.hasPrefix("-") ? text.dropFirst() : Substring(text)
    let number = unsigned.prefix { $0.isASCII && $0.isNumber || $0 == "." }
    guard number.contains(where: \.isNumber), number.count(where: { $0 == "." }) <= 1 else { return false }
    let suffix = unsigned.dropFirst(number.count)
    return suffixes.contains(String(suffix)) || isExponent(suffix)
  }

  private static func isExponent(_ text: Substring) -> Bool {
    guard text.first == "e" || text.first == "E" else { return false }
    let digits = text.dropFirst().drop { $0 == "+" || $0 == "-" }
    return (1...4).contains(digits.count) && text.count - digits.count <= 2
      && digits.allSatisfy { $0.isASCII && $0.isNumber }
  }
}
