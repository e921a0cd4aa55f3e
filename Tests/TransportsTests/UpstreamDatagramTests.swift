import DNSWire
import NetworkAddresses
import QueryEngine
import ScriptedServers
import Synchronization
import Testing

@testable import Transports

@Suite("Upstream over UDP")
struct UpstreamDatagramTests {
  let client: UpstreamClient

  init() throws { client = try UpstreamClient(maximumSockets: 600) }

  func exchange(_ query: Message, with server: SocketAddress, timeout: Duration = .seconds(20)) async throws -> Message
  {
    try await client.exchange(query, with: server, over: .udp, timeout: timeout, expire: .seconds(10)).message
  }

  @Test("the answer comes under the client's ID, the question in its letters; the wire saw another ID")
  func answers() async throws {
    let server = DatagramServer { [answer($0)] }
    defer { server.stop() }
    let reply = try await exchange(query(), with: server.address)
    #expect(reply.id == 4711)
    #expect(reply.questions[0].name.isIdentical(to: asked.name))
    #expect(reply.answers.map(\.data) == [.a(IPv4Address(192, 0, 2, 1))])
    #expect(reply.recursionAvailable)
    #expect(client.openSockets == 0)
  }

  /// What a liar sends.
  enum Lie: CaseIterable {
    case wrongID, otherName, otherType, otherClass, noQuestion, query, otherOpcode, garbage, empty, header, cutShort

    func packet(_ query: [UInt8]) -> [UInt8] {
      switch self {
      case .wrongID: answer(query) { $0.id ^= 1 }
      case .otherName: answer(query) { $0.questions[0].name = .root }
      case .otherType: answer(query) { $0.questions[0].type = .aaaa }
      case .otherClass: answer(query) { $0.questions[0].class = .ch }
      case .noQuestion: answer(query) { $0.questions = [] }
      case .query: answer(query) { $0.isResponse = false }
      case .otherOpcode: answer(query) { $0.opcode = .notify }
      case .garbage: [UInt8](repeating: 0xFF, count: 40)
      case .empty: []
      case .header: [UInt8](answer(query).prefix(12))
      case .cutShort: [UInt8](answer(query).dropLast())
      }
    }
  }

  @Test("RFC 5452 §9.1: what is not the answer is ignored, and the wait goes on", arguments: Lie.allCases)
  func ignores(_ lie: Lie) async throws {
    let server = DatagramServer { query in [lie.packet(query), lie.packet(query), answer(query)] }
    defer { server.stop() }
    let reply = try await exchange(query(), with: server.address)
    #expect(reply.answers.count == 1 && reply.questions == [asked])
  }

  @Test("a server that only lies is no answer", arguments: [Lie.wrongID, .garbage])
  func onlyLies(_ lie: Lie) async throws {
    let server = DatagramServer { query in Array(repeating: lie.packet(query), count: 100) }
    defer { server.stop() }
    let error = await #expect(throws: UpstreamError.self) {
      try await exchange(query(), with: server.address, timeout: .milliseconds(100))
    }
    guard case .timeout(let text) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(text.hasPrefix("read udp 127.0.0.1:") && text.hasSuffix("->\(server.address): i/o timeout"))
  }

  @Test("an answer from another port is not seen")
  func otherSource() async throws {
    let other = DatagramServer { _ in [] }
    let server = DatagramServer { _ in [] }
    defer {
      other.stop()
      server.stop()
    }
    let reply = Task { try await exchange(query(), with: server.address, timeout: .milliseconds(300)) }
    while server.received.withLock({ $0.isEmpty }) { await Task.yield() }
    let (port, octets) = server.received.withLock { $0[0] }
    other.send(answer(octets), toPort: port)
    await #expect(throws: UpstreamError.self) { try await reply.value }
  }

  @Test("a refusing host is known at once, with the cause")
  func refused() async throws {
    let server = closedPort()
    let error = await #expect(throws: UpstreamError.self) { try await exchange(query(), with: server) }
    guard case .unreachable(let text) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(text.hasSuffix("->\(server): read: connection refused"))
  }

  @Test("TC=1 comes as it is")
  func truncated() async throws {
    let server = DatagramServer { query in
      [
        answer(query) { message in
          message.truncated = true
          message.answers = []
        }
      ]
    }
    defer { server.stop() }
    #expect(try await exchange(query(), with: server.address).truncated)
  }

  @Test("the letters of the question may change on the way")
  func lowerCased() async throws {
    let server = DatagramServer { query in
      [answer(query) { $0.questions[0].name = $0.questions[0].name.lowercased() }]
    }
    defer { server.stop() }
    #expect(try await exchange(query(), with: server.address).answers.count == 1)
  }

  @Test("each question has a port and an ID of its own that cannot be foretold")
  func unpredictable() async throws {
    let server = DatagramServer { [answer($0)] }
    defer { server.stop() }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<300 {
        group.addTask {
          let question = Question(name: try DomainName("host\(number).example.org"), type: .a)
          let reply = try await exchange(query(question, id: UInt16(number)), with: server.address)
          #expect(reply.id == UInt16(number) && reply.questions == [question])
        }
      }
      try await group.waitForAll()
    }
    let seen = server.received.withLock { $0 }
    let ids = seen.map { UInt16($0.octets[0]) << 8 | UInt16($0.octets[1]) }
    #expect(Set(seen.map(\.port)).count > 150)
    #expect(Set(ids).count > 280)
    #expect(zip(ids, ids.dropFirst()).count { $0 &+ 1 == $1 } < 10)
    #expect(client.openSockets == 0)
  }

  @Test("there are never more sockets than allowed: one more question fails at once")
  func bounded() async throws {
    let server = DatagramServer { _ in [] }
    defer { server.stop() }
    let small = try UpstreamClient(maximumSockets: 2)
    let hanging = (0..<2).map { _ in
      Task {
        try await small.exchange(query(), with: server.address, over: .udp, timeout: .seconds(60), expire: .zero)
      }
    }
    while server.received.withLock({ $0.count }) < 2 { await Task.yield() }
    let error = await #expect(throws: UpstreamError.self) {
      try await small.exchange(query(), with: server.address, over: .udp, timeout: .seconds(60), expire: .zero)
    }
    #expect(error == .overloaded)
    for task in hanging { task.cancel() }
    for task in hanging {
      await #expect(throws: UpstreamError.cancelled) { try await task.value }
    }
    while small.openSockets > 0 { await Task.yield() }
  }

  @Test("a shutdown ends what is on its way, and nothing begins after it")
  func shutdown() async throws {
    let server = DatagramServer { _ in [] }
    defer { server.stop() }
    let hanging = Task { try await exchange(query(), with: server.address, timeout: .seconds(60)) }
    while server.received.withLock({ $0.isEmpty }) { await Task.yield() }
    client.shutdown()
    await #expect(throws: UpstreamError.self) { try await hanging.value }
    await #expect(throws: UpstreamError.self) { try await exchange(query(), with: server.address) }
    #expect(client.openSockets == 0)
  }
}
