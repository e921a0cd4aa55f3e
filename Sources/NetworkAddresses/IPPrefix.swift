/// A range of addresses in CIDR notation: `10.96.0.0/12`, `fd00::/108`.
public struct IPPrefix: Sendable, Hashable {
  /// The first address; the bits behind the prefix are zero.
  public let base: IPAddress
  /// The length of the prefix in bits: 0–32 or 0–128.
  public let length: Int

  /// The range of that length which holds the address; `nil` when the length is out of range for the family.
  public init?(_ address: IPAddress, length: Int) {
    guard (0...address.family.bitWidth).contains(length) else { return nil }
    base = address.masked(to: length)
    self.length = length
  }

  /// Reads `ADDRESS/LENGTH`. The length has no leading zeros; bits behind the prefix are cleared.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let address = IPAddress(parts[0]), let length = UInt16(decimal: parts[1]),
      parts[1] == "0" || !parts[1].hasPrefix("0")
    else { return nil }
    self.init(address, length: Int(length))
  }

  /// Whether the address is of the same family and lies in the range.
  public func contains(_ address: IPAddress) -> Bool {
    address.family == base.family && address.masked(to: length) == base
  }

  /// The number of addresses, at most 2^62.
  public var count: Int { 1 << min(62, base.family.bitWidth - length) }

  /// The address that lies `offset` (0 ..< `count`) behind the first one.
  public subscript(offset: Int) -> IPAddress {
    precondition((0..<count).contains(offset), "an offset outside the prefix")
    switch base {
    case .v4(let address): return .v4(IPv4Address(bits: address.bits + UInt32(offset)))
    case .v6(let address): return .v6(IPv6Address(high: address.high, low: address.low | UInt64(offset)))
    }
  }

  /// How far behind the first address another one lies; `nil` outside of the prefix or beyond 2^62.
  public func offset(of address: IPAddress) -> Int? {
    guard contains(address) else { return nil }
    switch (base, address) {
    case (.v4(let first), .v4(let other)): return Int(other.bits - first.bits)
    case (.v6(let first), .v6(let other)):
      let distance = other.low &- first.low
      return first.high == other.high && distance < UInt64(count) ? Int(distance) : nil
    default: return nil
    }
  }
}

extension IPPrefix: CustomStringConvertible {
  /// `ADDRESS/LENGTH`.
  public var description: String { "\(base)/\(length)" }
}

extension IPAddress {
  /// The address with all bits behind the first `length` cleared.
  func masked(to length: Int) -> IPAddress {
    switch self {
    case .v4(let address):
      return .v4(IPv4Address(bits: length == 0 ? 0 : address.bits & (UInt32.max << UInt32(32 - length))))
    case .v6(let address):
      let high = length >= 64 ? UInt64.max : length == 0 ? 0 : UInt64.max << UInt64(64 - length)
      let low = length <= 64 ? 0 : UInt64.max << UInt64(128 - length)
      return .v6(IPv6Address(high: address.high & high, low: address.low & low))
    }
  }
}
