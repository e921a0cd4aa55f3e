import DNSWire
import Foundation
import LiveServer
import Testing

/// TCP as RFC 7766 has it, and what must hold against clients that misbehave.
@Suite("DNS over TCP (RFC 7766)")
struct StreamTests {
  private let server: ServerUnderTest

  init() throws { server = try ServerUnderTest.shared.get() }

  @Test("pipelined queries are all answered, each under its own ID", arguments: [1, 2, 100, 1000])
  func pipeline(count: Int) throws {
    let socket = try Socket.connected(.tcp, to: server.endpoint)
    let queries = try (0..<count).map { try Self.query(id: UInt16($0)) }
    try socket.send(Array(queries.map(Socket.framed).joined()))
    #expect(try Self.idsOfReplies(socket, count) == Set((0..<count).map(UInt16.init)))
  }

  @Test("a client's FIN is no reason not to answer what it asked")
  func halfClose() throws {
    let socket = try Socket.connected(.tcp, to: server.endpoint)
    try socket.send(Array((0..<5).map { try Socket.framed(Self.query(id: $0)) }.joined()))
    shutdown(socket.descriptor, Int32(SHUT_WR))
    #expect(try Self.idsOfReplies(socket, 5).count == 5)
    #expect(socket.receive(within: 8_000) == [], "then the server closes too")
  }

  @Test("a query may come octet by octet")
  func octetByOctet() throws {
    let socket = try Socket.connected(.tcp, to: server.endpoint)
    for octet in Socket.framed(try Self.query(id: 7)) { try socket.send([octet]) }
    #expect(try Self.idsOfReplies(socket, 1) == [7])
  }

  @Test("a connection is used again for further queries")
  func reuse() throws {
    let socket = try Socket.connected(.tcp, to: server.endpoint)
    for id: UInt16 in 0..<20 {
      try socket.sendMessage(try Self.query(id: id))
      #expect(try Self.idsOfReplies(socket, 1) == [id])
    }
  }

  @Test(
    "an idle connection is closed, and so is one that leaves a message unfinished",
    arguments: [[], [0], [0, 40, 1, 2, 3]])
  func idle(sent: [UInt8]) throws {
    let socket = try Socket.connected(.tcp, to: server.endpoint)
    if !sent.isEmpty { try socket.send(sent) }
    #expect(socket.receive(within: 30_000) == [])
  }

  @Test("a message without octets harms nobody")
  func emptyMessage() throws {
    let socket = try Socket.connected(.tcp, to: server.endpoint)
    try socket.send([0, 0])
    try expectAlive()
  }

  @Test("a client that asks and never reads does not stop others")
  func neverReads() throws {
    let deaf = try Socket.connected(.tcp, to: server.endpoint)
    let query = Socket.framed(try Self.query(id: 1, name: "big.shop.svc.cluster.local"))
    let burst = Array(repeatElement(query, count: 100).joined())
    for _ in 0..<200 {
      guard Foundation.send(deaf.descriptor, burst, burst.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)) > 0
      else { break }
    }
    try expectAlive()
  }

  @Test("beside 1,500 idle connections a new client is served")
  func manyIdle() throws {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    limit.rlim_cur = min(limit.rlim_max, 4096)
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    let idle = (0..<1_500).compactMap { _ in try? Socket.connected(.tcp, to: server.endpoint) }
    #expect(idle.count > 500)
    try expectAlive()
    withExtendedLifetime(idle) {}
  }

  // MARK: Parts

  private func expectAlive() throws {
    for transport in [Transport.udp, .tcp] {
      let socket = try Socket.connected(transport, to: server.endpoint)
      try socket.sendMessage(try Self.query(id: 99))
      let reply = try #require(socket.receiveMessage(within: 8_000))
      #expect(Header(reply)?.id == 99)
    }
  }

  private static func query(id: UInt16, name: String = "web.shop.svc.cluster.local") throws -> [UInt8] {
    Message(id: id, questions: [Question(name: try DomainName(name), type: .a)]).encoded()
  }

  /// Of so many replies, each of which must be an answer.
  private static func idsOfReplies(_ socket: Socket, _ count: Int) throws -> Set<UInt16> {
    var ids: Set<UInt16> = []
    for _ in 0..<count {
      let reply = try ReceivedMessage(try #require(socket.receiveMessage(within: 8_000)))
      #expect(reply.answer.count == 1)
      ids.insert(reply.header.id)
    }
    return ids
  }
}
