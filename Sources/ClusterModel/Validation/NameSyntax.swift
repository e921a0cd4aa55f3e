/// The forms that names have in Kubernetes. Each check gives what is wrong, in Kubernetes' words; nothing when all is well.
public enum NameSyntax {
  /// A DNS label as RFC 1123 has it: at most 63 of a–z, 0–9 and `-`, no `-` first or last.
  public static func dns1123Label(_ name: some StringProtocol) -> [String] {
    check(name, upTo: 63, isDNS1123Label(name), else: label1123Rule)
  }

  /// DNS labels with dots between: at most 253 octets.
  public static func dns1123Subdomain(_ name: some StringProtocol) -> [String] {
    check(name, upTo: 253, isDNS1123Subdomain(name), else: subdomainRule)
  }

  /// A DNS label as RFC 1035 has it: as in RFC 1123, and it begins with a letter.
  public static func dns1035Label(_ name: some StringProtocol) -> [String] {
    check(name, upTo: 63, isDNS1123Label(name) && !isDigit(name.utf8.first ?? 0), else: label1035Rule)
  }

  /// The key of a label: up to 63 of letters, digits, `-`, `_` and `.`, after a DNS subdomain and `/` or not.
  public static func qualifiedName(_ name: some StringProtocol) -> [String] {
    if isQualifiedName(name) { return [] }
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 2, let last = parts.last else {
      return [
        "a qualified name " + qualifiedWords
          + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
      ]
    }
    var problems: [String] = []
    if parts.count == 2 {
      problems = parts[0].isEmpty ? ["must be non-empty"] : dns1123Subdomain(parts[0])
      problems = problems.map { "prefix part " + $0 }
    }
    if last.isEmpty { return problems + ["name part must be non-empty", "name part " + qualifiedWords] }
    return problems + check(last, upTo: 63, isAlphanumericEnded(last), else: qualifiedWords).map { "name part " + $0 }
  }

  /// The value of a label: as the name part of a key, or empty.
  public static func labelValue(_ value: some StringProtocol) -> [String] {
    check(value, upTo: 63, value.isEmpty || isAlphanumericEnded(value), else: labelValueRule)
  }

  /// The name of a port in a Pod: at most 15 of a–z, 0–9 and `-`, with a letter.
  public static func portName(_ name: some StringProtocol) -> [String] {
    var problems: [String] = []
    if name.utf8.count > 15 { problems.append(tooLong(15)) }
    if !name.utf8.allSatisfy({ isLowerAlphanumeric($0) || $0 == hyphen }) {
      problems.append("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")
    }
    if !name.utf8.contains(where: { isLowerAlphanumeric($0) && !isDigit($0) }) {
      problems.append("must contain at least one letter (a-z)")
    }
    if name.contains("--") { problems.append("must not contain consecutive hyphens") }
    if name.hasPrefix("-") || name.hasSuffix("-") {
      problems.append("must not begin or end with a hyphen")
    }
    return problems
  }

  /// A port's number.
  public static func portNumber(_ port: Int32) -> [String] {
    (1...65535).contains(port) ? [] : ["must be between 1 and 65535, inclusive"]
  }
}

extension NameSyntax {
  private static let hyphen = UInt8(ascii: "-")
  private static let dot = UInt8(ascii: ".")
  private static let labelPattern = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
  private static let qualifiedPattern = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
  private static let label1123Rule =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with "
    + "an alphanumeric character" + exampleWords(["my-name", "123-abc"], labelPattern)
  private static let subdomainRule =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start "
    + "and end with an alphanumeric character"
    + exampleWords(["example.com"], #"\#(labelPattern)(\.\#(labelPattern))*"#)
  private static let label1035Rule =
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, "
    + "and end with an alphanumeric character"
    + exampleWords(["my-name", "abc-123"], "[a-z]([-a-z0-9]*[a-z0-9])?")
  private static let labelValueRule =
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and "
    + "end with an alphanumeric character"
    + exampleWords(["MyValue", "my_value", "12345"], "(\(qualifiedPattern))?")
  private static let qualifiedWords =
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
    + exampleWords(["MyName", "my.name", "123-abc"], qualifiedPattern)

  /// The outcome of a check of form, and that of length beside it.
  private static func check(
    _ name: some StringProtocol, upTo limit: Int, _ isValid: Bool, else rule: @autoclosure () -> String
  ) -> [String] {
    let isLong = name.utf8.count > limit
    if !isLong && isValid { return [] }
    return (isLong ? [tooLong(limit)] : []) + (isValid ? [] : [rule()])
  }

  private static func tooLong(_ limit: Int) -> String { "must be no more than \(limit) characters" }

  /// ` (e.g. 'a',  or 'b', regex used for validation is '…')`, spaces as Kubernetes has them.
  private static func exampleWords(_ examples: [String], _ pattern: String) -> String {
    " (e.g. '" + examples.joined(separator: "',  or '") + "', regex used for validation is '\(pattern)')"
  }

  private static func isDNS1123Label(_ name: some StringProtocol) -> Bool {
    guard let first = name.utf8.first, isLowerAlphanumeric(first) else { return false }
    var last = first
    for octet in name.utf8 {
      guard isLowerAlphanumeric(octet) || octet == hyphen else { return false }
      last = octet
    }
    return last != hyphen
  }

  /// Labels with dots between: no dash beside a dot or at an end.
  private static func isDNS1123Subdomain(_ name: some StringProtocol) -> Bool {
    var last = dot
    for octet in name.utf8 {
      let isAfterAlphanumeric = last != dot && last != hyphen
      let isAllowed =
        isLowerAlphanumeric(octet) || octet == hyphen && last != dot || octet == dot && isAfterAlphanumeric
      guard isAllowed else { return false }
      last = octet
    }
    return last != hyphen && last != dot
  }

  /// Whether a label's key is as it should be, told without taking it apart.
  private static func isQualifiedName(_ name: some StringProtocol) -> Bool {
    guard let slash = name.utf8.firstIndex(of: UInt8(ascii: "/")) else { return isNamePart(name) }
    let prefix = name[..<slash]
    return prefix.utf8.count <= 253 && isDNS1123Subdomain(prefix) && isNamePart(name[name.utf8.index(after: slash)...])
  }

  private static func isNamePart(_ name: some StringProtocol) -> Bool {
    name.utf8.count <= 63 && isAlphanumericEnded(name)
  }

  /// Letters, digits, `-`, `_` and `.`, and a letter or digit at both ends.
  private static func isAlphanumericEnded(_ name: some StringProtocol) -> Bool {
    guard let first = name.utf8.first, isAlphanumeric(first) else { return false }
    var last = first
    for octet in name.utf8 {
      guard isAlphanumeric(octet) || octet == hyphen || octet == UInt8(ascii: "_") || octet == UInt8(ascii: ".")
      else { return false }
      last = octet
    }
    return isAlphanumeric(last)
  }

  private static func isDigit(_ octet: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(octet) }

  private static func isLowerAlphanumeric(_ octet: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(octet) || isDigit(octet)
  }

  private static func isAlphanumeric(_ octet: UInt8) -> Bool {
    isLowerAlphanumeric(octet) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(octet)
  }
}
