/// Reads JSON (RFC 8259) to trees that know where each value was written.
///
/// A text may hold several documents, one after the other: whitespace and lines of `---` stand between them. The text
/// must be valid UTF-8. Reading is linear in the text's length and recursive to the depth limit.
public struct JSONReader {
  let bytes: [UInt8]
  /// The next octet to read.
  var index: Int
  /// The octet behind the last one to read.
  private(set) var end: Int
  /// The line of `index`, from 1.
  var line: UInt32
  /// Where that line begins; continuation octets of characters before `index` are taken off.
  var lineStart: Int
  let limits: DocumentLimits
  private var depth = 0
  private var nodeCount = 0
  var names = NameCache()

  /// Reads a whole text.
  ///
  /// - Throws: the place of the first octet that is not UTF-8.
  public init(_ bytes: [UInt8], limits: DocumentLimits = .standard) throws(DocumentError) {
    self.init(partsOf: bytes, limits: limits)
    try select(0..<bytes.count, firstLine: 1)
  }

  /// Reads parts of a text, each of which `select(_:firstLine:)` names; before that there is nothing to read.
  public init(partsOf bytes: [UInt8], limits: DocumentLimits = .standard) {
    self.bytes = bytes
    self.limits = limits
    (index, end, line, lineStart) = (0, 0, 1, 0)
  }

  /// Goes on with a part of the text, which begins a line with that number.
  ///
  /// - Throws: the place of the first octet that is not UTF-8.
  public mutating func select(_ range: Range<Int>, firstLine: UInt32) throws(DocumentError) {
    let range = range.clamped(to: 0..<bytes.count)
    (index, end, line, lineStart) = (range.lowerBound, range.upperBound, firstLine, range.lowerBound)
    (depth, nodeCount) = (0, 0)
    do {
      _ = try UTF8Span(validating: bytes.span.extracting(range))
    } catch {
      skip(to: range.lowerBound + error.byteOffsets.lowerBound)
      throw self.error("this is not UTF-8 text")
    }
  }

  /// The next document, or `nil` behind the last one.
  public mutating func next() throws(DocumentError) -> DocumentNode? {
    skipSeparators()
    nodeCount = 0
    return index < end ? try value() : nil
  }

  /// Where the next octet stands.
  var position: SourcePosition {
    SourcePosition(line: line, column: UInt32(truncatingIfNeeded: index - lineStart + 1))
  }

  func error(_ message: String) -> DocumentError { DocumentError(message, at: position) }

  /// What stands at `index`, for messages.
  var found: String {
    guard index < end else { return "the end of the text" }
    let rest = bytes[index..<min(end, index + 4)]
    return String(decoding: rest, as: UTF8.self).unicodeScalars.first.map { String($0).quoted } ?? "nothing"
  }
}

extension JSONReader {
  /// One value of any form.
  private mutating func value() throws(DocumentError) -> DocumentNode {
    nodeCount += 1
    guard nodeCount <= limits.nodes else { throw error("more than \(limits.nodes) values") }
    let start = position
    guard index < end else { throw error("a value is missing: \(found)") }
    switch bytes[index] {
    case UInt8(ascii: "{"):
      return DocumentNode(.mapping(try nested { reader throws(DocumentError) in try reader.members() }), at: start)
    case UInt8(ascii: "["):
      return DocumentNode(.sequence(try nested { reader throws(DocumentError) in try reader.elements() }), at: start)
    case UInt8(ascii: "\""): return DocumentNode(.scalar(try string(), .string), at: start)
    case UInt8(ascii: "t"): return DocumentNode(.scalar(try word("true"), .boolean), at: start)
    case UInt8(ascii: "f"): return DocumentNode(.scalar(try word("false"), .boolean), at: start)
    case UInt8(ascii: "n"): return DocumentNode(.scalar(try word("null"), .null), at: start)
    default: return DocumentNode(try number(), at: start)
    }
  }

  /// Reads what lies in brackets, one level deeper.
  private mutating func nested<Result>(
    _ body: (inout JSONReader) throws(DocumentError) -> Result
  ) throws(DocumentError) -> Result {
    depth += 1
    defer { depth -= 1 }
    guard depth <= limits.depth else { throw error("nested deeper than \(limits.depth) levels") }
    index += 1
    return try body(&self)
  }

  /// The members of an object, behind its opening bracket.
  private mutating func members() throws(DocumentError) -> [DocumentNode.Member] {
    var members: [DocumentNode.Member] = []
    skipSpace()
    if take(UInt8(ascii: "}")) { return members }
    while true {
      let start = position
      guard index < end, bytes[index] == UInt8(ascii: "\"") else {
        throw error("expected a name in double quotes, found \(found)")
      }
      let key = try name()
      skipSpace()
      guard take(UInt8(ascii: ":")) else { throw error("expected ':' behind a name, found \(found)") }
      skipSpace()
      members.append(DocumentNode.Member(key, at: start, try value()))
      skipSpace()
      if take(UInt8(ascii: "}")) { return members }
      guard take(UInt8(ascii: ",")) else { throw error("expected ',' or '}', found \(found)") }
      skipSpace()
    }
  }

  /// The elements of an array, behind its opening bracket.
  private mutating func elements() throws(DocumentError) -> [DocumentNode] {
    var elements: [DocumentNode] = []
    skipSpace()
    if take(UInt8(ascii: "]")) { return elements }
    while true {
      elements.append(try value())
      skipSpace()
      if take(UInt8(ascii: "]")) { return elements }
      guard take(UInt8(ascii: ",")) else { throw error("expected ',' or ']', found \(found)") }
      skipSpace()
    }
  }
}

extension JSONReader {
  private mutating func take(_ octet: UInt8) -> Bool {
    guard index < end, bytes[index] == octet else { return false }
    index += 1
    return true
  }

  /// Skips whitespace and counts lines.
  mutating func skipSpace() {
    while index < end {
      switch bytes[index] {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): index += 1
      case UInt8(ascii: "\n"):
        index += 1
        line &+= 1
        lineStart = index
      default: return
      }
    }
  }

  /// Skips whitespace and lines that begin with `---`.
  private mutating func skipSeparators() {
    skipSpace()
    while index + 3 <= end, index == lineStart, bytes[index..<index + 3].allSatisfy({ $0 == UInt8(ascii: "-") }),
      index + 3 == end || bytes[index + 3] <= UInt8(ascii: " ")
    {
      index += 3
      skipSpace()
    }
  }

  /// Moves to an octet and counts the lines and characters before it.
  private mutating func skip(to target: Int) {
    while index < target {
      if bytes[index] == UInt8(ascii: "\n") {
        line &+= 1
        lineStart = index + 1
      } else if bytes[index] & 0xC0 == 0x80 {
        lineStart += 1
      }
      index += 1
    }
  }
}
