import Glibc
import NetworkAddresses

/// A socket address as the system's calls take and give it.
struct SocketAddressStorage {
  private(set) var storage = sockaddr_storage()

  init(_ storage: sockaddr_storage) { self.storage = storage }

  init(_ address: SocketAddress) {
    unsafe withUnsafeMutablePointer(to: &storage) { pointer in
      switch address.address {
      case .v4(let v4):
        unsafe pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
          unsafe $0.pointee.sin_family = sa_family_t(AF_INET)
          unsafe $0.pointee.sin_port = address.port.bigEndian
          unsafe $0.pointee.sin_addr.s_addr = v4.bits.bigEndian
        }
      case .v6(let v6):
        unsafe pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
          unsafe $0.pointee.sin6_family = sa_family_t(AF_INET6)
          unsafe $0.pointee.sin6_port = address.port.bigEndian
          unsafe UnsafeMutableRawPointer($0).storeBytes(of: v6.high.bigEndian, toByteOffset: 8, as: UInt64.self)
          unsafe UnsafeMutableRawPointer($0).storeBytes(of: v6.low.bigEndian, toByteOffset: 16, as: UInt64.self)
        }
      }
    }
  }

  /// The address; `nil` for another family than IPv4 and IPv6.
  var address: SocketAddress? {
    unsafe withUnsafePointer(to: storage) { pointer in
      let raw = unsafe UnsafeRawPointer(pointer)
      let port = unsafe UInt16(bigEndian: raw.load(fromByteOffset: 2, as: UInt16.self))
      switch CInt(storage.ss_family) {
      case AF_INET:
        let bits = unsafe UInt32(bigEndian: raw.load(fromByteOffset: 4, as: UInt32.self))
        return SocketAddress(.v4(IPv4Address(bits: bits)), port: port)
      case AF_INET6:
        let high = unsafe UInt64(bigEndian: raw.load(fromByteOffset: 8, as: UInt64.self))
        let low = unsafe UInt64(bigEndian: raw.load(fromByteOffset: 16, as: UInt64.self))
        return SocketAddress(.v6(IPv6Address(high: high, low: low)), port: port)
      default: return nil
      }
    }
  }

  var length: socklen_t {
    socklen_t(CInt(storage.ss_family) == AF_INET ? MemoryLayout<sockaddr_in>.size : MemoryLayout<sockaddr_in6>.size)
  }

  func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    unsafe withUnsafePointer(to: storage) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, length) }
    }
  }
}
