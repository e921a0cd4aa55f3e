/// The fields of one type of objects, in the order in which they are printed.
///
/// One table a type is all that decoding, encoding, strict checking and the API's schemas go by.
struct FieldTable<Root: Sendable>: Sendable {
  /// Kubernetes' name of the type: `ServicePort`.
  let typeName: String
  let fields: [Field<Root>]
  /// What writes the fields, in their order: writers need nothing else of them, and a list has a million.
  let encoders: [@Sendable (Root, inout JSONWriter) -> Void]
  /// Whether fields that are not in the table are passed over: the type has many that do not matter here.
  let isOpen: Bool
  /// Whether server-side apply takes the objects as a whole, whoever sets one of their fields.
  let isAtomic: Bool
  /// What is done with the document before its fields are read.
  let prepare: (@Sendable (DocumentNode, inout DocumentDecoder) -> Void)?
  /// What is done with the value when its fields have been read.
  let finish: (@Sendable (inout Root, inout DocumentDecoder) -> Void)?

  init(
    _ typeName: String, isOpen: Bool = false, isAtomic: Bool = false,
    prepare: (@Sendable (DocumentNode, inout DocumentDecoder) -> Void)? = nil,
    finish: (@Sendable (inout Root, inout DocumentDecoder) -> Void)? = nil, _ fields: [Field<Root>]
  ) {
    precondition(fields.count <= 64, "a table has at most 64 fields")
    self.typeName = typeName
    self.isOpen = isOpen
    self.isAtomic = isAtomic
    self.prepare = prepare
    self.finish = finish
    self.fields = fields
    encoders = fields.map(\.encode)
  }

  /// The place of a field, looked for from `start` on: documents mostly keep the table's order.
  func index(of name: String, from start: Int) -> Int? {
    for index in start..<fields.count where fields[index].info.name == name { return index }
    for index in 0..<min(start, fields.count) where fields[index].info.name == name { return index }
    return nil
  }

  /// The table without its types.
  var schema: ObjectSchema {
    ObjectSchema(typeName: typeName, fields: fields.map(\.info), isOpen: isOpen, isAtomic: isAtomic)
  }
}

/// One field of a type: what it is, how it is read and how it is written.
struct Field<Root: Sendable>: Sendable {
  var info: FieldInfo
  /// Reads the field's value, which is not null.
  let decode: @Sendable (DocumentNode, inout Root, inout DocumentDecoder) -> Void
  /// Writes name and value, or nothing where the value is left out.
  let encode: @Sendable (Root, inout JSONWriter) -> Void

  /// The field as one that the API's schema calls required.
  var required: Field { with(info.required) }

  /// The field as one without which there is no object: leaving it out is an error of decoding.
  var demanded: Field {
    var copy = required
    copy.info.isDemanded = true
    return copy
  }

  /// The field as a list whose elements patches tell apart by these fields.
  func merged(by keys: String...) -> Field { with(info.merged(by: keys)) }

  /// The field as a list that is a set.
  var united: Field { with(info.united) }

  /// The field as a mapping that server-side apply takes as a whole.
  var atomic: Field { with(info.atomic) }

  /// The field with the text that it has where documents leave it out.
  func defaulting(to text: String) -> Field {
    var copy = self
    copy.info.defaultValue = text
    return copy
  }

  /// The field as the first value of another one, which is a list.
  func leading(_ plural: String) -> Field {
    var copy = self
    copy.info.pluralName = plural
    return copy
  }

  private func with(_ info: FieldInfo) -> Field {
    var copy = self
    copy.info = info
    return copy
  }
}

/// A type of objects as the API's schemas and patches see it.
public struct ObjectSchema: Sendable {
  /// Kubernetes' name of the type: `ServicePort`.
  public let typeName: String
  /// The fields in the order in which they are printed.
  public let fields: [FieldInfo]
  /// Whether other fields are taken and passed over.
  public let isOpen: Bool
  /// Whether server-side apply takes the objects as a whole (`x-kubernetes-map-type: atomic`).
  public let isAtomic: Bool

  /// The field with that name.
  public subscript(name: String) -> FieldInfo? { fields.first { $0.name == name } }
}

extension ObjectSchema {
  /// A type of which only the fields' types are known, and that is kept as it was written.
  init(_ typeName: String, isOpen: Bool = false, _ fields: [FieldInfo]) {
    self.init(typeName: typeName, fields: fields, isOpen: isOpen, isAtomic: false)
  }
}

/// One field as the API's schemas and patches see it.
public struct FieldInfo: Sendable {
  /// The name in documents.
  public let name: String
  /// What its values are.
  public let type: FieldType
  /// Whether schemas call it required.
  public internal(set) var isRequired = false
  /// Whether decoding reports its absence.
  var isDemanded = false
  /// The values that it may have; empty for any.
  public internal(set) var allowedValues: [String] = []
  /// What tells the elements of the list apart; a strategic merge patch goes by the first alone. Empty for lists that
  /// are replaced as a whole.
  public internal(set) var mergeKeys: [String] = []
  /// Whether the list is a set of scalars, which patches unite.
  public internal(set) var isSet = false
  /// Whether server-side apply takes the mapping as a whole (`x-kubernetes-map-type: atomic`).
  public internal(set) var isAtomic = false
  /// Whether every object of the type has the field, be it without content: objects that are no pointers in Go.
  public internal(set) var isAlwaysThere = false
  /// The text that the field has where documents leave it out; `nil` for none. It counts in the keys of lists.
  public internal(set) var defaultValue: String?
  /// The field that says the same for several values: `clusterIPs` for `clusterIP`.
  public internal(set) var pluralName: String?

  init(_ name: String, _ type: FieldType, oneOf allowedValues: [String] = []) {
    self.name = name
    self.type = type
    self.allowedValues = allowedValues
  }

  /// The field as one that the API's schema calls required.
  var required: FieldInfo {
    var copy = self
    copy.isRequired = true
    return copy
  }

  /// The field as a list whose elements patches tell apart by these fields.
  func merged(by keys: [String]) -> FieldInfo {
    var copy = self
    copy.mergeKeys = keys
    return copy
  }

  /// The field as a list that is a set.
  var united: FieldInfo {
    var copy = self
    copy.isSet = true
    return copy
  }

  /// The field as a mapping that server-side apply takes as a whole.
  var atomic: FieldInfo {
    var copy = self
    copy.isAtomic = true
    return copy
  }
}

/// What the values of a field are.
public indirect enum FieldType: Sendable {
  case string
  case boolean
  case int32
  case int64
  /// A number or a name: ports.
  case intOrString
  /// RFC 3339, as a string.
  case time
  /// RFC 3339 with microseconds, as a string.
  case microTime
  /// Names with strings as values: labels.
  case stringMap
  /// An amount as Kubernetes writes it: `500m`, `1Gi`.
  case quantity
  /// Names with such values.
  case map(FieldType)
  /// A list of such values.
  case list(FieldType)
  /// An object; the schema is made when it is asked for.
  case object(@Sendable () -> ObjectSchema)
  /// Anything.
  case any
}

extension FieldType: Hashable {
  /// Types with one name are the same.
  public static func == (a: FieldType, b: FieldType) -> Bool { a.goName == b.goName }

  /// By the type's name.
  public func hash(into hasher: inout Hasher) { hasher.combine(goName) }

  /// What Go calls the type: `map[string]string`.
  public var goName: String {
    switch self {
    case .string: "string"
    case .boolean: "bool"
    case .int32: "int32"
    case .int64: "int64"
    case .intOrString: "intstr.IntOrString"
    case .time: "v1.Time"
    case .microTime: "v1.MicroTime"
    case .stringMap: "map[string]string"
    case .quantity: "resource.Quantity"
    case .map(let value): "map[string]" + value.goName
    case .list(let element): "[]" + element.goName
    case .object(let schema): "v1." + schema().typeName
    case .any: "interface {}"
    }
  }

  /// What people call a value of the type.
  private var plainName: String {
    switch self {
    case .string: "a text"
    case .boolean: "true or false"
    case .int32, .int64: "a whole number"
    case .intOrString: "a number or a name"
    case .time: "a time such as \"2026-01-31T12:00:00Z\""
    case .microTime: "a time such as \"2026-01-31T12:00:00.000000Z\""
    case .stringMap: "a mapping of names to texts"
    case .quantity: "an amount such as \"500m\" or \"1Gi\""
    case .map: "a mapping of names to values"
    case .list: "a list"
    case .object: "a mapping of fields"
    case .any: "a value"
    }
  }

  /// What to say of a value that has another type, with how to mend it.
  func mismatch(_ found: DocumentNode) -> String {
    let complaint = "expected \(plainName), found \(found.plainDescription)"
    switch (self, found.content) {
    case (.string, .scalar(let text, .boolean)), (.string, .scalar(let text, .integer)),
      (.string, .scalar(let text, .real)):
      return complaint + "; write it in quotes: \(text.quoted)"
    case (.int32, .scalar(let text, .string)) where Int32(text) != nil,
      (.int64, .scalar(let text, .string)) where Int64(text) != nil:
      return complaint + "; write it without quotes: \(text)"
    case (.int32, .scalar(let text, .integer)) where Int32(text) == nil:
      return complaint + ", which needs more than 32 bits"
    case (.list, .mapping), (.list, .scalar): return complaint + "; begin each element with '- '"
    case (.stringMap, .sequence), (.map, .sequence), (.object, .sequence): return complaint + "; leave out the '-'"
    default: return complaint
    }
  }
}
