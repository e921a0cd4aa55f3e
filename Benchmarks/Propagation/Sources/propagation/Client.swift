import Glibc
import NetworkAddresses

/// A UDP socket that asks one port, one query after the other.
final class Client {
  let descriptor: CInt
  private var buffer = [UInt8](repeating: 0, count: 2048)

  init(port: UInt16) {
    descriptor = socket(AF_INET, CInt(SOCK_DGRAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    precondition(descriptor >= 0 && result == 0, "no socket to 127.0.0.1:\(port)")
    // A lost datagram must not hold up the measurement for ever.
    var limit = timeval(tv_sec: 1, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { close(descriptor) }

  /// Sends a query.
  func send(_ query: [UInt8]) { _ = Glibc.send(descriptor, query, query.count, 0) }

  /// The next answer; empty when none came within a second. It does not sleep meanwhile: what is measured is when the answer is there, not how
  /// long the kernel takes to wake somebody.
  func receive() -> ArraySlice<UInt8> {
    let limit = now() + 1_000_000_000
    repeat {
      let count = recv(descriptor, &buffer, buffer.count, CInt(MSG_DONTWAIT))
      if count > 0 { return buffer.prefix(count) }
    } while now() < limit
    return []
  }

  /// Asks once.
  func ask(_ query: [UInt8]) -> ArraySlice<UInt8> {
    send(query)
    return receive()
  }
}

extension ArraySlice<UInt8> {
  /// Whether these octets stand somewhere in the answer.
  func contains(_ octets: [UInt8]) -> Bool {
    guard count >= octets.count else { return false }
    return (startIndex...(endIndex - octets.count)).contains { start in
      octets.indices.allSatisfy { self[start + $0] == octets[$0] }
    }
  }
}

/// Nanoseconds of the steady clock.
func now() -> UInt64 {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
