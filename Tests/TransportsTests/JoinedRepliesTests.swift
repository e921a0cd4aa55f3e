import Glibc
import NetworkAddresses
import Testing

@testable import Transports

/// A client's socket, connected to a server's.
private final class Client {
  let descriptor: CInt

  init(of server: SocketAddress) throws {
    descriptor = socket(server.address.family == .ipv4 ? AF_INET : AF_INET6, CInt(SOCK_DGRAM.rawValue), 0)
    try #require(descriptor >= 0)
    var limit = timeval(tv_sec: 5, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    try #require(SocketAddressStorage(server).withPointer { connect(descriptor, $0, $1) } == 0)
  }

  deinit { close(descriptor) }

  func send(_ octets: [UInt8]) { _ = Glibc.send(descriptor, octets, octets.count, 0) }

  /// The datagrams that came, as many as are asked for; fewer when no more come.
  func receive(_ count: Int) -> [[UInt8]] {
    var all: [[UInt8]] = []
    while all.count < count {
      var octets = [UInt8](repeating: 0, count: 2000)
      let length = recv(descriptor, &octets, octets.count, 0)
      guard length >= 0 else { break }
      all.append(Array(octets.prefix(length)))
    }
    return all
  }

  /// Whether another datagram waits.
  var hasMore: Bool {
    var octet: UInt8 = 0
    return recv(descriptor, &octet, 1, CInt(MSG_DONTWAIT)) >= 0
  }
}

/// A server whose replies are as long as the queries say.
private final class EchoOfLengths {
  let socket: UDPSocket
  let batch: DatagramBatch
  let address: SocketAddress

  init(_ address: String) throws {
    let wanted = try #require(SocketAddress(address, defaultPort: 0))
    let loopback = try #require(IPAddress(wanted.address.family == .ipv4 ? "127.0.0.1" : "::1"))
    socket = try UDPSocket(wanted, shared: false)
    batch = DatagramBatch(wantsDestination: wanted.address.isUnspecified)
    self.address = SocketAddress(loopback, port: socket.port ?? 0)
  }

  /// The datagram that asks for a reply of a length, and the reply that comes.
  static func query(_ length: Int, _ mark: UInt8) -> [UInt8] { [UInt8(length >> 8), UInt8(length & 255), mark] }
  static func reply(_ length: Int, _ mark: UInt8) -> [UInt8] { [UInt8](repeating: mark, count: length) }

  /// Answers what has come, in one batch.
  func answer() -> Int {
    let count = batch.receive(socket.descriptor)
    for index in 0..<max(0, count) {
      let query = batch.octets(index)
      let length = Int(query[0]) << 8 | Int(query[1])
      for place in 0..<length { batch.replyBuffer[place] = query[2] }
      batch.addReply(to: index, length: length)
    }
    batch.send(socket.descriptor)
    return count
  }
}

@Suite struct JoinedRepliesTests {
  static let addresses = ["127.0.0.1:0", "0.0.0.0:0", "[::1]:0", "[::]:0"]
  static let lengths: [[Int]] = [
    [100], [100, 100], [100, 60], [60, 100], [60, 100, 60, 100], [1232, 12, 1232], Array(repeating: 77, count: 64),
    Array(repeating: 1232, count: 64), Array(12..<76), [500, 1, 500, 500, 2, 2, 500],
  ]

  @Test(arguments: addresses, lengths)
  func aClientGetsEveryReplyOnceAndWhole(_ address: String, _ lengths: [Int]) throws {
    let server = try EchoOfLengths(address)
    let client = try Client(of: server.address)
    for (index, length) in lengths.enumerated() { client.send(EchoOfLengths.query(length, UInt8(index))) }
    let count = server.answer()
    #expect(count == lengths.count)
    let expected = lengths.enumerated().map { EchoOfLengths.reply($1, UInt8($0)) }
    let replies = Set(client.receive(lengths.count))
    #expect(replies == Set(expected))
    let hasMore = client.hasMore
    #expect(!hasMore)
  }

  @Test(arguments: addresses)
  func clientsGetTheirOwnReplies(_ address: String) throws {
    let server = try EchoOfLengths(address)
    let one = try Client(of: server.address)
    let two = try Client(of: server.address)
    for mark: UInt8 in 0..<30 {
      if mark % 7 < 4 {
        one.send(EchoOfLengths.query(50 + Int(mark % 3), mark))
      } else {
        two.send(EchoOfLengths.query(50 + Int(mark % 3), mark))
      }
    }
    let count = server.answer()
    #expect(count == 30)
    let replies = { (isOne: Bool) in
      Set((0..<30).filter { ($0 % 7 < 4) == isOne }.map { EchoOfLengths.reply(50 + $0 % 3, UInt8($0)) })
    }
    let ofOne = Set(one.receive(replies(true).count))
    #expect(ofOne == replies(true))
    let ofTwo = Set(two.receive(replies(false).count))
    #expect(ofTwo == replies(false))
  }

  /// A socket without checksums is one that the kernel does not cut messages of.
  @Test(arguments: addresses)
  func whatTheKernelWillNotCutGoesSingly(_ address: String) throws {
    let server = try EchoOfLengths(address)
    var on: CInt = 1
    setsockopt(server.socket.descriptor, SOL_SOCKET, SO_NO_CHECK, &on, socklen_t(MemoryLayout<CInt>.size))
    let client = try Client(of: server.address)
    for mark: UInt8 in 0..<20 { client.send(EchoOfLengths.query(80 - Int(mark / 10), mark)) }
    let count = server.answer()
    #expect(count == 20)
    let expected = (0..<20).map { EchoOfLengths.reply(80 - $0 / 10, UInt8($0)) }
    // Over IPv6 a datagram without a checksum is thrown away by whom it reaches (RFC 8200 §8.1).
    guard server.address.address.family == .ipv4 else { return }
    let replies = Set(client.receive(20))
    #expect(replies == Set(expected))
  }
}
