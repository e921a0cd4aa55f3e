import Glibc
import NetworkAddresses

/// The address under which others reach this machine.
enum LocalAddress {
  /// The address from which packets to the registry leave; when that is loopback, the first other one that this machine has.
  ///
  /// - Parameter url: the registry's.
  static func toward(_ url: String) -> IPAddress? {
    let host = url.drop { $0 != "/" }.drop { $0 == "/" }.prefix { $0 != "/" }
    if let server = NetworkAddresses.SocketAddress(String(host), defaultPort: 8001),
      !server.address.isLoopback,
      let own = source(toward: server)
    {
      return own
    }
    return all.first { !$0.isLoopback && !$0.isLinkLocal }
  }

  /// The system's choice of a source address: no packet is sent.
  private static func source(toward server: NetworkAddresses.SocketAddress) -> IPAddress? {
    guard case .v4(let address) = server.address else { return nil }
    let descriptor = socket(AF_INET, CInt(SOCK_DGRAM.rawValue), 0)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_port = server.port.bigEndian
    name.sin_addr.s_addr = address.bits.bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isKnown = unsafe withUnsafeMutablePointer(to: &name) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        unsafe connect(descriptor, pointer, length) == 0
          && getsockname(descriptor, pointer, &length) == 0
      }
    }
    return isKnown ? .v4(IPv4Address(bits: UInt32(bigEndian: name.sin_addr.s_addr))) : nil
  }

  /// The addresses of the interfaces that are up.
  private static var all: [IPAddress] {
    var first: UnsafeMutablePointer<ifaddrs>?
    guard unsafe getifaddrs(&first) == 0 else { return [] }
    defer { unsafe freeifaddrs(first) }
    var found: [IPAddress] = []
    var next = unsafe first
    while let entry = unsafe next {
      if unsafe entry.pointee.ifa_flags & UInt32(IFF_UP) != 0,
        let address = unsafe Self.address(entry.pointee.ifa_addr)
      {
        found.append(address)
      }
      unsafe next = entry.pointee.ifa_next
    }
    return found
  }

  private static func address(_ name: UnsafeMutablePointer<sockaddr>?) -> IPAddress? {
    guard let name = unsafe name, unsafe name.pointee.sa_family == sa_family_t(AF_INET) else {
      return nil
    }
    return unsafe name.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
      unsafe .v4(IPv4Address(bits: UInt32(bigEndian: $0.pointee.sin_addr.s_addr)))
    }
  }
}
