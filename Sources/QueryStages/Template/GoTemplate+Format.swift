/// `printf`: the verbs s, v, d, x, X, o, b, c, q and t, each with the flags `-`, `0` and `+`, a width, and a precision for texts.
enum TemplateFormat {
  private struct Verb {
    var isLeft = false
    var isZero = false
    var hasSign = false
    var width = 0
    var precision: Int?
    var letter: Character = "v"
  }

  /// The widest field.
  private static let widest = 255

  /// Throws when the format has a verb that is not known here.
  static func check(_ format: String) throws(TemplateError) {
    var rest = Substring(format)
    while let percent = rest.firstIndex(of: "%") {
      rest = rest[rest.index(after: percent)...]
      if rest.first == "%" { rest.removeFirst() } else { _ = try verb(&rest) }
    }
  }

  /// The first value is the format.
  static func format(_ values: [TemplateValue]) throws(TemplateError) -> String {
    guard case .string(let format) = values[0] else { throw TemplateError(message: "'printf' begins with a text") }
    var (rest, text, next) = (Substring(format), "", 1)
    while let percent = rest.firstIndex(of: "%") {
      text += rest[..<percent]
      rest = rest[rest.index(after: percent)...]
      if rest.first == "%" {
        text += "%"
        rest.removeFirst()
        continue
      }
      let verb = try verb(&rest)
      guard next < values.count else { throw TemplateError(message: "'printf' has fewer values than verbs") }
      text += padded(try shown(values[next], verb), verb)
      next += 1
    }
    guard next == values.count else { throw TemplateError(message: "'printf' has more values than verbs") }
    return text + rest
  }

  private static func verb(_ rest: inout Substring) throws(TemplateError) -> Verb {
    var verb = Verb()
    flags: while let flag = rest.first {
      switch flag {
      case "-": verb.isLeft = true
      case "0": verb.isZero = true
      case "+": verb.hasSign = true
      default: break flags
      }
      rest.removeFirst()
    }
    verb.width = try number(&rest) ?? 0
    if rest.first == "." {
      rest.removeFirst()
      verb.precision = try number(&rest) ?? 0
    }
    guard let letter = rest.popFirst(), "svdxXobcqt".contains(letter) else {
      throw TemplateError(message: "'printf' knows the verbs s, v, d, x, X, o, b, c, q and t")
    }
    verb.letter = letter
    return verb
  }

  private static func number(_ rest: inout Substring) throws(TemplateError) -> Int? {
    let digits = rest.prefix { ("0"..."9").contains($0) }
    rest = rest[digits.endIndex...]
    guard !digits.isEmpty else { return nil }
    guard let value = Int(digits), value <= widest else {
      throw TemplateError(message: "'printf' has no fields wider than \(widest)")
    }
    return value
  }

  private static func shown(_ value: TemplateValue, _ verb: Verb) throws(TemplateError) -> String {
    switch (verb.letter, value) {
    case ("v", .integer(let number)), ("d", .integer(let number)):
      return (verb.hasSign && number >= 0 ? "+" : "") + String(number)
    case ("x", .integer(let number)): return String(number, radix: 16)
    case ("X", .integer(let number)): return String(number, radix: 16, uppercase: true)
    case ("o", .integer(let number)): return String(number, radix: 8)
    case ("b", .integer(let number)): return String(number, radix: 2)
    case ("c", .integer(let number)):
      return UInt32(exactly: number).flatMap(Unicode.Scalar.init).map { String(Character($0)) } ?? "\u{FFFD}"
    case ("x", .string(let text)): return hexadecimal(text, uppercase: false)
    case ("X", .string(let text)): return hexadecimal(text, uppercase: true)
    case ("q", .string(let text)):
      return "\"" + text.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "\""
    case ("t", .bool(let value)): return value ? "true" : "false"
    case ("s", .string(let text)), ("v", .string(let text)):
      return verb.precision.map { String(text.unicodeScalars.prefix($0)) } ?? text
    case ("v", _): return try value.text()
    default: throw TemplateError(message: "'printf' cannot show that value with '%\(verb.letter)'")
    }
  }

  private static func hexadecimal(_ text: String, uppercase: Bool) -> String {
    text.utf8.map { octet in
      let digits = String(octet, radix: 16, uppercase: uppercase)
      return digits.utf8.count == 1 ? "0" + digits : digits
    }.joined()
  }

  private static func padded(_ text: String, _ verb: Verb) -> String {
    let missing = verb.width - text.unicodeScalars.count
    guard missing > 0 else { return text }
    if verb.isLeft { return text + String(repeating: " ", count: missing) }
    guard verb.isZero else { return String(repeating: " ", count: missing) + text }
    let sign = text.hasPrefix("-") || text.hasPrefix("+") ? text.prefix(1) : ""
    return sign + String(repeating: "0", count: missing) + text.dropFirst(sign.count)
  }
}
