import Corefile

/// A word of `$GENERATE`: text, and the places where the number goes.
struct GenerateTemplate {
  private enum Piece {
    case text([UInt8])
    case number(offset: Int, width: Int, base: UInt8)
  }

  private var pieces: [Piece] = []
  private let word: MasterFileWord

  /// Reads `$`, `${OFFSET[,WIDTH[,BASE]]}` and `\$` or `$$`, which is a dollar sign. A base is d, o, x, X, or n or N for the
  /// hexadecimal digits as labels, the lowest first.
  init(_ word: MasterFileWord, _ lexer: MasterFileLexer, keepsQuotes: Bool = true) throws(MasterFileError) {
    self.word = word
    let quotes = word.isQuoted && keepsQuotes ? [UInt8(ascii: "\"")] : []
    var text = quotes
    var rest = lexer.bytes[word.range]
    while let octet = rest.popFirst() {
      switch octet {
      case UInt8(ascii: "\\"):
        text.append(octet)
        if let next = rest.popFirst() { text.append(next) }
      case UInt8(ascii: "$") where rest.first == UInt8(ascii: "$"):
        rest.removeFirst()
        text += [UInt8(ascii: "\\"), octet]
      case UInt8(ascii: "$"):
        pieces.append(.text(text))
        text = []
        pieces.append(try Self.modifiers(&rest, word, lexer))
      default: text.append(octet)
      }
    }
    pieces.append(.text(text + quotes))
  }

  private static func modifiers(
    _ rest: inout ArraySlice<UInt8>, _ word: MasterFileWord, _ lexer: MasterFileLexer
  ) throws(MasterFileError) -> Piece {
    guard rest.first == UInt8(ascii: "{") else { return .number(offset: 0, width: 0, base: UInt8(ascii: "d")) }
    guard let end = rest.firstIndex(of: UInt8(ascii: "}")) else {
      throw lexer.error("'${' is never closed", at: word)
    }
    let text = String(decoding: rest[rest.startIndex...end], as: UTF8.self)
    let parts = text.dropFirst().dropLast().split(separator: ",", omittingEmptySubsequences: false)
    let base = parts.count > 2 ? parts[2] : "d"
    guard parts.count <= 3, let offset = Int32(parts[0]), let width = parts.count > 1 ? UInt8(parts[1]) : 0,
      base.utf8.count == 1, let letter = base.utf8.first, "doxXnN".utf8.contains(letter)
    else {
      throw lexer.error(
        "'${OFFSET,WIDTH,BASE}' is expected instead of \(quoted("$" + text))", at: word,
        hint: "the width is at most 255, the base one of d, o, x, X, n and N")
    }
    rest = rest[(end + 1)...]
    return .number(offset: Int(offset), width: Int(width), base: letter)
  }

  /// The word with a number put in.
  func text(_ number: Int, _ lexer: MasterFileLexer) throws(MasterFileError) -> [UInt8] {
    var text: [UInt8] = []
    for piece in pieces {
      switch piece {
      case .text(let octets): text += octets
      case .number(let offset, let width, let base):
        guard number + offset >= 0 else {
          throw lexer.error("\(number) with the offset \(offset) is less than 0", at: word)
        }
        text += Self.digits(number + offset, width: width, base: base)
      }
    }
    return text
  }

  private static func digits(_ value: Int, width: Int, base: UInt8) -> [UInt8] {
    switch base {
    case UInt8(ascii: "o"): padded(String(value, radix: 8), width)
    case UInt8(ascii: "x"): padded(String(value, radix: 16), width)
    case UInt8(ascii: "X"): padded(String(value, radix: 16, uppercase: true), width)
    case UInt8(ascii: "n"): nibbles(value, width: width, uppercase: false)
    case UInt8(ascii: "N"): nibbles(value, width: width, uppercase: true)
    default: padded(String(value), width)
    }
  }

  private static func padded(_ digits: String, _ width: Int) -> [UInt8] {
    repeatElement(UInt8(ascii: "0"), count: max(0, width - digits.utf8.count)) + Array(digits.utf8)
  }

  /// `4.3.2.1` for 0x1234, as many labels as fit into the width with their dots, and all that the value needs.
  private static func nibbles(_ value: Int, width: Int, uppercase: Bool) -> [UInt8] {
    var digits = Array(String(value, radix: 16, uppercase: uppercase).utf8.reversed())
    digits += repeatElement(UInt8(ascii: "0"), count: max(0, (width + 1) / 2 - digits.count))
    return Array(digits.map { [$0] }.joined(separator: [UInt8(ascii: ".")]))
  }
}
