import NetworkAddresses

/// The class of a record or question (RFC 1035 §3.2.4).
public struct RecordClass: RawRepresentable, Sendable, Hashable {
  /// 0–65535.
  public let rawValue: UInt16

  /// Takes any number, assigned or not.
  @inlinable
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// The Internet.
  public static let `in` = RecordClass(rawValue: 1)
  /// Chaosnet; today the server's own facts, such as `version.bind`.
  public static let ch = RecordClass(rawValue: 3)
  /// Hesiod.
  public static let hs = RecordClass(rawValue: 4)
  /// No class: only in dynamic updates (RFC 2136 §2.4).
  public static let none = RecordClass(rawValue: 254)
  /// Every class; only in questions, and in dynamic updates.
  public static let any = RecordClass(rawValue: 255)
}

extension RecordClass: CustomStringConvertible {
  private static let names: [UInt16: String] = [1: "IN", 3: "CH", 4: "HS", 254: "NONE", 255: "ANY"]

  /// `IN`; `CLASS42` for those without a name (RFC 3597 §5).
  public var description: String { Self.names[rawValue] ?? "CLASS\(rawValue)" }

  /// Reads a name in either case, or `CLASS` and a number.
  public init?(_ text: String) {
    let text = text.uppercased()
    if let code = Self.names.first(where: { $1 == text })?.key {
      self.init(rawValue: code)
    } else if text.hasPrefix("CLASS"), let code = UInt16(decimal: text.dropFirst(5)) {
      self.init(rawValue: code)
    } else {
      return nil
    }
  }
}
