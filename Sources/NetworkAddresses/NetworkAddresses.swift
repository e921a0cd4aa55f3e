// NetworkAddresses: IPv4 and IPv6 addresses, prefixes (CIDR) and socket addresses as plain values.
//
// Text is read as Kubernetes reads it (Go's net/netip): no leading zeros in IPv4, no zone identifiers, and written in
// the canonical form of RFC 5952.

/// The family of an address.
public enum AddressFamily: UInt8, Sendable, Hashable, CaseIterable {
  case ipv4 = 4
  case ipv6 = 6

  /// The length of an address in bits: 32 or 128.
  public var bitWidth: Int { self == .ipv4 ? 32 : 128 }
}

/// An address of either family. The two families never compare equal: `::ffff:10.0.0.1` is an IPv6 address.
public enum IPAddress: Sendable, Hashable, BitwiseCopyable {
  case v4(IPv4Address)
  case v6(IPv6Address)

  /// Reads either family's text; `nil` when it is neither.
  public init?(_ text: some StringProtocol) {
    if text.utf8.contains(UInt8(ascii: ":")) {
      guard let address = IPv6Address(text) else { return nil }
      self = .v6(address)
    } else {
      guard let address = IPv4Address(text) else { return nil }
      self = .v4(address)
    }
  }

  /// Reads 4 or 16 octets in network order; `nil` for another count.
  public init?(octets: some Collection<UInt8>) {
    switch octets.count {
    case 4: self = .v4(IPv4Address(bits: octets.reduce(0) { $0 << 8 | UInt32($1) }))
    case 16:
      let high = octets.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
      self = .v6(IPv6Address(high: high, low: octets.dropFirst(8).reduce(0) { $0 << 8 | UInt64($1) }))
    default: return nil
    }
  }

  /// The family.
  public var family: AddressFamily {
    switch self {
    case .v4: .ipv4
    case .v6: .ipv6
    }
  }

  /// The octets in network order: 4 or 16.
  public var octets: [UInt8] {
    switch self {
    case .v4(let address): address.octets
    case .v6(let address): address.octets
    }
  }

  /// 127.0.0.0/8 or ::1.
  public var isLoopback: Bool {
    switch self {
    case .v4(let address): address.bits >> 24 == 127
    case .v6(let address): address == .loopback
    }
  }

  /// 0.0.0.0 or ::.
  public var isUnspecified: Bool {
    switch self {
    case .v4(let address): address.bits == 0
    case .v6(let address): address == .unspecified
    }
  }

  /// 169.254.0.0/16 or fe80::/10.
  public var isLinkLocal: Bool {
    switch self {
    case .v4(let address): address.bits >> 16 == 0xA9FE
    case .v6(let address): address.high >> 54 == 0xFE80 >> 6
    }
  }

  /// 224.0.0.0/4 or ff00::/8.
  public var isMulticast: Bool {
    switch self {
    case .v4(let address): address.bits >> 28 == 0xE
    case .v6(let address): address.high >> 56 == 0xFF
    }
  }

  /// An IPv4-mapped IPv6 address as the IPv4 address in it; any other address as it is. What a dual-stack socket gives.
  public var unmapped: IPAddress {
    guard case .v6(let address) = self, let v4 = address.mappedIPv4 else { return self }
    return .v4(v4)
  }
}

extension IPAddress: CustomStringConvertible {
  /// The family's canonical text.
  public var description: String {
    switch self {
    case .v4(let address): address.description
    case .v6(let address): address.description
    }
  }
}

extension IPAddress: Comparable {
  /// IPv4 before IPv6, then by value.
  public static func < (a: IPAddress, b: IPAddress) -> Bool {
    switch (a, b) {
    case (.v4(let a), .v4(let b)): a < b
    case (.v6(let a), .v6(let b)): a < b
    case (.v4, .v6): true
    case (.v6, .v4): false
    }
  }
}

/// An address and a port: where a socket is, or whom it talks to.
public struct SocketAddress: Sendable, Hashable, BitwiseCopyable {
  /// The host.
  public var address: IPAddress
  /// 0–65535; 0 asks the system for a free port.
  public var port: UInt16

  /// A port at an address.
  public init(_ address: IPAddress, port: UInt16) {
    self.address = address
    self.port = port
  }
}

extension SocketAddress: CustomStringConvertible {
  /// `10.0.0.1:53` or `[fd00::1]:53`.
  public var description: String {
    switch address {
    case .v4: "\(address):\(port)"
    case .v6: "[\(address)]:\(port)"
    }
  }

  /// Reads `10.0.0.1:53`, `[fd00::1]:53`, and, when a default port is given, an address alone (`10.0.0.1`, `fd00::1`,
  /// `[fd00::1]`).
  public init?(_ text: String, defaultPort: UInt16? = nil) {
    if let defaultPort, let address = IPAddress(text) {
      self.init(address, port: defaultPort)
      return
    }
    var host = Substring(text)
    var port = defaultPort
    if !text.hasSuffix("]"), let colon = text.lastIndex(of: ":") {
      guard let number = UInt16(decimal: text[text.index(after: colon)...]) else { return nil }
      host = text[..<colon]
      port = number
    }
    let bracketed = host.hasPrefix("[") && host.hasSuffix("]")
    if bracketed { host = host.dropFirst().dropLast() }
    guard let port, let address = IPAddress(host), (address.family == .ipv6) == bracketed else { return nil }
    self.init(address, port: port)
  }
}

extension UInt16 {
  /// Decimal digits alone: no sign, at most 65535; `nil` otherwise.
  public init?(decimal text: some StringProtocol) {
    guard !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      let value = UInt16(text)
    else { return nil }
    self = value
  }
}
