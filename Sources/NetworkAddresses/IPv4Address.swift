/// An IPv4 address.
public struct IPv4Address: Sendable, Hashable, BitwiseCopyable {
  /// The address as a number, its first octet in the highest byte.
  public var bits: UInt32

  /// An address from its number.
  public init(bits: UInt32) { self.bits = bits }

  /// The address a.b.c.d.
  public init(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8) {
    bits = UInt32(a) << 24 | UInt32(b) << 16 | UInt32(c) << 8 | UInt32(d)
  }

  /// Reads dotted decimal: four numbers of 0–255 without leading zeros.
  public init?(_ text: some StringProtocol) {
    var bits: UInt32 = 0
    var octet: UInt32 = 0
    var digits = 0
    var dots = 0
    for character in text.utf8 {
      switch character {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        if digits > 0 && octet == 0 { return nil }
        octet = octet * 10 + UInt32(character - UInt8(ascii: "0"))
        digits += 1
        if octet > 255 { return nil }
      case UInt8(ascii: "."):
        guard digits > 0, dots < 3 else { return nil }
        bits = bits << 8 | octet
        (octet, digits, dots) = (0, 0, dots + 1)
      default: return nil
      }
    }
    guard digits > 0, dots == 3 else { return nil }
    self.bits = bits << 8 | octet
  }

  /// 0.0.0.0.
  public static let any = IPv4Address(bits: 0)
  /// 127.0.0.1.
  public static let loopback = IPv4Address(127, 0, 0, 1)

  /// The four octets in network order.
  public var octets: [UInt8] {
    [UInt8(bits >> 24), UInt8(bits >> 16 & 255), UInt8(bits >> 8 & 255), UInt8(bits & 255)]
  }
}

extension IPv4Address: CustomStringConvertible, Comparable {
  /// Dotted decimal.
  public var description: String {
    "\(bits >> 24).\(bits >> 16 & 255).\(bits >> 8 & 255).\(bits & 255)"
  }

  /// By value.
  public static func < (a: IPv4Address, b: IPv4Address) -> Bool { a.bits < b.bits }
}
