package import Foundation

/// A failed system call, by name.
package struct SocketError: Error, CustomStringConvertible {
  package var call: String
  package var code: Int32

  package init(call: String, code: Int32 = errno) { (self.call, self.code) = (call, code) }

  package var description: String { "\(call): \(String(cString: strerror(code)))" }
}

/// An IPv4 address and a port.
package struct Endpoint: Sendable, Hashable, CustomStringConvertible {
  package var address = "127.0.0.1"
  package var port: UInt16

  package init(address: String = "127.0.0.1", port: UInt16) { (self.address, self.port) = (address, port) }

  package var description: String { "\(address):\(port)" }

  /// Calls with the address as the system takes it.
  package func withSocketAddress<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    var raw = sockaddr_in()
    raw.sin_family = sa_family_t(AF_INET)
    raw.sin_port = port.bigEndian
    inet_pton(AF_INET, address, &raw.sin_addr)
    return withUnsafePointer(to: &raw) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
  }

  /// A port of 127.0.0.1 that is free for UDP and TCP now.
  package static func free() throws -> Endpoint {
    for _ in 0..<100 {
      let tcp = try Socket(.tcp)
      try tcp.bind(Endpoint(port: 0))
      let endpoint = try tcp.localEndpoint()
      if let udp = try? Socket(.udp), (try? udp.bind(endpoint)) != nil { return endpoint }
    }
    throw SocketError(call: "no free port", code: EADDRINUSE)
  }
}

/// A socket that is closed when it goes away. All waiting is bounded by deadlines.
package final class Socket: Sendable {
  package let descriptor: Int32
  package let transport: Transport

  package init(_ transport: Transport) throws {
    let type = transport == .udp ? SOCK_DGRAM : SOCK_STREAM
    descriptor = socket(AF_INET, Int32(type.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    self.transport = transport
    guard descriptor >= 0 else { throw SocketError(call: "socket") }
  }

  package init(accepted descriptor: Int32) {
    self.descriptor = descriptor
    transport = .tcp
  }

  deinit { close(descriptor) }

  package static func connected(_ transport: Transport, to endpoint: Endpoint) throws -> Socket {
    let socket = try Socket(transport)
    guard endpoint.withSocketAddress({ connect(socket.descriptor, $0, $1) }) == 0 else {
      throw SocketError(call: "connect to \(endpoint)")
    }
    return socket
  }

  package func bind(_ endpoint: Endpoint) throws {
    guard endpoint.withSocketAddress({ Foundation.bind(descriptor, $0, $1) }) == 0 else {
      throw SocketError(call: "bind")
    }
  }

  package func localEndpoint() throws -> Endpoint {
    var raw = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafeMutablePointer(to: &raw) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
    }
    guard status == 0 else { throw SocketError(call: "getsockname") }
    return Endpoint(port: UInt16(bigEndian: raw.sin_port))
  }

  /// Whether something can be read before so many milliseconds have passed.
  package func isReadable(within milliseconds: Int) -> Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&entry, 1, Int32(milliseconds)) > 0
  }

  /// Sends all octets; for a stream, as many calls as it takes.
  package func send(_ bytes: some Collection<UInt8>) throws {
    var rest = Array(bytes)
    repeat {
      let sent = Foundation.send(descriptor, rest, rest.count, Int32(MSG_NOSIGNAL))
      guard sent >= 0 else { throw SocketError(call: "send") }
      rest.removeFirst(sent)
    } while !rest.isEmpty
  }

  /// What comes next: a datagram, or some octets of a stream; `nil` when nothing comes in time, empty at a stream's end.
  package func receive(within milliseconds: Int, most: Int = 65_535) -> [UInt8]? {
    guard isReadable(within: milliseconds) else { return nil }
    var buffer = [UInt8](repeating: 0, count: most)
    let count = recv(descriptor, &buffer, most, 0)
    guard count >= 0 else { return transport == .tcp ? [] : nil }
    return Array(buffer.prefix(count))
  }

  /// So many octets of a stream; `nil` when they don't come in time or it ends before.
  package func receiveExactly(_ count: Int, within milliseconds: Int) -> [UInt8]? {
    var bytes: [UInt8] = []
    while bytes.count < count {
      guard let more = receive(within: milliseconds, most: count - bytes.count), !more.isEmpty else { return nil }
      bytes += more
    }
    return bytes
  }

  /// The next DNS message: a datagram, or a message with its length in front (RFC 1035 §4.2.2).
  package func receiveMessage(within milliseconds: Int = 5_000) -> [UInt8]? {
    if transport == .udp { return receive(within: milliseconds) }
    guard let length = receiveExactly(2, within: milliseconds) else { return nil }
    return receiveExactly(Int(length[0]) << 8 | Int(length[1]), within: milliseconds)
  }

  /// Sends a DNS message, over a stream with its length in front.
  package func sendMessage(_ message: [UInt8]) throws {
    try send(transport == .udp ? message : Self.framed(message))
  }

  package static func framed(_ message: [UInt8]) -> [UInt8] {
    [UInt8(message.count >> 8 & 0xFF), UInt8(message.count & 0xFF)] + message
  }
}

/// How DNS messages travel.
package enum Transport: String, Sendable { case udp, tcp }
