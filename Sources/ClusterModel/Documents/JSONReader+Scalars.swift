extension JSONReader {
  /// A literal word that must stand here in full.
  mutating func word(_ word: StaticString) throws(DocumentError) -> String {
    let text = word.description
    guard text.utf8.count <= end - index, bytes[index..<index + text.utf8.count].elementsEqual(text.utf8) else {
      throw error("expected a value, found \(found)")
    }
    index += text.utf8.count
    return text
  }

  /// A number (RFC 8259 §6), kept as it is written.
  mutating func number() throws(DocumentError) -> DocumentNode.Content {
    let start = index
    if index < end, bytes[index] == UInt8(ascii: "-") { index += 1 }
    let integerStart = index
    guard skipDigits() > 0 else {
      index = start
      throw error("expected a value, found \(found)")
    }
    if bytes[integerStart] == UInt8(ascii: "0"), index - integerStart > 1 {
      index = integerStart
      throw error("a number begins with 0")
    }
    var type = ScalarType.integer
    if index < end, bytes[index] == UInt8(ascii: ".") {
      index += 1
      type = .real
      guard skipDigits() > 0 else { throw error("expected a digit, found \(found)") }
    }
    if index < end, bytes[index] | 0x20 == UInt8(ascii: "e") {
      index += 1
      type = .real
      if index < end, bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-") { index += 1 }
      guard skipDigits() > 0 else { throw error("expected a digit, found \(found)") }
    }
    return .scalar(text(start..<index), type)
  }

  private mutating func skipDigits() -> Int {
    let start = index
    while index < end, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[index]) { index += 1 }
    return index - start
  }

  /// The name of a member: a string, of which the longer ones are kept to be used again.
  mutating func name() throws(DocumentError) -> String {
    guard let close = plainEnd() else { return try string() }
    let range = index + 1..<close
    index = close + 1
    return range.count > 15 ? names.string(bytes, range) : text(range)
  }

  /// A string from its opening to its closing quote.
  mutating func string() throws(DocumentError) -> String {
    if let close = plainEnd() {
      let plain = text(index + 1..<close)
      index = close + 1
      return plain
    }
    return try escapedString()
  }

  /// Where the string at `index` closes, when it is of ASCII alone and without escapes.
  private func plainEnd() -> Int? {
    var place = index + 1
    while place < end {
      let octet = bytes[place]
      if octet == UInt8(ascii: "\"") { return place }
      if octet < 0x20 || octet >= 0x80 || octet == UInt8(ascii: "\\") { return nil }
      place += 1
    }
    return nil
  }

  /// A string with escapes or characters beyond ASCII (RFC 8259 §7).
  private mutating func escapedString() throws(DocumentError) -> String {
    var text: [UInt8] = []
    index += 1
    while index < end {
      let octet = bytes[index]
      switch octet {
      case UInt8(ascii: "\""):
        index += 1
        return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"):
        index += 1
        try escape(&text)
      case 0..<0x20: throw error("a control character in a string: write it as an escape")
      default:
        if octet & 0xC0 == 0x80 { lineStart += 1 }
        text.append(octet)
        index += 1
      }
    }
    throw error("a string is not closed")
  }

  /// What stands behind a backslash.
  private mutating func escape(_ text: inout [UInt8]) throws(DocumentError) {
    guard index < end else { throw error("a string is not closed") }
    let octet = bytes[index]
    switch octet {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(octet)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"):
      index += 1
      text.append(contentsOf: String(try unicodeEscape()).utf8)
      return
    default: throw error("an unknown escape in a string: \\\(found)")
    }
    index += 1
  }

  /// `\uXXXX`, behind its `u`; surrogates come in pairs, a lonely one is U+FFFD as Go has it.
  private mutating func unicodeEscape() throws(DocumentError) -> Unicode.Scalar {
    let first = try fourHexDigits()
    if let scalar = Unicode.Scalar(first) { return scalar }
    let replacement = Unicode.Scalar(0xFFFD as UInt16) ?? " "
    guard first < 0xDC00, index + 6 <= end, bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u")
    else { return replacement }
    let before = index
    index += 2
    let second = try fourHexDigits()
    guard (0xDC00..<0xE000).contains(second) else {
      index = before
      return replacement
    }
    return Unicode.Scalar(0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00)) ?? replacement
  }

  private mutating func fourHexDigits() throws(DocumentError) -> UInt16 {
    var value: UInt16 = 0
    for _ in 0..<4 {
      guard index < end, let digit = bytes[index].hexDigitValue else {
        throw error("expected four hexadecimal digits, found \(found)")
      }
      value = value << 4 | UInt16(digit)
      index += 1
    }
    return value
  }

  /// A range of the text as a string; it was checked to be UTF-8.
  private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
}

/// The longer names of members, so that each is made once for many objects: 256 places, the latest name of a place stays.
struct NameCache {
  private var places: [String] = Array(repeating: "", count: 256)

  /// The name that these octets spell.
  mutating func string(_ bytes: [UInt8], _ range: Range<Int>) -> String {
    var hash = UInt32(truncatingIfNeeded: range.count)
    for index in range { hash = (hash ^ UInt32(bytes[index])) &* 16_777_619 }
    let place = Int(hash >> 24)
    if !places[place].utf8.elementsEqual(bytes[range]) { places[place] = String(decoding: bytes[range], as: UTF8.self) }
    return places[place]
  }
}
