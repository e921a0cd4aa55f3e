// How octets are written in master files: escapes, quotes, hexadecimal, base 32 and base 64.

extension [UInt8] {
  /// Adds an octet as it can stand in a master file: as it is, behind a backslash, or as `\DDD`.
  mutating func append(escaping octet: UInt8, special: (UInt8) -> Bool) {
    switch octet {
    case 0x21...0x7E:
      if special(octet) { append(UInt8(ascii: "\\")) }
      append(octet)
    default:
      self += [UInt8(ascii: "\\"), Hex.digit(octet / 100), Hex.digit(octet / 10 % 10), Hex.digit(octet % 10)]
    }
  }

  /// The octets as a quoted character-string (RFC 1035 §5.1).
  var quoted: String {
    var text: [UInt8] = [UInt8(ascii: "\"")]
    for octet in self {
      if octet == UInt8(ascii: " ") {
        text.append(octet)
      } else {
        text.append(escaping: octet) { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }
      }
    }
    text.append(UInt8(ascii: "\""))
    return String(decoding: text, as: UTF8.self)
  }

  /// Two upper-case digits an octet.
  var hexadecimal: String {
    String(decoding: flatMap { [Hex.digit($0 >> 4), Hex.digit($0 & 15)] }.map(\.asciiUppercased), as: UTF8.self)
  }

  /// RFC 4648 §4, with padding.
  var base64: String {
    digits(of: 6, in: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
      + String(repeating: "=", count: (3 - count % 3) % 3)
  }

  /// RFC 4648 §7 without padding, as NSEC3 writes hashes (RFC 5155 §3.3).
  var base32hex: String { digits(of: 5, in: "0123456789ABCDEFGHIJKLMNOPQRSTUV") }

  /// The octets' bits in groups of `width`, the last one filled with zeros, each as a digit.
  private func digits(of width: Int, in alphabet: StaticString) -> String {
    let digits = Array(alphabet.description.utf8)
    var (bits, held): (UInt32, Int) = (0, 0)
    var text: [UInt8] = []
    text.reserveCapacity(count * 8 / width + 1)
    for octet in self {
      bits = bits << 8 | UInt32(octet)
      held += 8
      while held >= width {
        held -= width
        text.append(digits[Int(bits >> UInt32(held)) & (1 << width - 1)])
      }
    }
    if held > 0 { text.append(digits[Int(bits << UInt32(width - held)) & (1 << width - 1)]) }
    return String(decoding: text, as: UTF8.self)
  }
}

/// Hexadecimal digits.
enum Hex {
  /// The lower-case digit of a value of 0–15.
  static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + (value - 10)
  }

  /// The value of a digit of either case.
  static func value(_ digit: UInt8) -> UInt8? {
    switch digit.asciiLowercased {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit.asciiLowercased - UInt8(ascii: "a") + 10
    default: nil
    }
  }
}

extension UInt8 {
  /// The upper-case letter of a lower-case one; any other octet as it is.
  fileprivate var asciiUppercased: UInt8 { self &- UInt8(ascii: "a") < 26 ? self & 0xDF : self }
}
