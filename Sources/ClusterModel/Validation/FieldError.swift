/// What is wrong with one field of an object, in Kubernetes' own words (its package `field`).
public struct FieldError: Error, Sendable, Hashable {
  /// The field's path as Kubernetes writes it: `spec.ports[0].port`.
  public var path: String
  /// How the field is wrong.
  public var kind: Kind
  /// The value that is refused, as it is printed: text in quotes, lists and objects as JSON; `nil` where none is shown.
  public var badValue: String?
  /// What would be right; may be empty.
  public var detail: String

  /// From its parts.
  public init(_ path: String, _ kind: Kind, badValue: String? = nil, _ detail: String = "") {
    self.path = path
    self.kind = kind
    self.badValue = badValue
    self.detail = detail
  }

  /// The ways in which a field can be wrong.
  public enum Kind: Sendable, Hashable {
    case required
    case invalid
    case duplicate
    case notSupported
    case forbidden
    case notFound
    case tooLong
    case tooMany
    case typeInvalid

    /// How messages begin: `Invalid value`.
    public var title: String {
      switch self {
      case .required: "Required value"
      case .invalid, .typeInvalid: "Invalid value"
      case .duplicate: "Duplicate value"
      case .notSupported: "Unsupported value"
      case .forbidden: "Forbidden"
      case .notFound: "Not found"
      case .tooLong: "Too long"
      case .tooMany: "Too many"
      }
    }

    /// The `reason` of a cause in a Status object: `FieldValueInvalid`.
    public var reason: String {
      switch self {
      case .required: "FieldValueRequired"
      case .invalid: "FieldValueInvalid"
      case .duplicate: "FieldValueDuplicate"
      case .notSupported: "FieldValueNotSupported"
      case .forbidden: "FieldValueForbidden"
      case .notFound: "FieldValueNotFound"
      case .tooLong: "FieldValueTooLong"
      case .tooMany: "FieldValueTooMany"
      case .typeInvalid: "FieldValueTypeInvalid"
      }
    }
  }

  /// The message without the path: `Invalid value: 70000: must be between 1 and 65535, inclusive`.
  public var message: String {
    var text = kind.title
    if let badValue { text += ": \(badValue)" }
    if !detail.isEmpty { text += ": \(detail)" }
    return text
  }
}

extension FieldError: CustomStringConvertible {
  /// `spec.ports[0].port: Invalid value: 70000: must be between 1 and 65535, inclusive`.
  public var description: String { "\(path): \(message)" }
}

extension [FieldError] {
  /// The errors as one message: alone as it is, several in brackets with commas between.
  public var aggregateMessage: String {
    count == 1 ? self[0].description : "[" + map(\.description).joined(separator: ", ") + "]"
  }
}
