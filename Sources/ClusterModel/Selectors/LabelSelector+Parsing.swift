/// Why a text is no label selector, in Kubernetes' words.
public struct LabelSelectorError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What was found and what was expected.
  public let description: String

  init(_ description: String) { self.description = description }
}

extension LabelSelector {
  /// Reads a selector as the API and the Corefile take it: `a=b,c!=d,e in (f,g),h notin (i),j,!k,l>5`.
  ///
  /// - Throws: what was found and what was expected, as `kubectl get -l` prints it.
  public init(parsing text: String) throws(LabelSelectorError) {
    var parser = LabelSelectorParser(text)
    requirements = try parser.selector()
  }
}

/// One word of a selector.
private enum SelectorToken: Equatable {
  case identifier(String)
  case symbol(String)
  case end

  /// What messages show of it.
  var text: String {
    switch self {
    case .identifier(let text), .symbol(let text): text
    case .end: ""
    }
  }
}

/// Reads a selector from left to right, one token ahead.
private struct LabelSelectorParser {
  private var rest: Substring.UTF8View
  private var next: SelectorToken = .end

  private static let symbols = Set("=!(),<>".utf8)
  private static let spaces = Set(" \t\r\n".utf8)

  init(_ text: String) {
    rest = Substring(text).utf8
    advance()
  }

  /// All requirements up to the end.
  mutating func selector() throws(LabelSelectorError) -> [LabelRequirement] {
    var requirements: [LabelRequirement] = []
    while next != .end {
      guard beginsRequirement else {
        throw LabelSelectorError("found '\(next.text)', expected: !, identifier, or 'end of string'")
      }
      do {
        requirements.append(try requirement())
      } catch {
        throw LabelSelectorError("unable to parse requirement: \(error)")
      }
      try separator()
    }
    return requirements
  }

  private var beginsRequirement: Bool {
    if case .identifier = next { return true }
    return next == .symbol("!")
  }

  /// The comma between requirements, or the end.
  private mutating func separator() throws(LabelSelectorError) {
    if next == .end { return }
    guard take(",") else { throw LabelSelectorError("found '\(next.text)', expected: ',' or 'end of string'") }
    guard beginsRequirement else {
      throw LabelSelectorError("found '\(next.text)', expected: identifier after ','")
    }
  }

  /// `key`, `!key`, or a key, an operator and what it takes.
  private mutating func requirement() throws(LabelSelectorError) -> LabelRequirement {
    let absent = take("!")
    guard case .identifier(let key) = next else {
      throw LabelSelectorError("found '\(next.text)', expected: identifier")
    }
    advance()
    if let problem = NameSyntax.qualifiedName(key).first {
      throw LabelSelectorError("\(FieldError("key", .invalid, badValue: key.quoted, problem))")
    }
    if absent { return LabelRequirement(key: key, .doesNotExist) }
    if next == .end || next == .symbol(",") { return LabelRequirement(key: key, .exists) }
    return LabelRequirement(key: key, try test(of: key))
  }

  /// The operator and its values.
  private mutating func test(of key: String) throws(LabelSelectorError) -> LabelRequirement.Test {
    let operation = next.text
    switch next {
    case .symbol("="), .symbol("=="):
      advance()
      return .in(try checked([try exactValue()], of: key))
    case .symbol("!="):
      advance()
      return .notIn(try checked([try exactValue()], of: key))
    case .symbol(">"), .symbol("<"):
      advance()
      let bound = try integer()
      return operation == ">" ? .greaterThan(bound) : .lessThan(bound)
    case .identifier("in"), .identifier("notin"):
      advance()
      let values = try checked(try parenthesised(), of: key)
      return operation == "in" ? .in(values) : .notIn(values)
    default:
      throw LabelSelectorError("found '\(operation)', expected: in, notin, =, ==, !=, gt, lt")
    }
  }

  /// One value, which may be empty.
  private mutating func exactValue() throws(LabelSelectorError) -> String {
    if next == .end || next == .symbol(",") { return "" }
    guard case .identifier(let value) = next else {
      throw LabelSelectorError("found '\(next.text)', expected: identifier")
    }
    advance()
    return value
  }

  private mutating func integer() throws(LabelSelectorError) -> Int64 {
    let text = try exactValue()
    guard let bound = Int64(text) else {
      let detail = "for 'Gt', 'Lt' operators, the value must be an integer"
      throw LabelSelectorError("\(FieldError("values[0]", .invalid, badValue: text.quoted, detail))")
    }
    return bound
  }

  /// `(a,b,…)`; an empty place between commas is the empty value.
  private mutating func parenthesised() throws(LabelSelectorError) -> [String] {
    guard take("(") else { throw LabelSelectorError("found '\(next.text)' expected: '('") }
    if take(")") {
      let detail = "for 'in', 'notin' operators, values set can't be empty"
      throw LabelSelectorError("\(FieldError("values", .invalid, badValue: "[]", detail))")
    }
    var values: Set<String> = []
    while true {
      values.insert(try listedValue())
      if take(")") { return values.sorted() }
      guard take(",") else { throw LabelSelectorError("found '\(next.text)', expected: ',' or ')'") }
    }
  }

  private mutating func listedValue() throws(LabelSelectorError) -> String {
    switch next {
    case .identifier(let value):
      advance()
      return value
    case .symbol(","), .symbol(")"): return ""
    default: throw LabelSelectorError("found '\(next.text)', expected: ',', or identifier")
    }
  }

  /// The values, each of which must be one that a label can have.
  private func checked(_ values: [String], of key: String) throws(LabelSelectorError) -> [String] {
    for (index, value) in values.enumerated() {
      guard let problem = NameSyntax.labelValue(value).first else { continue }
      throw LabelSelectorError("\(FieldError("values[\(index)][\(key)]", .invalid, badValue: value.quoted, problem))")
    }
    return values
  }

  private mutating func take(_ symbol: String) -> Bool {
    guard next == .symbol(symbol) else { return false }
    advance()
    return true
  }

  /// Reads the next token.
  private mutating func advance() {
    rest = rest.drop { Self.spaces.contains($0) }
    guard let first = rest.first else {
      next = .end
      return
    }
    if Self.symbols.contains(first) {
      let doubled =
        (first == UInt8(ascii: "=") || first == UInt8(ascii: "!")) && rest.dropFirst().first == UInt8(ascii: "=")
      next = .symbol(consume(doubled ? 2 : 1))
    } else {
      let length = rest.prefix { !Self.symbols.contains($0) && !Self.spaces.contains($0) }.count
      next = .identifier(consume(length))
    }
  }

  private mutating func consume(_ length: Int) -> String {
    let end = rest.index(rest.startIndex, offsetBy: length)
    defer { rest = rest[end...] }
    return String(Substring(rest[..<end]))
  }
}
