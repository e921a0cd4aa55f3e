package import DNSWire
import Foundation
package import NetworkAddresses
package import Synchronization

/// A UDP server on 127.0.0.1 that answers each packet with the packets of a script. It ends with ``stop()``.
package final class DatagramServer: Sendable {
  package let address: SocketAddress
  private let descriptor: Int32
  private let stopped = Atomic<Bool>(false)
  /// The source ports and the octets of what came.
  package let received = Mutex<[(port: UInt16, octets: [UInt8])]>([])

  /// - Parameter port: `nil` for a free one.
  package init(port: UInt16? = nil, _ script: @escaping @Sendable (_ query: [UInt8]) -> [[UInt8]]) {
    (descriptor, address) = bindLoopback(SOCK_DGRAM, port: port ?? 0)
    Thread.detachNewThread { self.run(script) }
  }

  package func stop() { stopped.store(true, ordering: .relaxed) }

  /// Sends a packet that nobody asked for to a port of 127.0.0.1.
  package func send(_ packet: [UInt8], toPort port: UInt16) {
    var peer = loopback(port: port)
    _ = withUnsafePointer(to: &peer) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        sendto(descriptor, packet, packet.count, 0, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }

  private func run(_ script: (_ query: [UInt8]) -> [[UInt8]]) {
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 65_535)
    while !stopped.load(ordering: .relaxed) {
      guard isReadable(descriptor) else { continue }
      var peer = sockaddr_in()
      var size = socklen_t(MemoryLayout<sockaddr_in>.size)
      let count = withUnsafeMutablePointer(to: &peer) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          recvfrom(descriptor, &buffer, buffer.count, 0, $0, &size)
        }
      }
      guard count >= 0 else { continue }
      let query = [UInt8](buffer[..<count])
      received.withLock { $0.append((UInt16(bigEndian: peer.sin_port), query)) }
      for reply in script(query) {
        _ = withUnsafePointer(to: &peer) {
          $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            sendto(descriptor, reply, reply.count, 0, $0, size)
          }
        }
      }
    }
  }
}

/// A TCP server on 127.0.0.1: a script says what is written for each query and whether the connection is closed then.
package final class StreamServer: Sendable {
  package struct Reply {
    /// What is written, piece by piece.
    package var pieces: [[UInt8]]
    package var closes: Bool

    package init(pieces: [[UInt8]], closes: Bool = false) { (self.pieces, self.closes) = (pieces, closes) }
  }

  package let address: SocketAddress
  private let descriptor: Int32
  private let stopped = Atomic<Bool>(false)
  package let connections = Atomic<Int>(0)

  package init(_ script: @escaping @Sendable (_ query: [UInt8]) -> Reply) {
    (descriptor, address) = bindLoopback(SOCK_STREAM)
    listen(descriptor, 64)
    Thread.detachNewThread { self.run(script) }
  }

  package func stop() { stopped.store(true, ordering: .relaxed) }

  private func run(_ script: @escaping @Sendable (_ query: [UInt8]) -> Reply) {
    defer { close(descriptor) }
    while !stopped.load(ordering: .relaxed) {
      guard isReadable(descriptor) else { continue }
      let connection = accept(descriptor, nil, nil)
      guard connection >= 0 else { continue }
      connections.wrappingAdd(1, ordering: .relaxed)
      Thread.detachNewThread { self.serve(connection, script) }
    }
  }

  private func serve(_ connection: Int32, _ script: (_ query: [UInt8]) -> Reply) {
    defer { close(connection) }
    while let length = read(2, from: connection),
      let query = read(Int(length[0]) << 8 | Int(length[1]), from: connection)
    {
      let reply = script(query)
      for piece in reply.pieces { _ = send(connection, piece, piece.count, Int32(MSG_NOSIGNAL)) }
      if reply.closes { return }
    }
  }

  private func read(_ count: Int, from connection: Int32) -> [UInt8]? {
    var octets: [UInt8] = []
    while octets.count < count, !stopped.load(ordering: .relaxed) {
      guard isReadable(connection) else { continue }
      var piece = [UInt8](repeating: 0, count: count - octets.count)
      let got = recv(connection, &piece, piece.count, 0)
      guard got > 0 else { return nil }
      octets += piece[..<got]
    }
    return octets.count == count ? octets : nil
  }
}

private func loopback(port: UInt16) -> sockaddr_in {
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = port.bigEndian
  address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
  return address
}

/// A socket at a port of 127.0.0.1; 0 is a free one.
private func bindLoopback(_ type: __socket_type, port: UInt16 = 0) -> (Int32, SocketAddress) {
  let descriptor = socket(AF_INET, Int32(type.rawValue), 0)
  var address = loopback(port: port)
  var size = socklen_t(MemoryLayout<sockaddr_in>.size)
  withUnsafeMutablePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      precondition(bind(descriptor, $0, size) == 0)
      precondition(getsockname(descriptor, $0, &size) == 0)
    }
  }
  return (descriptor, SocketAddress(.v4(.loopback), port: UInt16(bigEndian: address.sin_port)))
}

/// A port of 127.0.0.1 where nobody listens.
package func closedPort() -> SocketAddress {
  let (descriptor, address) = bindLoopback(SOCK_STREAM)
  close(descriptor)
  return address
}

/// Waits a little; so a stopped server notices.
private func isReadable(_ descriptor: Int32) -> Bool {
  var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
  return poll(&watched, 1, 20) > 0
}

// MARK: - Messages

package let asked = Question(name: (try? DomainName("WWW.example.org")) ?? .root, type: .a)

/// A query for ``asked``, or for another question.
package func query(_ question: Question = asked, id: UInt16 = 4711) -> Message {
  var message = Message(id: id, questions: [question])
  message.recursionDesired = true
  return message
}

/// The right answer to a query's octets, changed as the test wants it.
package func answer(_ query: [UInt8], change: (inout Message) -> Void = { _ in }) -> [UInt8] {
  guard let query = try? Message(parsing: query) else { return [] }
  var message = Message.response(to: query)
  message.recursionAvailable = true
  message.answers = [ResourceRecord(name: query.questions[0].name, ttl: 60, data: .a(IPv4Address(192, 0, 2, 1)))]
  change(&message)
  return message.encoded()
}

/// A message behind its length.
package func framed(_ message: [UInt8]) -> [UInt8] {
  [UInt8(message.count >> 8), UInt8(message.count & 255)] + message
}
