/// Text → tokens.
///
/// White space divides tokens; a double quote at a token's start begins a quoted one, which may span lines and in which a
/// backslash keeps the quote behind it from ending the text; `#` at a token's start begins a comment up to the line's end.
/// All else is part of a word: a backslash, a quote or a `#` inside of it too.
struct Lexer {
  private let scalars: [Unicode.Scalar]
  private var index = 0
  private var location: SourceLocation
  /// The line on which the token before ended; 0 before the first one.
  private var lastLine = 0

  /// Checks that the bytes are text: UTF-8 without control characters.
  init(_ bytes: [UInt8], file: String) throws(CorefileError) {
    location = SourceLocation(file: file)
    scalars = try decodeText(bytes, file: file)
  }

  /// All tokens, at most `limit`.
  mutating func tokens(limit: Int) throws(CorefileError) -> [Token] {
    var tokens: [Token] = []
    while let token = try next() {
      guard tokens.count < limit else {
        throw token.error("the configuration has too many words", hint: "at most \(Limits.tokens) are read")
      }
      tokens.append(token)
    }
    return tokens
  }

  private mutating func next() throws(CorefileError) -> Token? {
    skipSpaceAndComments()
    guard let first = current else { return nil }
    let start = location
    let startsLine = start.line > lastLine
    let isQuoted = first == "\""
    let text = isQuoted ? try quotedText() : word()
    lastLine = location.line
    return Token(text: text, location: start, isQuoted: isQuoted, startsLine: startsLine)
  }

  private var current: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

  /// Steps over one character and keeps the location.
  private mutating func advance() {
    if scalars[index] == "\n" {
      location.line += 1
      location.column = 1
    } else {
      location.column += 1
    }
    index += 1
  }

  private mutating func skipSpaceAndComments() {
    while let scalar = current {
      if scalar == "#" {
        while let scalar = current, scalar != "\n" { advance() }
      } else if isSpace(scalar) {
        advance()
      } else {
        return
      }
    }
  }

  private mutating func word() -> String {
    var text = String.UnicodeScalarView()
    while let scalar = current, !isSpace(scalar) {
      text.append(scalar)
      advance()
    }
    return String(text)
  }

  private mutating func quotedText() throws(CorefileError) -> String {
    let start = location
    var text = String.UnicodeScalarView()
    advance()
    while let scalar = current {
      advance()
      switch scalar {
      case "\"": return String(text)
      case "\\":
        // The character behind a backslash never ends the text; only a quote loses its backslash.
        if current != "\"" { text.append(scalar) }
        if let next = current {
          text.append(next)
          advance()
        }
      default: text.append(scalar)
      }
    }
    throw CorefileError(start, "this quote is never closed", hint: "end the text with '\"'")
  }
}

/// Bytes → characters, without a byte order mark and with every CR LF as LF.
private func decodeText(_ bytes: [UInt8], file: String) throws(CorefileError) -> [Unicode.Scalar] {
  var scalars: [Unicode.Scalar] = []
  scalars.reserveCapacity(bytes.count)
  var location = SourceLocation(file: file)
  var decoder = UTF8()
  let hasMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
  var input = bytes.dropFirst(hasMark ? 3 : 0).makeIterator()
  while true {
    switch decoder.decode(&input) {
    case .emptyInput: return scalars
    case .error: throw CorefileError(location, "this is not UTF-8 text")
    case .scalarValue(let scalar):
      if isControl(scalar) {
        let code = String(scalar.value, radix: 16, uppercase: true)
        throw CorefileError(location, "there is a control character here (code \(code), hexadecimal)")
      }
      if scalar == "\n" {
        if scalars.last == "\r" { scalars.removeLast() }
        (location.line, location.column) = (location.line + 1, 1)
      } else {
        location.column += 1
      }
      scalars.append(scalar)
    }
  }
}

private func isSpace(_ scalar: Unicode.Scalar) -> Bool {
  scalar.isASCII ? scalar == " " || (0x09...0x0D).contains(scalar.value) : scalar.properties.isWhitespace
}

/// A control character other than white space: a sign of a binary file.
private func isControl(_ scalar: Unicode.Scalar) -> Bool {
  (scalar.value < 0x20 && !(0x09...0x0D).contains(scalar.value)) || scalar.value == 0x7F
}
