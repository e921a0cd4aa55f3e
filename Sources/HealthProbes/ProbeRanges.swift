public import NetworkAddresses

/// Where the registry's probes may go. Whoever may register a Pod names its address, and so says to which machines the registry
/// connects: this bounds it.
///
/// Loopback (127.0.0.0/8, ::1) and link-local addresses (169.254.0.0/16, fe80::/10), where machines talk to themselves and clouds
/// hand out credentials, must be named: a prefix that lies within them does so, a wider one such as 0.0.0.0/0 does not.
public struct ProbeRanges: Sendable, Hashable {
  /// The prefixes that addresses must be in; `nil` for any.
  private let prefixes: [IPPrefix]?
  private let allowsLoopback: Bool

  /// Any address but those that must be named.
  ///
  /// - Parameter allowsLoopback: whether loopback counts as named: right where none but programs of this machine register.
  public init(allowsLoopback: Bool) {
    prefixes = nil
    self.allowsLoopback = allowsLoopback
  }

  /// Addresses of these prefixes.
  public init(_ prefixes: [IPPrefix]) {
    self.prefixes = prefixes
    allowsLoopback = false
  }

  /// Why no probe goes to the address; `nil` when one may. An IPv4-mapped IPv6 address counts as the IPv4 address in it.
  public func refusal(of address: IPAddress) -> String? {
    let address = address.unmapped
    if address.isUnspecified || address.isMulticast || Self.isOfNoMachine(address) {
      return "\(address) is no address of one machine"
    }
    if address.isLoopback, !allowsLoopback, !isNamed(address) { return "\(address) is loopback" }
    if address.isLinkLocal, !isNamed(address) { return "\(address) is link-local" }
    guard let prefixes, !prefixes.contains(where: { $0.contains(address) }) else { return nil }
    return "\(address) is in none of the ranges for probes"
  }

  /// Whether a prefix that holds the address lies within the special range that the address is in.
  private func isNamed(_ address: IPAddress) -> Bool {
    let shortest = address.isLoopback ? (address.family == .ipv4 ? 8 : 128) : (address.family == .ipv4 ? 16 : 10)
    return (prefixes ?? []).contains { $0.length >= shortest && $0.contains(address) }
  }

  /// Whether it is in 0.0.0.0/8, this network, or in 240.0.0.0/4, which has the broadcast address and nobody else (RFC 6890).
  private static func isOfNoMachine(_ address: IPAddress) -> Bool {
    guard case .v4(let address) = address else { return false }
    return address.bits >> 24 == 0 || address.bits >> 28 == 0xF
  }
}
