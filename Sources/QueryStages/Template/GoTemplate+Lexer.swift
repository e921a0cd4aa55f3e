/// A word of an action.
enum TemplateToken: Sendable, Equatable {
  case identifier(String)
  /// `.Name`; glued to what stands before it when no space is between.
  case field(String, isGlued: Bool)
  case dot
  /// `$name`, or `$` with an empty name.
  case variable(String)
  case string(String)
  case integer(Int128)
  case pipe, open, close, comma, declare, assign
}

extension TemplateToken {
  /// Whether a field that follows without a space belongs to what ends here.
  fileprivate var endsValue: Bool {
    switch self {
    case .open, .pipe, .comma, .declare, .assign: false
    default: true
    }
  }
}

/// A template cut into text and actions.
enum TemplatePiece: Sendable {
  case text(String)
  case action([TemplateToken])
}

struct TemplateLexer {
  private var rest: Substring

  init(_ source: String) { rest = Substring(source) }

  /// All pieces, spaces trimmed where `{{-` and `-}}` ask for it; comments are left out.
  mutating func pieces() throws(TemplateError) -> [TemplatePiece] {
    var pieces: [TemplatePiece] = []
    var trimsNext = false
    while !rest.isEmpty {
      let start = rest.firstRange(of: "{{")
      var text = rest[..<(start?.lowerBound ?? rest.endIndex)]
      rest = start.map { rest[$0.upperBound...] } ?? ""
      let opensTrimmed = rest.hasPrefix("-") && rest.dropFirst().first?.isWhitespace == true
      if trimsNext { text = text.drop(while: \.isWhitespace) }
      if start != nil && opensTrimmed {
        while text.last?.isWhitespace == true { text.removeLast() }
        rest = rest.dropFirst()
      }
      if !text.isEmpty { pieces.append(.text(String(text))) }
      guard start != nil else { break }
      let (tokens, closesTrimmed) = try action()
      trimsNext = closesTrimmed
      if let tokens { pieces.append(.action(tokens)) }
    }
    return pieces
  }

  /// The words up to the closing braces, which may trim; `nil` for a comment.
  private mutating func action() throws(TemplateError) -> (tokens: [TemplateToken]?, trims: Bool) {
    if rest.drop(while: \.isWhitespace).hasPrefix("/*") { return (nil, try comment()) }
    var tokens: [TemplateToken] = []
    while true {
      let before = rest
      rest = rest.drop(while: \.isWhitespace)
      let isSpaced = before.startIndex != rest.startIndex || tokens.last.map(\.endsValue) != true
      if take("}}") { return (tokens, false) }
      if isSpaced, take("-}}") { return (tokens, true) }
      guard !rest.isEmpty else { throw TemplateError(message: "an action is not closed with '}}'") }
      tokens.append(try token(isSpaced: isSpaced))
    }
  }

  private mutating func comment() throws(TemplateError) -> Bool {
    guard let end = rest.firstRange(of: "*/") else { throw TemplateError(message: "a comment is not closed with '*/'") }
    rest = rest[end.upperBound...].drop(while: \.isWhitespace)
    if take("-}}") { return true }
    guard take("}}") else { throw TemplateError(message: "a comment stands alone in its braces") }
    return false
  }

  private mutating func token(isSpaced: Bool) throws(TemplateError) -> TemplateToken {
    if take(":=") { return .declare }
    guard let first = rest.first else { throw TemplateError(message: "an action is not closed with '}}'") }
    switch first {
    case "|": return single(.pipe)
    case "(": return single(.open)
    case ")": return single(.close)
    case ",": return single(.comma)
    case "=": return single(.assign)
    case "\"": return .string(try quoted())
    case "`": return .string(try raw())
    case "'": return .integer(try character())
    case "$":
      rest.removeFirst()
      return .variable(name())
    case ".": return dotted(isSpaced: isSpaced)
    case "+", "-", "0"..."9": return .integer(try number())
    case _ where isNameStart(first): return .identifier(name())
    default: throw TemplateError(message: "an unexpected '\(first)' in an action")
    }
  }

  private mutating func single(_ token: TemplateToken) -> TemplateToken {
    rest.removeFirst()
    return token
  }

  private mutating func dotted(isSpaced: Bool) -> TemplateToken {
    rest.removeFirst()
    let name = name()
    return name.isEmpty ? .dot : .field(name, isGlued: !isSpaced)
  }

  private func isNameStart(_ character: Character) -> Bool { character == "_" || character.isLetter }

  private mutating func name() -> String {
    let name = rest.prefix { $0 == "_" || $0.isLetter || $0.isNumber }
    rest = rest[name.endIndex...]
    return String(name)
  }

  private mutating func number() throws(TemplateError) -> Int128 {
    let word = rest.prefix { $0 == "+" || $0 == "-" || $0 == "." || $0 == "_" || $0.isLetter || $0.isNumber }
    rest = rest[word.endIndex...]
    let isNegative = word.hasPrefix("-")
    var digits = word.drop { $0 == "-" || $0 == "+" }.filter { $0 != "_" }.lowercased()
    var radix = 10
    for (prefix, base) in [("0x", 16), ("0o", 8), ("0b", 2)] where digits.hasPrefix(prefix) {
      (digits, radix) = (String(digits.dropFirst(2)), base)
    }
    guard let value = Int128(digits, radix: radix), value.magnitude <= UInt64.max else {
      throw TemplateError(message: "'\(word)' is no whole number of 64 bits; others are not supported")
    }
    return isNegative ? -value : value
  }

  private mutating func raw() throws(TemplateError) -> String {
    rest.removeFirst()
    guard let end = rest.firstIndex(of: "`") else { throw TemplateError(message: "a '`' is missing") }
    defer { rest = rest[rest.index(after: end)...] }
    return String(rest[..<end])
  }

  private mutating func quoted() throws(TemplateError) -> String {
    rest.removeFirst()
    var text = ""
    while let character = rest.popFirst() {
      if character == "\"" { return text }
      text += character == "\\" ? try escaped() : String(character)
    }
    throw TemplateError(message: "a '\"' is missing in an action")
  }

  private mutating func character() throws(TemplateError) -> Int128 {
    rest.removeFirst()
    guard let character = rest.popFirst() else { throw TemplateError(message: "a ''' is missing") }
    let text = character == "\\" ? try escaped() : String(character)
    guard take("'"), let scalar = text.unicodeScalars.first, text.unicodeScalars.count == 1 else {
      throw TemplateError(message: "one character stands between ''' and '''")
    }
    return Int128(scalar.value)
  }

  private mutating func escaped() throws(TemplateError) -> String {
    switch rest.popFirst() {
    case "n": return "\n"
    case "t": return "\t"
    case "r": return "\r"
    case "\\": return "\\"
    case "\"": return "\""
    case "'": return "'"
    case let other: throw TemplateError(message: "'\\\(other.map(String.init) ?? "")' is not supported in a text")
    }
  }

  private mutating func take(_ text: String) -> Bool {
    guard rest.hasPrefix(text) else { return false }
    rest = rest.dropFirst(text.count)
    return true
  }
}

extension Substring {
  /// Where the text occurs first.
  fileprivate func firstRange(of text: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
      start = index(after: start)
    }
    return nil
  }
}
