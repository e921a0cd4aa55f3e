import Corefile

/// The words of one entry: a line, or as many as its parentheses span.
struct MasterFileEntry {
  var words: [MasterFileWord] = []
  /// Whether the first line begins with white space, so that the owner is the one before.
  var isIndented = false
}

/// A word, or the text between quotes; escapes stay as they are written.
struct MasterFileWord {
  /// Where its octets are in the file; the quotes are not among them.
  var range: Range<Int>
  /// The line of its first octet, from 1.
  var line: Int
  var isQuoted: Bool
}

/// Bytes → entries (RFC 1035 §5.1).
struct MasterFileLexer {
  /// The file's path.
  let file: String
  let bytes: [UInt8]
  private var offset = 0
  private var line = 1

  init(_ bytes: [UInt8], file: String) {
    self.bytes = bytes
    self.file = file
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { offset = 3 }
  }

  /// Reads the next entry that has words; `false` at the end.
  mutating func next(_ entry: inout MasterFileEntry) throws(MasterFileError) -> Bool {
    entry.words.removeAll(keepingCapacity: true)
    entry.isIndented = false
    var isLineStart = true
    var (depth, outermost) = (0, nil as MasterFileWord?)
    while offset < bytes.count {
      let octet = bytes[offset]
      switch octet {
      case UInt8(ascii: "\n"):
        (offset, line) = (offset + 1, line + 1)
        if depth == 0 {
          if !entry.words.isEmpty { return true }
          (entry.isIndented, isLineStart) = (false, true)
          continue
        }
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
        if isLineStart && octet != UInt8(ascii: "\r") { entry.isIndented = true }
        offset += 1
      case UInt8(ascii: ";"):
        while offset < bytes.count, bytes[offset] != UInt8(ascii: "\n") { offset += 1 }
      case UInt8(ascii: "("):
        if depth == 0 { outermost = here }
        (depth, offset) = (depth + 1, offset + 1)
      case UInt8(ascii: ")"):
        guard depth > 0 else { throw error("this ')' closes no parenthesis", at: here) }
        (depth, offset) = (depth - 1, offset + 1)
      default:
        guard entry.words.count < MasterFileLimits.words else {
          throw error("there are too many words in one entry", at: here)
        }
        entry.words.append(octet == UInt8(ascii: "\"") ? try quotedText() : try word())
      }
      isLineStart = false
    }
    if depth > 0, let outermost { throw error("this parenthesis is never closed", at: outermost) }
    return !entry.words.isEmpty
  }

  /// The place that the reader has come to.
  private var here: MasterFileWord { MasterFileWord(range: offset..<offset, line: line, isQuoted: false) }

  private mutating func word() throws(MasterFileError) -> MasterFileWord {
    let start = offset
    while offset < bytes.count, !Self.endsWord(bytes[offset]) { try step() }
    return MasterFileWord(range: start..<offset, line: line, isQuoted: false)
  }

  private static func endsWord(_ octet: UInt8) -> Bool {
    switch octet {
    case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"), UInt8(ascii: ";"),
      UInt8(ascii: "("), UInt8(ascii: ")"):
      true
    default: false
    }
  }

  private mutating func quotedText() throws(MasterFileError) -> MasterFileWord {
    offset += 1
    var word = MasterFileWord(range: offset..<offset, line: line, isQuoted: true)
    while offset < bytes.count {
      if bytes[offset] == UInt8(ascii: "\"") {
        word.range = word.range.lowerBound..<offset
        offset += 1
        return word
      }
      try step()
    }
    throw error("this quote is never closed", at: word)
  }

  /// Steps over an octet, and over the one behind a backslash, whatever that is but a line's end.
  private mutating func step() throws(MasterFileError) {
    let octet = bytes[offset]
    guard octet != 0 else {
      throw error("there is a NUL here: this is no text", at: here)
    }
    if octet == UInt8(ascii: "\n") { line += 1 }
    offset += 1
    if octet == UInt8(ascii: "\\"), offset < bytes.count, bytes[offset] != UInt8(ascii: "\n"), bytes[offset] != 0 {
      offset += 1
    }
  }
}

extension MasterFileLexer {
  /// Where a word begins, its quote included. The column is found by going back to the start of the line.
  func location(of word: MasterFileWord) -> SourceLocation {
    let start = word.isQuoted ? word.range.lowerBound - 1 : word.range.lowerBound
    let before = bytes[..<start]
    let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    // Characters, not octets: those that continue a character of UTF-8 do not count.
    let column = before[lineStart...].count { $0 & 0xC0 != 0x80 } + 1
    return SourceLocation(file: file, line: word.line, column: column)
  }

  func error(_ message: String, at word: MasterFileWord, hint: String? = nil) -> MasterFileError {
    MasterFileError(location(of: word), message, hint: hint)
  }

  func text(of word: MasterFileWord) -> String { String(decoding: bytes[word.range], as: UTF8.self) }
}
