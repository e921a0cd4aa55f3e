import CLinux
import Glibc
public import NetworkAddresses

/// Why a port could not be opened.
public enum ListenError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Another program (or another instance of ours) has the port.
  case inUse(SocketAddress, Protocol)
  /// The port is below 1024 (or the system's bound) and the process has no right to it.
  case notPermitted(SocketAddress, Protocol)
  /// No interface has the address.
  case noSuchAddress(SocketAddress, Protocol)
  case other(SocketAddress, Protocol, errno: CInt)

  /// The transport protocol.
  public enum `Protocol`: String, Sendable { case udp = "UDP", tcp = "TCP" }

  init(_ address: SocketAddress, _ kind: Protocol, errno: CInt) {
    switch errno {
    case EADDRINUSE: self = .inUse(address, kind)
    case EACCES, EPERM: self = .notPermitted(address, kind)
    case EADDRNOTAVAIL: self = .noSuchAddress(address, kind)
    default: self = .other(address, kind, errno: errno)
    }
  }

  /// What is wrong, and the mend.
  public var description: String {
    switch self {
    case .inUse(let address, let kind):
      "\(kind.rawValue) port \(address) is in use by another program; stop that one, or choose another port (--dns-port)"
    case .notPermitted(let address, let kind):
      "no right to \(kind.rawValue) port \(address): run as root, give the program CAP_NET_BIND_SERVICE (setcap cap_net_bind_service+ep), or choose a port from 1024 on (--dns-port)"
    case .noSuchAddress(let address, let kind):
      "\(kind.rawValue) \(address): no interface of this machine has that address; mend the directive `bind`"
    case .other(let address, let kind, let errno):
      "\(kind.rawValue) \(address): \(systemMessage(errno))"
    }
  }
}

/// What the system says of an error number.
func systemMessage(_ errno: CInt) -> String {
  unsafe strerror(errno).map { unsafe String(cString: $0) } ?? "error \(errno)"
}

/// A UDP socket that is closed with its owner.
struct UDPSocket: ~Copyable {
  let descriptor: CInt

  /// Octets that the kernel may queue for the socket each way.
  private static let bufferSize: CInt = 4 << 20

  /// Opens a socket for one worker; all workers of a port open their own, and the kernel spreads the clients over them (SO_REUSEPORT).
  ///
  /// - Parameter shared: whether further sockets may open the same port.
  init(_ address: SocketAddress, shared: Bool) throws(ListenError) {
    let family = address.address.family == .ipv4 ? AF_INET : AF_INET6
    let descriptor = socket(family, CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw ListenError(address, .udp, errno: errno) }
    if shared { Self.set(descriptor, SOL_SOCKET, SO_REUSEPORT, 1) }
    if family == AF_INET6 { Self.set(descriptor, CInt(IPPROTO_IPV6), IPV6_V6ONLY, 1) }
    Self.set(descriptor, SOL_SOCKET, SO_RCVBUF, Self.bufferSize)
    Self.set(descriptor, SOL_SOCKET, SO_SNDBUF, Self.bufferSize)
    if address.address.isUnspecified { _ = cl_want_destination(descriptor, family) }
    let storage = SocketAddressStorage(address)
    guard unsafe storage.withPointer({ unsafe bind(descriptor, $0, $1) }) == 0 else {
      let error = ListenError(address, .udp, errno: errno)
      close(descriptor)
      throw error
    }
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  private static func set(_ descriptor: CInt, _ level: CInt, _ option: CInt, _ value: CInt) {
    var value = value
    unsafe _ = setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<CInt>.size))
  }

  /// The port that the system chose, when the address asked for any.
  var port: UInt16? {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let result = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe getsockname(descriptor, $0, &length) }
    }
    return result == 0 ? SocketAddressStorage(storage).address?.port : nil
  }

  /// Wakes a thread that waits for datagrams on a socket: its call returns at once, and so does every later one.
  ///
  /// The kernel says ENOTCONN of a socket that is not connected, but wakes the readers.
  static func stopReceiving(_ descriptor: CInt) { _ = shutdown(descriptor, CInt(SHUT_RD)) }
}
