import NetworkAddresses

/// The order of socket addresses: IPv4 first, then by address, then by port.
struct SocketAddressKey: Hashable, Comparable {
  let address: SocketAddress

  init(_ address: SocketAddress) { self.address = address }

  static func < (a: Self, b: Self) -> Bool {
    if a.address.address != b.address.address { return a.address.address < b.address.address }
    return a.address.port < b.address.port
  }
}
