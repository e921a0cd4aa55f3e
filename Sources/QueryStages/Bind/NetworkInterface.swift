import Glibc
import NetworkAddresses

/// An address of one of the host's interfaces.
struct NetworkInterface: Sendable, Hashable {
  var name: String
  var address: IPAddress

  /// All addresses of all interfaces, as the system lists them; none when it does not say.
  static func all() -> [NetworkInterface] {
    var first: UnsafeMutablePointer<ifaddrs>?
    guard unsafe getifaddrs(&first) == 0 else { return [] }
    defer { unsafe freeifaddrs(first) }
    var list: [NetworkInterface] = []
    var next = unsafe first
    // Safe: the list lives until freeifaddrs, and names in it end with a zero.
    while let entry = unsafe next {
      if let socketAddress = unsafe entry.pointee.ifa_addr, let address = unsafe Self.address(socketAddress) {
        list.append(NetworkInterface(name: unsafe String(cString: entry.pointee.ifa_name), address: address))
      }
      unsafe next = entry.pointee.ifa_next
    }
    return list
  }

  /// The address in a structure whose family says what it really is.
  private static func address(_ pointer: UnsafeMutablePointer<sockaddr>) -> IPAddress? {
    let family = unsafe Int32(pointer.pointee.sa_family)
    switch family {
    case AF_INET:
      // Safe: the system gives a whole sockaddr_in for this family.
      let address = unsafe UnsafeRawPointer(pointer).loadUnaligned(as: sockaddr_in.self)
      return .v4(IPv4Address(bits: UInt32(bigEndian: address.sin_addr.s_addr)))
    case AF_INET6:
      // Safe: the system gives a whole sockaddr_in6 for this family.
      let address = unsafe UnsafeRawPointer(pointer).loadUnaligned(as: sockaddr_in6.self)
      return unsafe withUnsafeBytes(of: address.sin6_addr) { unsafe IPAddress(octets: $0) }
    default:
      return nil
    }
  }
}
