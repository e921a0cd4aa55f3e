import ClusterModel

/// Splits a text into its documents and reads each in its own format.
///
/// Documents stand between lines of `---`. One that begins with `{` is JSON, or several JSON texts one after the other;
/// what is no JSON after all is tried as YAML's flow style. Everything else is YAML.
struct DocumentReader {
  /// One document, or why there is none.
  enum Result {
    case document(DocumentNode)
    case failure(DocumentError)
  }

  private let text: [UInt8]
  private let limits: ManifestLimits
  private var parts: DocumentParts
  private var json: JSONReader
  /// Whether `json` is in the middle of a part.
  private var isInJSON = false
  /// Documents of a part that were read at once, the next one last.
  private var pending: [Result] = []

  /// How long a part may be that looks like JSON, is none, and is tried as YAML.
  private static let flowStyleLimit = 1 << 20

  init(_ text: [UInt8], limits: ManifestLimits) {
    self.text = text
    self.limits = limits
    parts = DocumentParts(text)
    json = JSONReader(partsOf: text, limits: limits.document)
  }

  /// The next document that is not empty; `nil` behind the last one.
  mutating func next() -> Result? {
    while true {
      if let result = pending.popLast() { return result }
      if isInJSON, let result = nextJSON() { return result }
      guard let part = parts.next() else { return nil }
      begin(part)
    }
  }

  private mutating func begin(_ part: DocumentParts.Part) {
    if part.isJSON { beginJSON(part) } else { pending = yaml(part).reversed() }
  }

  /// Reads a part's first JSON text; the others come one by one.
  private mutating func beginJSON(_ part: DocumentParts.Part) {
    do {
      try json.select(part.range, firstLine: part.line)
      if let node = try json.next() { pending = [.document(node)] }
      isInJSON = true
    } catch {
      pending = (flowStyle(part) ?? [.failure(error)]).reversed()
    }
  }

  private mutating func nextJSON() -> Result? {
    do {
      if let node = try json.next() { return .document(node) }
      isInJSON = false
      return nil
    } catch {
      isInJSON = false
      return .failure(error)
    }
  }

  /// The documents of a part in YAML's flow style; `nil` when it is none either.
  private func flowStyle(_ part: DocumentParts.Part) -> [Result]? {
    guard part.range.count <= Self.flowStyleLimit else { return nil }
    let results = yaml(part)
    for result in results { if case .failure = result { return nil } }
    return results
  }

  private func yaml(_ part: DocumentParts.Part) -> [Result] {
    let start = SourcePosition(line: part.line, column: 1)
    guard part.range.count <= limits.yamlDocumentSize else {
      let most = limits.yamlDocumentSize >> 20
      let message = "a YAML document of more than \(most) MiB: divide it by lines of '---', or write it as JSON"
      return [.failure(DocumentError(message, at: start))]
    }
    return YAMLReader.documents(text[part.range], firstLine: part.line, limits: limits.document)
  }
}

/// The parts of a text between lines of `---`.
struct DocumentParts {
  /// A part that holds more than whitespace and comments.
  struct Part {
    /// The octets, from behind the `---`.
    let range: Range<Int>
    /// The number of the line that the part begins in.
    let line: UInt32
    /// Whether its first character is `{`.
    let isJSON: Bool
  }

  private let text: [UInt8]
  private var index: Int
  private var line: UInt32 = 1

  init(_ text: [UInt8]) {
    self.text = text
    // A byte order mark says nothing in UTF-8.
    index = text.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    if isSeparator(index) { index += 3 }
  }

  /// The next part that is not empty.
  mutating func next() -> Part? {
    while index < text.count {
      let (start, startLine) = (index, line)
      let end = findEnd()
      if let first = firstCharacter(start..<end) {
        return Part(range: start..<end, line: startLine, isJSON: first == UInt8(ascii: "{"))
      }
    }
    return nil
  }

  /// Moves behind the next line that begins with `---`, and gives where that line begins.
  private mutating func findEnd() -> Int {
    while index < text.count {
      let octet = text[index]
      index += 1
      guard octet == UInt8(ascii: "\n") else { continue }
      line &+= 1
      if isSeparator(index) {
        let end = index
        index += 3
        return end
      }
    }
    return text.count
  }

  /// `---` and then whitespace or the end.
  private func isSeparator(_ place: Int) -> Bool {
    guard place + 3 <= text.count, text[place] == UInt8(ascii: "-"), text[place + 1] == UInt8(ascii: "-"),
      text[place + 2] == UInt8(ascii: "-")
    else { return false }
    return place + 3 == text.count || text[place + 3] <= UInt8(ascii: " ")
  }

  /// The first character that belongs to a value; `nil` when there are only whitespace, comments and directives, which
  /// say nothing here.
  private func firstCharacter(_ range: Range<Int>) -> UInt8? {
    var isSkipped = false
    var isLineStart = true
    for place in range {
      let octet = text[place]
      if octet == UInt8(ascii: "\n") {
        (isSkipped, isLineStart) = (false, true)
        continue
      }
      if octet == UInt8(ascii: "#") || (isLineStart && octet == UInt8(ascii: "%")) { isSkipped = true }
      isLineStart = false
      if !isSkipped, octet > UInt8(ascii: " ") { return octet }
    }
    return nil
  }
}
