/// Why something is no domain name; offsets count octets of the text, of the wire form, or of the labels in wire form.
public enum NameError: Error, Sendable, Hashable {
  /// A text of no characters; the root is written `.`.
  case empty
  /// Two dots in a row, or a dot at the start.
  case emptyLabel(at: Int)
  /// A label of more than 63 octets; the offset is its first octet, or its length's.
  case labelTooLong(at: Int)
  /// More than 255 octets in wire form.
  case nameTooLong
  /// A backslash without a character or three digits of at most 255 behind it.
  case badEscape(at: Int)
  /// Octets that end within a name, or go on after it.
  case notOneName(at: Int)
}

extension NameError: CustomStringConvertible {
  /// One line, without a full stop.
  public var description: String {
    switch self {
    case .empty: "an empty name; the root is written \".\""
    case .emptyLabel(let offset): "an empty label at octet \(offset)"
    case .labelTooLong(let offset): "a label of more than 63 octets at octet \(offset)"
    case .nameTooLong: "a name of more than 255 octets"
    case .badEscape(let offset):
      "a backslash at octet \(offset) without a character or a number of 000 to 255 behind it"
    case .notOneName(let offset): "not exactly one name: it ends or goes on at octet \(offset)"
    }
  }
}
