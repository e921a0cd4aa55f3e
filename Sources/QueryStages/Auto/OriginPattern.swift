import DNSWire

/// How the name of a file tells the zone in it.
struct OriginPattern: Sendable {
  let regex: GoRegex
  /// Text in which `{1}` stands for the first group, `{NAME}` for a named one.
  let template: String

  /// `db.example.org` is the zone example.org.
  static let standard: OriginPattern = {
    guard let regex = try? GoRegex(#"db\.(.*)"#) else { preconditionFailure("the expression is valid") }
    return OriginPattern(regex: regex, template: "{1}")
  }()

  /// The zone of a file; `nil` when the expression does not match, or makes no domain name.
  func origin(of file: String) -> DomainName? {
    guard let match = regex.firstMatch(in: file) else { return nil }
    let text = expand(match)
    return text.isEmpty ? nil : (try? DomainName(text))?.lowercased()
  }

  /// Groups that the expression does not have are empty.
  private func expand(_ match: GoRegex.Match) -> String {
    var text = ""
    var rest = template[...]
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      text += rest[..<open]
      text += group(String(rest[rest.index(after: open)..<close])).map { match[$0] } ?? ""
      rest = rest[rest.index(after: close)...]
    }
    return text + rest
  }

  private func group(_ name: String) -> Int? {
    if let number = Int(name) { return regex.groupNames.indices.contains(number) ? number : nil }
    return name.isEmpty ? nil : regex.groupNames.firstIndex(of: name)
  }
}
