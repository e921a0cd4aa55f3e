/// One step of a field's path, as server-side apply tells fields apart (Kubernetes' structured merges).
public enum FieldStep: Sendable, Hashable {
  /// A member of an object or a mapping.
  case field(String)
  /// The element of a list whose keys have these values; sorted by the keys' names.
  case element([FieldKey])
  /// A member of a set of scalars.
  case value(FieldScalar)
  /// The element at a place, from 0; no list of ours goes by it, but clients may write it.
  case index(Int)
}

/// A key of a list's elements with the value that one of them has.
public struct FieldKey: Sendable, Hashable {
  /// The field of the element: `port`.
  public var name: String
  /// Its value.
  public var value: FieldScalar

  /// From its parts.
  public init(_ name: String, _ value: FieldScalar) {
    self.name = name
    self.value = value
  }
}

/// A scalar by which elements are told apart; numbers that are the same are equal, however they were written.
public struct FieldScalar: Sendable, Hashable {
  /// The text without quotes; whole numbers in plain decimal.
  public let text: String
  /// The type of the value.
  public let type: ScalarType

  /// A text.
  public init(_ text: String) {
    self.text = text
    type = .string
  }

  /// The scalar of a document's value; `nil` for lists and mappings.
  public init?(_ node: DocumentNode) {
    guard case .scalar(let text, let type) = node.content else { return nil }
    self.type = type
    switch type {
    case .integer: self.text = node.integer.map { String($0) } ?? text
    case .boolean: self.text = node.boolean == true ? "true" : "false"
    case .null: self.text = "null"
    case .real, .string: self.text = text
    }
  }

  /// The value in JSON.
  public var json: String { type == .string ? text.inJSON : text }
}

extension FieldScalar: Comparable {
  /// Numbers by their value, texts by their octets, and otherwise by type.
  public static func < (a: FieldScalar, b: FieldScalar) -> Bool {
    if a.type != b.type { return a.type.rawValue < b.type.rawValue }
    if a.type == .integer, let first = Int64(a.text), let second = Int64(b.text) { return first < second }
    return a.text < b.text
  }
}

extension FieldStep: Comparable {
  /// Fields, then elements, values and places; within these by name or value.
  public static func < (a: FieldStep, b: FieldStep) -> Bool {
    switch (a, b) {
    case (.field(let first), .field(let second)): first < second
    case (.element(let first), .element(let second)):
      first.lexicographicallyPrecedes(second) { ($0.name, $0.value) < ($1.name, $1.value) }
    case (.value(let first), .value(let second)): first < second
    case (.index(let first), .index(let second)): first < second
    default: a.rank < b.rank
    }
  }

  private var rank: Int {
    switch self {
    case .field: 0
    case .element: 1
    case .value: 2
    case .index: 3
    }
  }
}

extension FieldStep: CustomStringConvertible {
  /// As messages show it: `.ports`, `[port=80,protocol="TCP"]`, `[="a"]`, `[0]`.
  public var description: String {
    switch self {
    case .field(let name): ".\(name)"
    case .element(let keys): "[" + keys.map { "\($0.name)=\($0.value.json)" }.joined(separator: ",") + "]"
    case .value(let value): "[=\(value.json)]"
    case .index(let index): "[\(index)]"
    }
  }
}

extension FieldStep {
  /// The step as FieldsV1 names it: `f:ports`, `k:{"port":80,"protocol":"TCP"}`, `v:"a"`, `i:0`.
  var fieldsV1Name: String {
    switch self {
    case .field(let name): "f:\(name)"
    case .element(let keys): "k:" + Self.json(keys)
    case .value(let value): "v:\(value.json)"
    case .index(let index): "i:\(index)"
    }
  }

  private static func json(_ keys: [FieldKey]) -> String {
    "{" + keys.map { "\($0.name.inJSON):\($0.value.json)" }.joined(separator: ",") + "}"
  }

  /// The step that a member of FieldsV1 names; `nil` for kinds of steps that are not known, which are passed over.
  ///
  /// - Throws: what is wrong with a step of a known kind.
  static func named(_ name: String) throws(FieldSetError) -> FieldStep? {
    let rest = String(Substring(name.utf8.dropFirst(2)))
    switch String(Substring(name.utf8.prefix(2))) {
    case "f:": return .field(rest)
    case "k:": return .element(try keys(rest))
    case "v:":
      guard let value = json(rest).flatMap({ FieldScalar($0) }) else {
        throw FieldSetError("\(name.quoted) is no value")
      }
      return .value(value)
    case "i:":
      guard let index = Int(rest) else { throw FieldSetError("\(name.quoted) is no place") }
      return .index(index)
    default: return nil
    }
  }

  private static func keys(_ text: String) throws(FieldSetError) -> [FieldKey] {
    guard case .mapping(let members)? = json(text)?.content, !members.isEmpty else {
      throw FieldSetError("\(text.quoted) has no keys")
    }
    var keys: [FieldKey] = []
    for member in members {
      guard let value = FieldScalar(member.value) else {
        throw FieldSetError("the key \(member.key.quoted) is no scalar")
      }
      keys.append(FieldKey(member.key, value))
    }
    return keys.sorted { $0.name < $1.name }
  }

  /// One JSON value, and nothing behind it.
  private static func json(_ text: String) -> DocumentNode? {
    do {
      var reader = try JSONReader(Array(text.utf8), limits: DocumentLimits(depth: 2, nodes: 100))
      guard let node = try reader.next(), try reader.next() == nil else { return nil }
      return node
    } catch {
      return nil
    }
  }
}

extension String {
  /// The text as a JSON string.
  fileprivate var inJSON: String {
    var writer = JSONWriter()
    writer.string(self)
    return writer.text
  }
}

/// Why a text is no set of fields.
public struct FieldSetError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong.
  public let description: String

  init(_ description: String) { self.description = description }
}
