/// What kind of message it is: 0–15 (RFC 1035 §4.1.1).
public struct Opcode: RawRepresentable, Sendable, Hashable {
  /// Four bits.
  public let rawValue: UInt8

  /// Keeps the lower four bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue & 15 }

  /// A standard query.
  public static let query = Opcode(rawValue: 0)
  /// An inverse query; obsolete (RFC 3425).
  public static let iquery = Opcode(rawValue: 1)
  /// A request for a server's status.
  public static let status = Opcode(rawValue: 2)
  /// A zone has changed (RFC 1996).
  public static let notify = Opcode(rawValue: 4)
  /// A dynamic update (RFC 2136).
  public static let update = Opcode(rawValue: 5)
}

extension Opcode: CustomStringConvertible {
  /// `QUERY`, `NOTIFY`; `OPCODE6` for those without a name.
  public var description: String {
    switch self {
    case .query: "QUERY"
    case .iquery: "IQUERY"
    case .status: "STATUS"
    case .notify: "NOTIFY"
    case .update: "UPDATE"
    default: "OPCODE\(rawValue)"
    }
  }
}
