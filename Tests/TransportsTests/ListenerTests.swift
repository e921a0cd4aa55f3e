import DNSWire
import FinishedAnswers
import Glibc
import NIOPosix
import NetworkAddresses
import QueryEngine
import Reclamation
import Testing

@testable import Transports

/// Answers each query with the client's and the server's address, after as many tasks' turns as the first label says.
private struct EchoStage: QueryStage {
  static let name = "echo"
  var fastPath: FastPathRole { .opaque }

  func answer(_ query: Query, next: NextStage) async -> Response? {
    var message = Message.response(to: query.message)
    let text = [query.origin.client, query.origin.local].map { Array($0.description.utf8) }
    message.answers = [ResourceRecord(name: query.question.name, class: .in, ttl: 0, data: .txt(text))]
    if query.question.name.labels.first.map({ Array($0) }) == Array("slow".utf8) {
      try? await Task.sleep(for: .milliseconds(200))
    }
    return Response(message)
  }
}

/// Answers with message after message, as long as anybody takes them, or with as many as the first label says.
private struct StreamStage: QueryStage {
  static let name = "stream"
  var fastPath: FastPathRole { .transparent }

  func answer(_ query: Query, next: NextStage) async -> Response? {
    guard query.question.type == .axfr else { return await next(query) }
    var message = Message.response(to: query.message)
    let text = [[UInt8](repeating: 0x78, count: 200)]
    message.answers = (0..<50).map { _ in ResourceRecord(name: query.question.name, ttl: 0, data: .txt(text)) }
    var response = Response(message)
    let label = query.question.name.labels.first.map { String(decoding: $0, as: UTF8.self) }
    response.following = repeatElement(message, count: label.flatMap { Int($0) } ?? .max)
    return response
  }
}

/// A server whose names below `cluster.local` are finished, and all others answered by a stage.
private func makeServer() throws -> (server: QueryServer, keep: AnswerZone) {
  let reclaimer = Reclaimer()
  let zone = AnswerZone(name: try DomainName("cluster.local"), missing: .denied, ttl: 5, reclaimer: reclaimer)
  var draft = NameAnswersDraft(key: [3] + Array("web".utf8), zone: zone.name.wire)
  draft.addAddresses([.v4(IPv4Address(10, 0, 0, 1))], family: .ipv4, ttl: 5)
  zone.apply([.set(draft)])
  zone.isSynced = true
  let block = BlockPlan(
    zones: [.root], server: "dns://:0", stages: [FinishedZone(zone: zone), StreamStage(), EchoStage()])
  let server = QueryServer(
    plan: ServerPlan(blocks: [block]), metrics: MetricsRegistry().queries, reclaimer: reclaimer)
  return (server, zone)
}

private struct FinishedZone: QueryStage {
  static let name = "kubernetes"
  let zone: AnswerZone
  var fastPath: FastPathRole { .answers([zone]) }
  func answer(_ query: Query, next: NextStage) async -> Response? { await next(query) }
}

private func query(_ name: String, _ type: RecordType = .a, id: UInt16 = 7) throws -> [UInt8] {
  Message(id: id, questions: [Question(name: try DomainName(name), type: type, class: .in)]).encoded()
}

/// A blocking socket of a client; every call ends within half a minute.
private struct Client: ~Copyable {
  let descriptor: CInt

  init(_ kind: __socket_type, _ address: SocketAddress) throws {
    let family = address.address.family == .ipv4 ? AF_INET : AF_INET6
    descriptor = socket(family, CInt(kind.rawValue), 0)
    var time = timeval(tv_sec: 30, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    let own = descriptor
    let result = SocketAddressStorage(address).withPointer { connect(own, $0, $1) }
    try #require(result == 0)
  }

  deinit { close(descriptor) }

  func send(_ octets: [UInt8]) { _ = Glibc.send(descriptor, octets, octets.count, CInt(MSG_NOSIGNAL)) }

  /// One datagram, or what the stream has: empty at its end and when nothing came in time.
  ///
  /// It waits on a thread of its own: the tasks' threads are few, and the server's tasks need them.
  func receive(_ most: Int = 65_535) async -> [UInt8] {
    let descriptor = descriptor
    return await withCheckedContinuation { continuation in
      WorkerThread.start(name: "test-client") {
        var buffer = [UInt8](repeating: 0, count: most)
        let count = recv(descriptor, &buffer, most, 0)
        continuation.resume(returning: Array(buffer.prefix(max(0, count))))
      }
    }
  }

  /// A message of a stream; `nil` at its end.
  func receiveMessage() async throws -> Message? {
    guard let length = await receiveAll(2) else { return nil }
    guard let octets = await receiveAll(Int(length[0]) << 8 | Int(length[1])) else { return nil }
    return try Message(parsing: octets)
  }

  private func receiveAll(_ count: Int) async -> [UInt8]? {
    var octets: [UInt8] = []
    while octets.count < count {
      let part = await receive(count - octets.count)
      if part.isEmpty { return nil }
      octets += part
    }
    return octets
  }

  func sendMessage(_ octets: [UInt8]) { send([UInt8(octets.count >> 8), UInt8(octets.count & 255)] + octets) }

  func endSending() { _ = shutdown(descriptor, CInt(SHUT_WR)) }
}

private let loopback = SocketAddress(.v4(.loopback), port: 0)

@Suite struct UDPListenerTests {
  @Test(arguments: [IPAddress.v4(.loopback), .v6(.loopback)])
  func answersFromFinishedAnswersAndFromStages(_ address: IPAddress) async throws {
    let (server, zone) = try makeServer()
    let listener = try UDPListener(SocketAddress(address, port: 0), server: server, workers: 2)
    defer { listener.stop() }
    let client = try Client(SOCK_DGRAM, listener.address)
    client.send(try query("web.cluster.local"))
    let finished = try Message(parsing: await client.receive())
    #expect(finished.answers.map(\.data) == [.a(IPv4Address(10, 0, 0, 1))])
    client.send(try query("example.org", .txt))
    let staged = try Message(parsing: await client.receive())
    #expect(staged.answers.count == 1 && staged.id == 7)
    #expect(zone.isSynced)
  }

  @Test func aReplyLeavesFromTheAddressThatWasAsked() async throws {
    let (server, zone) = try makeServer()
    let listener = try UDPListener(SocketAddress(.v4(.any), port: 0), server: server, workers: 1)
    defer { listener.stop() }
    // The client's socket is connected: it takes nothing from any other address.
    for name in ["web.cluster.local", "example.org"] {
      let other = SocketAddress(.v4(IPv4Address(127, 0, 0, 77)), port: listener.address.port)
      let client = try Client(SOCK_DGRAM, other)
      client.send(try query(name))
      #expect(try Message(parsing: await client.receive()).isResponse)
    }
    #expect(zone.isSynced)
  }

  @Test func aPortThatIsTakenIsSaidSo() throws {
    let (server, _) = try makeServer()
    let first = try UDPListener(loopback, server: server, workers: 1)
    defer { first.stop() }
    let taken = first.address
    #expect(throws: ListenError.inUse(taken, .udp)) { _ = try UDPListener(taken, server: server, workers: 1) }
  }

  @Test func anAddressThatNoInterfaceHasIsSaidSo() throws {
    let (server, _) = try makeServer()
    let address = SocketAddress(.v4(IPv4Address(192, 0, 2, 1)), port: 0)
    #expect(throws: ListenError.noSuchAddress(address, .udp)) {
      _ = try UDPListener(address, server: server, workers: 1)
    }
  }

  @Test func aNewPlanAnswersTheNextQuery() async throws {
    let (server, zone) = try makeServer()
    let listener = try UDPListener(loopback, server: server, workers: 1)
    defer { listener.stop() }
    let client = try Client(SOCK_DGRAM, listener.address)
    client.send(try query("web.cluster.local"))
    #expect(try Message(parsing: await client.receive()).responseCode == .noError)
    server.plan = ServerPlan(blocks: [])
    client.send(try query("web.cluster.local"))
    #expect(try Message(parsing: await client.receive()).responseCode == .refused)
    #expect(zone.isSynced)
  }
}

@Suite("RFC 7766: DNS over TCP") struct TCPListenerTests {
  /// Runs `body` with a client of a server with these limits.
  private func withClient(
    _ limits: TCPLimits = TCPLimits(), _ body: (borrowing Client, TCPListener) async throws -> Void
  ) async throws {
    let (server, zone) = try makeServer()
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let listener = try await TCPListener(loopback, server: server, group: group, limits: limits)
    let client = try Client(SOCK_STREAM, listener.address)
    try await body(client, listener)
    await listener.stopAccepting()
    listener.closeConnections()
    try await group.shutdownGracefully()
    #expect(zone.isSynced)
  }

  @Test func oneConnectionTakesManyQueriesAndSlowOnesHoldNothingUp() async throws {
    try await withClient { client, _ in
      client.sendMessage(try query("slow.example.org", .txt, id: 1))
      client.sendMessage(try query("web.cluster.local", id: 2))
      client.sendMessage(try query("fast.example.org", .txt, id: 3))
      var ids: [UInt16] = []
      for _ in 0..<3 { ids.append(try #require(try await client.receiveMessage()).id) }
      #expect(ids.last == 1 && Set(ids) == [1, 2, 3])
    }
  }

  @Test func aMessageMayComeInPieces() async throws {
    try await withClient { client, _ in
      let octets = try query("web.cluster.local")
      for octet in [0, UInt8(octets.count)] + octets { client.send([octet]) }
      #expect(try #require(try await client.receiveMessage()).answers.count == 1)
    }
  }

  @Test func whatWasAskedBeforeTheFINIsAnswered() async throws {
    try await withClient { client, _ in
      client.sendMessage(try query("slow.example.org", .txt, id: 1))
      client.sendMessage(try query("web.cluster.local", id: 2))
      client.endSending()
      var ids = Set<UInt16>()
      while let message = try await client.receiveMessage() { ids.insert(message.id) }
      #expect(ids == [1, 2])
    }
  }

  @Test func twentyThousandQueriesInAPipeAreAllAnswered() async throws {
    try await withClient { client, listener in
      let count = 20_000
      let address = listener.address
      let one = try query("web.cluster.local")
      let framed = [0, UInt8(one.count)] + one
      let many = [UInt8]((0..<count).flatMap { _ in framed })
      let descriptor = client.descriptor
      // The writer blocks while the server holds it back, so it needs a thread of its own.
      WorkerThread.start(name: "test-writer") {
        var sent = 0
        while sent < many.count {
          let part = many.withUnsafeBytes { send(descriptor, $0.baseAddress! + sent, many.count - sent, 0) }
          if part <= 0 { return }
          sent += part
        }
      }
      var octets = 0
      let each = 2 + one.count + 16
      while octets < count * each {
        let part = await client.receive()
        if part.isEmpty { break }
        octets += part.count
      }
      #expect(octets == count * each && address.port != 0)
    }
  }

  @Test func theIdlestConnectionGoesWhenOneMoreComes() async throws {
    var limits = TCPLimits()
    limits.connectionsPerClient = 2
    try await withClient(limits) { first, listener in
      first.sendMessage(try query("web.cluster.local"))
      _ = try await first.receiveMessage()
      let second = try Client(SOCK_STREAM, listener.address)
      second.sendMessage(try query("web.cluster.local"))
      _ = try await second.receiveMessage()
      let third = try Client(SOCK_STREAM, listener.address)
      third.sendMessage(try query("web.cluster.local"))
      #expect(try await third.receiveMessage() != nil)
      #expect(try await first.receiveMessage() == nil)
      second.sendMessage(try query("web.cluster.local"))
      #expect(try await second.receiveMessage() != nil)
    }
  }

  @Test func silenceAndHalfMessagesEndTheConnection() async throws {
    var limits = TCPLimits()
    limits.idle = .milliseconds(100)
    limits.partialMessage = .milliseconds(100)
    for beginning in [[], [0], [0, 40, 1, 2, 3]] as [[UInt8]] {
      try await withClient(limits) { client, _ in
        client.send(beginning)
        let answer = try await client.receiveMessage()
        #expect(answer == nil)
      }
    }
  }

  @Test func anAnswerOfSeveralMessagesComesWhole() async throws {
    try await withClient { client, _ in
      client.sendMessage(try query("99.example.org", .axfr, id: 1))
      client.endSending()
      var count = 0
      while let message = try await client.receiveMessage() {
        #expect(message.id == 1 && message.answers.count == 50)
        count += 1
      }
      #expect(count == 100)
    }
  }

  @Test func whoeverTakesNothingOfAnEndlessAnswerIsLetGo() async throws {
    var limits = TCPLimits()
    limits.unreadAnswers = .milliseconds(200)
    try await withClient(limits) { client, listener in
      client.sendMessage(try query("endless.example.org", .axfr, id: 1))
      let first = try await client.receiveMessage()
      #expect(first?.answers.count == 50)
      // Bounded: 30 s.
      for _ in 0..<3000 where listener.connectionCount > 0 { try await Task.sleep(for: .milliseconds(10)) }
      #expect(listener.connectionCount == 0)
    }
  }

  @Test func aPortThatIsTakenIsSaidSo() async throws {
    try await withClient { _, listener in
      let (server, _) = try makeServer()
      let address = listener.address
      await #expect(throws: ListenError.inUse(address, .tcp)) {
        _ = try await TCPListener(address, server: server, group: MultiThreadedEventLoopGroup.singleton)
      }
    }
  }
}
