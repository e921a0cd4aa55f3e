/// A value in a template.
indirect enum TemplateValue: Sendable {
  /// Nothing: a key that a map does not have, `nil`.
  case none
  case bool(Bool)
  case integer(Int128)
  case string(String)
  case list([TemplateValue])
  case map([String: TemplateValue])
  case record(any TemplateRecord)
}

/// Something with named fields.
protocol TemplateRecord: Sendable {
  /// A field's value; `nil` when there is no such field.
  func field(_ name: String) -> TemplateValue?
  /// What a method with one argument gives; `nil` when there is no such method.
  func call(_ name: String, _ argument: String) -> TemplateValue?
  /// How it prints; `nil` when it cannot.
  var text: String? { get }
}

extension TemplateRecord {
  func call(_ name: String, _ argument: String) -> TemplateValue? { nil }
  var text: String? { nil }
}

extension TemplateValue {
  /// What `if` takes for true: anything but false, zero and the empty.
  var isTrue: Bool {
    switch self {
    case .none: false
    case .bool(let value): value
    case .integer(let value): value != 0
    case .string(let value): !value.isEmpty
    case .list(let values): !values.isEmpty
    case .map(let values): !values.isEmpty
    case .record: true
    }
  }

  /// The value as it prints.
  func text() throws(TemplateError) -> String {
    switch self {
    case .none: return "<no value>"
    case .bool(let value): return value ? "true" : "false"
    case .integer(let value): return String(value)
    case .string(let value): return value
    case .list(let values): return "[" + (try Self.joined(values)) + "]"
    case .map(let values):
      var parts: [String] = []
      for (key, value) in values.sorted(by: { $0.key < $1.key }) { parts.append("\(key):\(try value.text())") }
      return "map[" + parts.joined(separator: " ") + "]"
    case .record(let record):
      guard let text = record.text else { throw TemplateError(message: "a whole message cannot be printed") }
      return text
    }
  }

  private static func joined(_ values: [TemplateValue]) throws(TemplateError) -> String {
    var parts: [String] = []
    for value in values { parts.append(try value.text()) }
    return parts.joined(separator: " ")
  }

  /// What a name behind a dot leads to.
  func field(_ name: String) throws(TemplateError) -> TemplateValue {
    switch self {
    case .map(let values): return values[name] ?? .none
    case .record(let record):
      guard let value = record.field(name) else { throw TemplateError(message: "there is no field '.\(name)'") }
      return value
    case .none: throw TemplateError(message: "nothing has no field '.\(name)'")
    default: throw TemplateError(message: "'.\(name)' is a field of what has none")
    }
  }

  /// What `index` finds.
  func element(_ key: TemplateValue) throws(TemplateError) -> TemplateValue {
    switch (self, key) {
    case (.map(let values), .string(let key)): return values[key] ?? .string("")
    case (.list(let values), .integer(let index)):
      guard index >= 0, index < values.count else { throw TemplateError(message: "the index \(index) is out of range") }
      return values[Int(index)]
    case (.string(let text), .integer(let index)):
      guard index >= 0, index < text.utf8.count else {
        throw TemplateError(message: "the index \(index) is out of range")
      }
      return .integer(Int128(Array(text.utf8)[Int(index)]))
    default: throw TemplateError(message: "'index' cannot look that up")
    }
  }
}
