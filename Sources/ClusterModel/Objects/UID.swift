/// The identity of one object for as long as it exists: 16 octets, printed as a UUID (RFC 9562 §4). All zero: none yet.
public struct UID: Sendable, Hashable {
  /// The first eight octets, the first one highest.
  public var high: UInt64
  /// The last eight octets.
  public var low: UInt64

  /// From its parts.
  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// No identity: the object has not been stored yet.
  public static let none = UID(high: 0, low: 0)

  /// Whether this is `none`.
  public var isNone: Bool { self == .none }

  /// A new identity from the given source of randomness (RFC 9562 §5.4, version 4).
  public static func random(using generator: inout some RandomNumberGenerator) -> UID {
    let high = generator.next() & ~0xF000 | 0x4000
    let low = generator.next() & ~(0b11 << 62) | 0b10 << 62
    return UID(high: high, low: low)
  }

  /// Reads 32 hexadecimal digits in groups of 8-4-4-4-12, in either case.
  public init?(_ text: some StringProtocol) {
    var words: (UInt64, UInt64) = (0, 0)
    var index = 0
    for octet in text.utf8 {
      if index == 8 || index == 13 || index == 18 || index == 23 {
        guard octet == UInt8(ascii: "-") else { return nil }
      } else {
        guard index < 36, let digit = octet.hexDigitValue else { return nil }
        words = (words.0 << 4 | words.1 >> 60, words.1 << 4 | UInt64(digit))
      }
      index += 1
    }
    guard index == 36 else { return nil }
    self.init(high: words.0, low: words.1)
  }
}

extension UID: CustomStringConvertible {
  /// The 36 characters of a UUID in lower case; empty for `none`.
  public var description: String {
    if isNone { return "" }
    var octets: [UInt8] = []
    octets.reserveCapacity(36)
    for nibble in 0..<32 {
      if nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20 { octets.append(UInt8(ascii: "-")) }
      let word = nibble < 16 ? high : low
      octets.append(UInt8(hexDigit: UInt8(truncatingIfNeeded: word >> (60 - 4 * UInt64(nibble & 15))) & 15))
    }
    return String(decoding: octets, as: UTF8.self)
  }
}

extension UInt8 {
  /// The value of an ASCII hexadecimal digit of either case; `nil` for every other octet.
  package var hexDigitValue: UInt8? {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  /// The lower-case ASCII digit of a value below 16.
  package init(hexDigit value: UInt8) {
    self = value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }
}
