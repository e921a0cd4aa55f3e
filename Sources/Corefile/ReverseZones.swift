import NetworkAddresses

extension IPPrefix {
  /// The zones below `in-addr.arpa.` or `ip6.arpa.` that together hold the names of exactly this prefix's addresses.
  ///
  /// One when the length is a multiple of a label's bits (8 for IPv4, 4 for IPv6), else 2–128, as CoreDNS does it.
  var reverseZones: [String] {
    let bits = base.family == .ipv4 ? 8 : 4
    let labelCount = (length + bits - 1) / bits
    let labels = base.reverseLabels.prefix(labelCount)
    let suffix = base.family == .ipv4 ? "in-addr.arpa." : "ip6.arpa."
    guard let last = labels.last else { return [suffix] }
    let outer = labels.dropLast().reduce(suffix) { zone, label in "\(text(label)).\(zone)" }
    return (0..<(1 << (labelCount * bits - length))).map { "\(text(last + $0)).\(outer)" }
  }

  private func text(_ label: Int) -> String { String(label, radix: base.family == .ipv4 ? 10 : 16) }
}

extension IPAddress {
  /// The numbers that are the labels of the address's reverse name, highest first: 4 octets or 32 nibbles.
  fileprivate var reverseLabels: [Int] {
    switch self {
    case .v4(let address): address.octets.map { Int($0) }
    case .v6(let address): address.octets.flatMap { [Int($0 >> 4), Int($0 & 15)] }
    }
  }
}
