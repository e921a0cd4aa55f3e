/// An IPv6 address, without a zone identifier.
public struct IPv6Address: Sendable, Hashable, BitwiseCopyable {
  /// The first eight octets as a number, the first octet in the highest byte.
  public var high: UInt64
  /// The last eight octets.
  public var low: UInt64

  /// An address from its two halves.
  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// `::`.
  public static let unspecified = IPv6Address(high: 0, low: 0)
  /// `::1`.
  public static let loopback = IPv6Address(high: 0, low: 1)

  /// The address `::ffff:a.b.c.d` of an IPv4 address (RFC 4291 §2.5.5.2).
  public init(mapping v4: IPv4Address) {
    self.init(high: 0, low: 0xFFFF_0000_0000 | UInt64(v4.bits))
  }

  /// The IPv4 address in an IPv4-mapped one; `nil` for every other address.
  public var mappedIPv4: IPv4Address? {
    high == 0 && low >> 32 == 0xFFFF ? IPv4Address(bits: UInt32(truncatingIfNeeded: low)) : nil
  }

  /// Group 0–7 of sixteen bits, the first one highest.
  public func group(_ index: Int) -> UInt16 {
    UInt16(truncatingIfNeeded: (index < 4 ? high : low) >> (48 - 16 * UInt64(index & 3)))
  }

  /// The sixteen octets in network order.
  public var octets: [UInt8] {
    (0..<8).flatMap { [UInt8(group($0) >> 8), UInt8(group($0) & 255)] }
  }
}

extension IPv6Address {
  /// Reads the forms of RFC 4291 §2.2: eight groups, one `::` for groups of zero, the last two groups as dotted decimal.
  public init?(_ text: some StringProtocol) {
    var groups: [UInt16] = []
    var gap: Int?
    var rest = Substring(text)
    if rest.hasPrefix("::") {
      gap = 0
      rest = rest.dropFirst(2)
    } else if rest.hasPrefix(":") {
      return nil
    }
    while !rest.isEmpty {
      guard groups.count < 8 else { return nil }
      let part = rest.prefix { $0 != ":" }
      if part.contains(".") {
        guard part.endIndex == rest.endIndex, groups.count <= 6, let v4 = IPv4Address(part) else { return nil }
        groups += [UInt16(v4.bits >> 16), UInt16(v4.bits & 0xFFFF)]
        break
      }
      guard (1...4).contains(part.utf8.count), part.utf8.allSatisfy(\.isHexDigit), let group = UInt16(part, radix: 16)
      else { return nil }
      groups.append(group)
      rest = rest[part.endIndex...]
      if rest.hasPrefix("::") {
        guard gap == nil else { return nil }
        gap = groups.count
        rest = rest.dropFirst(2)
      } else if rest.hasPrefix(":") {
        rest = rest.dropFirst()
        guard !rest.isEmpty else { return nil }
      }
    }
    guard gap == nil ? groups.count == 8 : groups.count < 8 else { return nil }
    if let gap { groups.insert(contentsOf: repeatElement(0, count: 8 - groups.count), at: gap) }
    high = groups[..<4].reduce(0) { $0 << 16 | UInt64($1) }
    low = groups[4...].reduce(0) { $0 << 16 | UInt64($1) }
  }
}

extension UInt8 {
  fileprivate var isHexDigit: Bool {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
      UInt8(ascii: "A")...UInt8(ascii: "F"):
      true
    default: false
    }
  }
}

extension IPv6Address: CustomStringConvertible, Comparable {
  /// RFC 5952: lower case, no leading zeros, the longest run of two or more zero groups as `::`, IPv4-mapped as dotted decimal.
  public var description: String {
    if let v4 = mappedIPv4 { return "::ffff:\(v4)" }
    let groups = (0..<8).map { String(group($0), radix: 16) }
    guard let zeros = longestZeroRun else { return groups.joined(separator: ":") }
    return groups[..<zeros.lowerBound].joined(separator: ":") + "::"
      + groups[zeros.upperBound...].joined(separator: ":")
  }

  /// The first of the longest runs of at least two groups that are zero.
  private var longestZeroRun: Range<Int>? {
    var best = 0..<0
    var start = 0
    for index in 0...8 where index == 8 || group(index) != 0 {
      if index - start > best.count { best = start..<index }
      start = index + 1
    }
    return best.count >= 2 ? best : nil
  }

  /// By value.
  public static func < (a: IPv6Address, b: IPv6Address) -> Bool { (a.high, a.low) < (b.high, b.low) }
}
