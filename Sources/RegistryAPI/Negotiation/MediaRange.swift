/// What a client would take, as one clause of its header Accept says (RFC 9110 §12.5.1).
struct MediaRange: Sendable, Equatable {
  /// `application`; `*` for any.
  let type: String
  /// `json`; `*` for any.
  let subtype: String
  /// What stands behind it, such as `as=Table`, without the weight.
  let parameters: [String: String]
  /// How much it is wanted, in thousandths: 0–1,000.
  let weight: Int

  /// The clauses of a header, what is wanted most first; clauses of weight 0 and those that cannot be read are left out.
  static func list(_ header: String) -> [MediaRange] {
    let ranges = header.split(separator: ",").prefix(limit).compactMap { MediaRange($0) }.filter { $0.weight > 0 }
    return ranges.enumerated().sorted { a, b in
      (-a.element.weight, a.element.wildcards, a.offset) < (-b.element.weight, b.element.wildcards, b.offset)
    }.map(\.element)
  }

  /// The most clauses that are looked at.
  private static let limit = 64

  private var wildcards: Int { (type == "*" ? 1 : 0) + (subtype == "*" ? 1 : 0) }

  /// - Returns: `nil` for what is no media range.
  init?(_ clause: some StringProtocol) {
    let parts = clause.split(separator: ";", omittingEmptySubsequences: false).map { String($0).trimmed }
    let names = parts[0].split(separator: "/", omittingEmptySubsequences: false)
    guard names.count == 2, !names[0].isEmpty, !names[1].isEmpty else { return nil }
    var parameters: [String: String] = [:]
    for part in parts.dropFirst() {
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard pair.count == 2 else { continue }
      parameters[String(pair[0]).trimmed] = String(pair[1]).trimmed
    }
    type = names[0].lowercased()
    subtype = names[1].lowercased()
    weight = parameters.removeValue(forKey: "q").map(Self.thousandths) ?? 1_000
    self.parameters = parameters
  }

  /// A weight such as `0.75`; what is none counts as 1, as in Kubernetes.
  private static func thousandths(_ text: String) -> Int {
    guard let value = Double(text), (0...1).contains(value) else { return 1_000 }
    return Int(value * 1_000)
  }

  /// Whether the range has this type in it.
  func takes(_ type: String, _ subtype: String) -> Bool {
    (self.type == "*" || self.type == type) && (self.subtype == "*" || self.subtype == subtype)
  }
}

extension String {
  /// The text without white space at its ends.
  var trimmed: String {
    let start = drop(while: \.isWhitespace)
    return String(start.reversed().drop(while: \.isWhitespace).reversed())
  }
}
