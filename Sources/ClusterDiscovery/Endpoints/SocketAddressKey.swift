import NetworkAddresses

/// The order of socket addresses: IPv4 first, then by address, then by port.
struct SocketAddressKey: Hashable, Comparable {
  private let family: UInt8
  private let port: UInt16
  private let bits: UInt128

  init(_ address: SocketAddress) {
    port = address.port
    switch address.address {
    case .v4(let v4): (family, bits) = (4, UInt128(v4.bits))
    case .v6(let v6): (family, bits) = (6, UInt128(v6.high) << 64 | UInt128(v6.low))
    }
  }

  @inline(__always)
  static func < (a: Self, b: Self) -> Bool {
    if a.family != b.family { return a.family < b.family }
    return a.bits != b.bits ? a.bits < b.bits : a.port < b.port
  }

  /// The hash by which processes agree on where this address is on a ring or in a table.
  var identity: UInt64 {
    let first = KeyHash.mix(UInt64(truncatingIfNeeded: bits), UInt64(family) << 16 | UInt64(port))
    return KeyHash.mix(first, UInt64(truncatingIfNeeded: bits >> 64))
  }
}
