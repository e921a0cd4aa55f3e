public import NetworkAddresses

// Names of addresses: RFC 1035 §3.5 (in-addr.arpa) and RFC 3596 §2.5 (ip6.arpa).

extension DomainName {
  private static let inAddrArpa: [UInt8] = [7] + "in-addr".utf8 + [4] + "arpa".utf8 + [0]
  private static let ip6Arpa: [UInt8] = [3] + "ip6".utf8 + [4] + "arpa".utf8 + [0]

  /// The name at which an address has its PTR records: `1.0.96.10.in-addr.arpa.`.
  public init(reverseOf address: IPAddress) {
    var wire: [UInt8] = []
    switch address {
    case .v4:
      for octet in address.octets.reversed() {
        let digits = String(octet).utf8
        wire.append(UInt8(digits.count))
        wire += digits
      }
      wire += Self.inAddrArpa
    case .v6:
      for octet in address.octets.reversed() {
        wire += [1, Hex.digit(octet & 15), 1, Hex.digit(octet >> 4)]
      }
      wire += Self.ip6Arpa
    }
    self.init(checked: wire)
  }

  /// The address of a reverse name that is complete: four numbers without leading zeros, or 32 hexadecimal digits.
  public var reverseAddress: IPAddress? {
    if let length = prefixLength(before: DomainName(checked: Self.inAddrArpa)) { return ipv4Address(before: length) }
    if let length = prefixLength(before: DomainName(checked: Self.ip6Arpa)) { return ipv6Address(before: length) }
    return nil
  }

  private func ipv4Address(before end: Int) -> IPAddress? {
    guard end <= 16, labelCount == 6 else { return nil }
    let text = labels.prefix(4).reversed().map { String(decoding: $0, as: UTF8.self) }.joined(separator: ".")
    return IPv4Address(text).map(IPAddress.v4)
  }

  private func ipv6Address(before end: Int) -> IPAddress? {
    guard end == 64 else { return nil }
    var (high, low): (UInt64, UInt64) = (0, 0)
    for offset in stride(from: 62, through: 0, by: -2) {
      guard wire[offset] == 1, let digit = Hex.value(wire[offset + 1]) else { return nil }
      (high, low) = (high << 4 | low >> 60, low << 4 | UInt64(digit))
    }
    return .v6(IPv6Address(high: high, low: low))
  }
}
