/// An expression as a tree.
indirect enum RegexNode: Sendable {
  case empty
  case set(ScalarSet)
  case sequence([RegexNode])
  case choice([RegexNode])
  case group(RegexNode, index: Int)
  case repetition(RegexNode, least: Int, most: Int?, isGreedy: Bool)
  case assertion(RegexAssertion)
}

/// What must hold at a place without taking text.
enum RegexAssertion: Sendable {
  case textStart, textEnd, lineStart, lineEnd, wordBoundary, noWordBoundary
}

/// Reads Go's syntax (https://pkg.go.dev/regexp/syntax) but for Unicode classes (`\p`).
struct RegexParser {
  private var rest: Substring.UnicodeScalarView
  private(set) var groupNames = [""]
  private var flags = Flags()
  private var depth = 0

  private struct Flags {
    var ignoresCase = false
    var isMultiline = false
    var dotTakesNewline = false
    var isUngreedy = false
  }

  private static let deepest = 100

  init(_ pattern: String) { rest = Substring(pattern).unicodeScalars }

  mutating func parse() throws(GoRegexError) -> RegexNode {
    let node = try alternatives()
    guard rest.isEmpty else { throw GoRegexError(message: "an unexpected ')'") }
    return node
  }

  // MARK: Structure

  private mutating func alternatives() throws(GoRegexError) -> RegexNode {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepest else { throw GoRegexError(message: "groups are nested too deeply") }
    // Flags that are set inside of a group end with it.
    let outer = flags
    defer { flags = outer }
    var choices = [try sequence()]
    while take("|") { choices.append(try sequence()) }
    return choices.count == 1 ? choices[0] : .choice(choices)
  }

  private mutating func sequence() throws(GoRegexError) -> RegexNode {
    var items: [RegexNode] = []
    while let next = rest.first, next != "|", next != ")" {
      if rest.starts(with: "\\Q".unicodeScalars) {
        items += quotedText()
        // A repetition behind the quoted text is for its last character.
        if let last = items.popLast() { items.append(try repeated(last)) }
      } else if let atom = try atom() {
        items.append(try repeated(atom))
      }
    }
    return items.count == 1 ? items[0] : items.isEmpty ? .empty : .sequence(items)
  }

  /// One item without its repetition; `nil` for flags, which match nothing.
  private mutating func atom() throws(GoRegexError) -> RegexNode? {
    let scalar = rest.removeFirst()
    switch scalar {
    case "(": return try group()
    case "[": return .set(try bracketed())
    case ".": return .set(flags.dotTakesNewline ? .all : ScalarSet(["\n"]).inverted())
    case "^": return .assertion(flags.isMultiline ? .lineStart : .textStart)
    case "$": return .assertion(flags.isMultiline ? .lineEnd : .textEnd)
    case "*", "+", "?": throw GoRegexError(message: "nothing to repeat before '\(scalar)'")
    case "\\": return try escape()
    default: return .set(literal(scalar))
    }
  }

  private mutating func group() throws(GoRegexError) -> RegexNode? {
    guard take("?") else { return try captured(name: "") }
    if take("P<") || take("<") {
      guard let end = rest.firstIndex(of: ">") else { throw GoRegexError(message: "the name of a group has no '>'") }
      let name = String(rest[..<end])
      rest = rest[rest.index(after: end)...]
      guard isName(name) else { throw GoRegexError(message: "'\(name)' is no name for a group") }
      guard !groupNames.contains(name) else { throw GoRegexError(message: "two groups are called '\(name)'") }
      return try captured(name: name)
    }
    return try flagged()
  }

  private func isName(_ name: String) -> Bool {
    !name.isEmpty
      && name.unicodeScalars.allSatisfy {
        $0 == "_" || ScalarSet.digits.contains($0.value) || ScalarSet.letters.contains($0.value)
      }
  }

  private mutating func captured(name: String) throws(GoRegexError) -> RegexNode {
    let index = groupNames.count
    groupNames.append(name)
    let node = try alternatives()
    guard take(")") else { throw GoRegexError(message: "a ')' is missing") }
    return .group(node, index: index)
  }

  /// `(?i)`, `(?s-m)`, `(?:…)`, `(?i:…)`.
  private mutating func flagged() throws(GoRegexError) -> RegexNode? {
    var changed = flags
    var isOn = true
    while let scalar = rest.popFirst() {
      switch scalar {
      case "i": changed.ignoresCase = isOn
      case "m": changed.isMultiline = isOn
      case "s": changed.dotTakesNewline = isOn
      case "U": changed.isUngreedy = isOn
      case "-": isOn = false
      case ")":
        flags = changed
        return nil
      case ":":
        let outer = flags
        flags = changed
        let node = try alternatives()
        flags = outer
        guard take(")") else { throw GoRegexError(message: "a ')' is missing") }
        return node
      default: throw GoRegexError(message: "'(?\(scalar)' is no group that Go knows")
      }
    }
    throw GoRegexError(message: "a ')' is missing")
  }

  // MARK: Repetition

  private mutating func repeated(_ atom: RegexNode) throws(GoRegexError) -> RegexNode {
    guard let (least, most) = try count() else { return atom }
    let isGreedy = take("?") == flags.isUngreedy
    let before = rest
    if try count() != nil {
      throw GoRegexError(message: "two repetitions follow each other at '\(String(before.prefix(4)))'")
    }
    return .repetition(atom, least: least, most: most, isGreedy: isGreedy)
  }

  private mutating func count() throws(GoRegexError) -> (least: Int, most: Int?)? {
    switch rest.first {
    case "*":
      rest.removeFirst()
      return (0, nil)
    case "+":
      rest.removeFirst()
      return (1, nil)
    case "?":
      rest.removeFirst()
      return (0, 1)
    case "{": return try bracedCount()
    default: return nil
    }
  }

  /// `{2}`, `{2,}`, `{2,5}`; braces around anything else are text.
  private mutating func bracedCount() throws(GoRegexError) -> (least: Int, most: Int?)? {
    guard let end = rest.firstIndex(of: "}") else { return nil }
    let inner = rest[rest.index(after: rest.startIndex)..<end]
    let parts = inner.split(separator: ",", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, let least = number(first) else { return nil }
    var most: Int? = least
    if parts.count == 2 {
      most = parts[1].isEmpty ? nil : number(parts[1])
      if most == nil && !parts[1].isEmpty { return nil }
    }
    guard least <= 1000, most ?? 0 <= 1000, most ?? least >= least else {
      throw GoRegexError(message: "'{\(String(inner))}' is no count of at most 1000")
    }
    rest = rest[rest.index(after: end)...]
    return (least, most)
  }

  private func number(_ digits: Substring.UnicodeScalarView.SubSequence) -> Int? {
    digits.isEmpty || !digits.allSatisfy({ ScalarSet.digits.contains($0.value) }) ? nil : Int(String(digits))
  }

  // MARK: Characters

  private func literal(_ scalar: Unicode.Scalar) -> ScalarSet {
    flags.ignoresCase ? ScalarSet([scalar]).foldingCase() : ScalarSet([scalar])
  }

  /// `\Q…\E`: plain text.
  private mutating func quotedText() -> [RegexNode] {
    rest = rest.dropFirst(2)
    var items: [RegexNode] = []
    while !rest.isEmpty {
      if take("\\E") { break }
      items.append(.set(literal(rest.removeFirst())))
    }
    return items
  }

  private mutating func escape() throws(GoRegexError) -> RegexNode {
    switch rest.first {
    case "A": return assertion(.textStart)
    case "z": return assertion(.textEnd)
    case "b": return assertion(.wordBoundary)
    case "B": return assertion(.noWordBoundary)
    default: break
    }
    if let set = takeClass() { return .set(set) }
    return .set(literal(try escapedScalar()))
  }

  private mutating func assertion(_ kind: RegexAssertion) -> RegexNode {
    rest.removeFirst()
    return .assertion(kind)
  }

  /// `\d`, `\W` and the like, behind the backslash.
  private mutating func takeClass() -> ScalarSet? {
    let set: ScalarSet
    switch rest.first {
    case "d": set = .digits
    case "D": set = ScalarSet.digits.inverted()
    case "s": set = .spaces
    case "S": set = ScalarSet.spaces.inverted()
    case "w": set = .words
    case "W": set = ScalarSet.words.inverted()
    default: return nil
    }
    rest.removeFirst()
    return set
  }

  /// One character behind a backslash.
  private mutating func escapedScalar() throws(GoRegexError) -> Unicode.Scalar {
    guard let scalar = rest.popFirst() else { throw GoRegexError(message: "nothing follows a backslash") }
    switch scalar {
    case "a": return "\u{7}"
    case "f": return "\u{C}"
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "v": return "\u{B}"
    case "x": return try hexadecimal()
    case "0"..."7": return try octal(scalar)
    case "p", "P": throw GoRegexError(message: "Unicode classes (\\\(scalar)) are not supported")
    default:
      guard scalar.isASCII, !ScalarSet.words.contains(scalar.value) else {
        throw GoRegexError(message: "'\\\(scalar)' is no escape that Go knows")
      }
      return scalar
    }
  }

  /// `7F` or `{10FFFF}`.
  private mutating func hexadecimal() throws(GoRegexError) -> Unicode.Scalar {
    var digits = rest.prefix(2)
    if take("{") {
      digits = rest.prefix { $0 != "}" }
      rest = rest.dropFirst(digits.count + 1)
    } else {
      rest = rest.dropFirst(digits.count)
    }
    guard let value = UInt32(String(digits), radix: 16), let scalar = Unicode.Scalar(value) else {
      throw GoRegexError(message: "'\\x' needs hexadecimal digits")
    }
    return scalar
  }

  private mutating func octal(_ first: Unicode.Scalar) throws(GoRegexError) -> Unicode.Scalar {
    let more = rest.prefix(2).prefix { ("0"..."7").contains($0) }
    guard first == "0" || more.count == 2, let value = UInt32(String(first) + String(more), radix: 8),
      let scalar = Unicode.Scalar(value)
    else { throw GoRegexError(message: "Go's expressions know no back references ('\\\(first)')") }
    rest = rest.dropFirst(more.count)
    return scalar
  }

  /// What stands between brackets, behind the opening one.
  private mutating func bracketed() throws(GoRegexError) -> ScalarSet {
    let isInverted = take("^")
    var set = ScalarSet([])
    var isFirst = true
    while let next = rest.first {
      if next == "]" && !isFirst {
        rest.removeFirst()
        if flags.ignoresCase { set = set.foldingCase() }
        return isInverted ? set.inverted() : set
      }
      isFirst = false
      set.formUnion(try bracketItem())
    }
    throw GoRegexError(message: "a ']' is missing")
  }

  /// A class, a character or a range of them.
  private mutating func bracketItem() throws(GoRegexError) -> ScalarSet {
    if take("[:") { return try namedClass() }
    if rest.first == "\\" {
      let before = rest
      rest.removeFirst()
      if let set = takeClass() { return set }
      rest = before
    }
    let low = try bracketScalar()
    guard rest.first == "-", rest.dropFirst().first.map({ $0 != "]" }) == true else { return ScalarSet([low]) }
    rest.removeFirst()
    let high = try bracketScalar()
    guard low <= high else { throw GoRegexError(message: "the range '\(low)-\(high)' runs backwards") }
    return ScalarSet(ranges: [low.value...high.value])
  }

  private mutating func bracketScalar() throws(GoRegexError) -> Unicode.Scalar {
    guard let scalar = rest.popFirst() else { throw GoRegexError(message: "a ']' is missing") }
    return scalar == "\\" ? try escapedScalar() : scalar
  }

  /// `[:alpha:]`, `[:^digit:]`, behind the colon.
  private mutating func namedClass() throws(GoRegexError) -> ScalarSet {
    let isInverted = take("^")
    let name = String(rest.prefix { $0 != ":" })
    rest = rest.dropFirst(name.unicodeScalars.count)
    guard take(":]"), let set = ScalarSet(named: name) else {
      throw GoRegexError(message: "'[:\(name):]' is no class that Go knows")
    }
    return isInverted ? set.inverted() : set
  }

  // MARK: Text

  private mutating func take(_ text: String) -> Bool {
    guard rest.starts(with: text.unicodeScalars) else { return false }
    rest = rest.dropFirst(text.unicodeScalars.count)
    return true
  }
}
