/// What is wrong with one value of a document, seen before the object's own rules are asked.
public struct DocumentProblem: Error, Sendable, Hashable {
  /// The path of the value as Kubernetes writes it: `spec.ports[0].port`.
  public var path: String
  /// Where the value, or its name, stands.
  public var position: SourcePosition
  /// What is wrong.
  public var reason: Reason
  /// The type that the field belongs to, by Kubernetes' name for it: `ServicePort`; empty for the document itself.
  public var typeName: String
  /// Whether the path already names the field that is being read, instead of what lies in it.
  var isPlaced = false

  /// The ways in which a document does not fit.
  public enum Reason: Sendable, Hashable {
    /// A field that the type does not have, and the nearest that it has.
    case unknownField(nearest: String?)
    /// A field or a key that comes a second time.
    case duplicateField
    /// A value of another type: what is wanted, and what is there.
    case wrongType(expected: FieldType, found: DocumentNode)
    /// A value that no object can hold, in Kubernetes' words.
    case invalid(FieldError.Kind, badValue: String?, detail: String)
  }

  /// A problem at a place, with the path still to be filled in.
  init(_ reason: Reason, at position: SourcePosition, path: String = "") {
    self.reason = reason
    self.position = position
    self.path = path
    typeName = ""
  }

  /// Puts a step in front of the path.
  mutating func prepend(field: String) {
    path = path.isEmpty || path.hasPrefix("[") ? field + path : "\(field).\(path)"
  }

  /// Puts an index in front of the path.
  mutating func prepend(index: Int) {
    path = path.isEmpty || path.hasPrefix("[") ? "[\(index)]\(path)" : "[\(index)].\(path)"
  }
}

extension DocumentProblem {
  /// The problem as a field error; `nil` for those that Kubernetes reports in other words.
  public var fieldError: FieldError? {
    guard case .invalid(let kind, let badValue, let detail) = reason else { return nil }
    return FieldError(path, kind, badValue: badValue, detail)
  }

  /// Whether Kubernetes lets the object pass with a warning unless validation is strict: unknown and duplicate fields.
  public var isLenient: Bool {
    switch reason {
    case .unknownField, .duplicateField: true
    case .wrongType, .invalid: false
    }
  }

  /// The message as Kubernetes' API gives it: `unknown field "spec.port"`.
  public var kubernetesMessage: String {
    switch reason {
    case .unknownField: "unknown field \(path.quoted)"
    case .duplicateField: "duplicate field \(path.quoted)"
    case .wrongType(let expected, let found):
      "json: cannot unmarshal \(found.goDescription) into Go struct field \(typeName).\(pathWithoutIndexes) of type "
        + expected.goName
    case .invalid: fieldError.map(\.description) ?? ""
    }
  }

  /// The message without the path, with how to mend it: `unknown field; did you mean ports?`.
  public var message: String {
    switch reason {
    case .unknownField(let nearest): "unknown field" + (nearest.map { "; did you mean \($0)?" } ?? "")
    case .duplicateField: "this field was given before"
    case .wrongType(let expected, let found): expected.mismatch(found)
    case .invalid: fieldError?.message ?? ""
    }
  }

  /// `spec.ports[0].port` as `spec.ports.port`.
  private var pathWithoutIndexes: String {
    path.split(separator: "[").enumerated().map { index, part in
      index == 0 ? String(part) : String(part.drop { $0 != "]" }.dropFirst())
    }.joined()
  }
}

extension DocumentProblem: CustomStringConvertible {
  /// `spec.port: unknown field; did you mean ports?`.
  public var description: String { path.isEmpty ? message : "\(path): \(message)" }
}

extension DocumentNode {
  /// What Go's JSON decoder calls the value: `array`, `number 1.5`.
  package var goDescription: String {
    switch content {
    case .sequence: "array"
    case .mapping: "object"
    case .scalar(_, .string): "string"
    case .scalar(_, .boolean): "bool"
    case .scalar(_, .null): "null"
    case .scalar(let text, .integer), .scalar(let text, .real): "number \(text)"
    }
  }

  /// What people call the value: `a list`, `the boolean yes`.
  var plainDescription: String {
    switch content {
    case .sequence: "a list"
    case .mapping: "a mapping"
    case .scalar(let text, .string): "the text \(text.quoted)"
    case .scalar(let text, .boolean): "the boolean \(text)"
    case .scalar(_, .null): "nothing"
    case .scalar(let text, .integer), .scalar(let text, .real): "the number \(text)"
    }
  }
}
