extension DocumentNode {
  /// The value of a boolean scalar (`true`, and in YAML also `yes`, `on` and their likes); `nil` for everything else.
  public var boolean: Bool? {
    guard case .scalar(let text, .boolean) = content else { return nil }
    return ["true", "yes", "on", "y"].contains(text.lowercased())
  }

  /// The value of an integer scalar in JSON's form or one of YAML's (`0x1F`, `0o17`, `017`, `0b11`, `1_000`); `nil` for
  /// everything else and beyond 64 bits.
  public var integer: Int64? {
    guard case .scalar(let text, .integer) = content else { return nil }
    if let value = Int64(text), !Self.hasLeadingZero(text) { return value }
    return Self.yamlInteger(text)
  }

  private static func hasLeadingZero(_ text: String) -> Bool {
    let digits = text.utf8.drop { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }
    return digits.count > 1 && digits.first == UInt8(ascii: "0")
  }

  /// YAML 1.1 §10.3.2 and the `0o` of YAML 1.2.
  private static func yamlInteger(_ text: String) -> Int64? {
    let isNegative = text.hasPrefix("-")
    let digits = text.filter { $0 != "_" }.drop { $0 == "-" || $0 == "+" }
    let radixes: [(prefix: String, radix: Int)] = [("0x", 16), ("0o", 8), ("0b", 2), ("0", 8), ("", 10)]
    for (prefix, radix) in radixes where digits.lowercased().hasPrefix(prefix) {
      return Int64((isNegative ? "-" : "") + digits.dropFirst(prefix.count), radix: radix)
    }
    return nil
  }
}
