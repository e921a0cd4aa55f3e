/// Why octets are no DNS message, each with the offset of the octet where that shows.
public enum WireError: Error, Sendable, Hashable {
  /// The message, or the record's data, ends before what is announced there.
  case truncated(at: Int)
  /// Octets follow the last record that the header counts, or the last field of a record's data.
  case trailingOctets(at: Int)
  /// A label type other than the plain label and the pointer: 0x40 (RFC 6891 §5) and 0x80 are in no use.
  case unknownLabelType(at: Int)
  /// A pointer that does not lead to an earlier name, or a chain of more than 126 pointers (RFC 1035 §4.1.4).
  case badPointer(at: Int)
  /// A pointer where names must not be compressed (RFC 3597 §4).
  case compressedName(at: Int)
  /// A name of more than 255 octets (RFC 1035 §3.1); the offset is the name's first octet.
  case nameTooLong(at: Int)
  /// A field whose value its type forbids: an empty CAA tag, a type bitmap or service parameters out of order.
  case badField(type: RecordType, at: Int)
  /// An OPT record outside the additional section, or with an owner other than the root (RFC 6891 §6.1.1).
  case misplacedOPT(at: Int)
  /// A second OPT record (RFC 6891 §6.1.1).
  case repeatedOPT(at: Int)

  /// The offset in octets from the start of what was read.
  public var offset: Int {
    switch self {
    case .truncated(let offset), .trailingOctets(let offset), .unknownLabelType(let offset), .badPointer(let offset),
      .compressedName(let offset), .nameTooLong(let offset), .badField(_, let offset),
      .misplacedOPT(let offset), .repeatedOPT(let offset):
      offset
    }
  }
}

extension WireError: CustomStringConvertible {
  /// One line, without a full stop: `octet 31: a pointer that does not lead back to a name`.
  public var description: String { "octet \(offset): \(complaint)" }

  private var complaint: String {
    switch self {
    case .truncated: "the octets end early"
    case .trailingOctets: "octets after the end"
    case .unknownLabelType: "an unknown type of label"
    case .badPointer: "a pointer that does not lead back to a name"
    case .compressedName: "a compressed name where none is allowed"
    case .nameTooLong: "a name of more than 255 octets"
    case .badField(let type, _): "a value that \(type) does not allow"
    case .misplacedOPT: "an OPT record in the wrong place"
    case .repeatedOPT: "a second OPT record"
    }
  }
}
