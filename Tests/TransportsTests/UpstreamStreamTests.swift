import DNSWire
import NetworkAddresses
import QueryEngine
import ScriptedServers
import Synchronization
import Testing

@testable import Transports

@Suite("Upstream over TCP")
struct UpstreamStreamTests {
  let client: UpstreamClient

  init() throws { client = try UpstreamClient(maximumSockets: 100) }

  func exchange(
    with server: SocketAddress, timeout: Duration = .seconds(20), expire: Duration = .seconds(60)
  ) async throws -> Message {
    try await client.exchange(query(), with: server, over: .tcp, timeout: timeout, expire: expire).message
  }

  @Test("RFC 7766 §8: a message may come in any pieces, behind others that are no answer")
  func pieces() async throws {
    let server = StreamServer { query in
      let octets = framed([]) + framed(answer(query) { $0.id ^= 1 }) + framed([1, 2, 3]) + framed(answer(query))
      return .init(pieces: octets.map { [$0] })
    }
    defer { server.stop() }
    let reply = try await exchange(with: server.address)
    #expect(reply.id == 4711 && reply.answers.count == 1)
  }

  @Test("large answers come whole")
  func large() async throws {
    let server = StreamServer { query in
      let reply = answer(query) { message in
        message.answers = (0..<2000).map { number in
          ResourceRecord(name: asked.name, ttl: 60, data: .a(IPv4Address(bits: UInt32(number))))
        }
      }
      return .init(pieces: [framed(reply)])
    }
    defer { server.stop() }
    #expect(try await exchange(with: server.address).answers.count == 2000)
  }

  @Test("a connection is used again until it expires", arguments: [(Duration.seconds(60), 1), (.zero, 5)])
  func reuse(expire: Duration, connections: Int) async throws {
    let server = StreamServer { .init(pieces: [framed(answer($0))]) }
    defer { server.stop() }
    for _ in 0..<5 { _ = try await exchange(with: server.address, expire: expire) }
    #expect(server.connections.load(ordering: .relaxed) == connections)
    #expect(client.openSockets == (expire == .zero ? 0 : 1))
  }

  @Test("an idle connection is closed when it expires")
  func expires() async throws {
    let server = StreamServer { .init(pieces: [framed(answer($0))]) }
    defer { server.stop() }
    _ = try await exchange(with: server.address, expire: .milliseconds(1))
    while client.openSockets > 0 { await Task.yield() }
  }

  @Test("a server that closes after each answer is asked on a new connection")
  func closesAfterAnswer() async throws {
    let server = StreamServer { .init(pieces: [framed(answer($0))], closes: true) }
    defer { server.stop() }
    for _ in 0..<20 { #expect(try await exchange(with: server.address).answers.count == 1) }
    while client.openSockets > 0 { await Task.yield() }
  }

  @Test("a connection that brought more than the answer is not used again")
  func trailing() async throws {
    let server = StreamServer { .init(pieces: [framed(answer($0)) + [0]]) }
    defer { server.stop() }
    _ = try await exchange(with: server.address)
    #expect(client.openSockets == 0)
  }

  @Test("a server that closes without an answer", arguments: [[], [0], [0, 40, 1, 2]])
  func closes(_ octets: [UInt8]) async throws {
    let server = StreamServer { _ in .init(pieces: [octets], closes: true) }
    defer { server.stop() }
    let error = await #expect(throws: UpstreamError.self) { try await exchange(with: server.address) }
    guard case .closed = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(client.openSockets == 0)
  }

  @Test("a refused connection")
  func refused() async throws {
    let server = closedPort()
    let error = await #expect(throws: UpstreamError.self) { try await exchange(with: server) }
    #expect(error == .unreachable("dial tcp \(server): connect: connection refused"))
  }

  @Test("a silent server")
  func silent() async throws {
    let server = StreamServer { _ in .init(pieces: []) }
    defer { server.stop() }
    let error = await #expect(throws: UpstreamError.self) {
      try await exchange(with: server.address, timeout: .milliseconds(50))
    }
    guard case .timeout(let text) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(text.hasPrefix("read tcp 127.0.0.1:") && text.hasSuffix(": i/o timeout"))
    #expect(client.openSockets == 0)
  }

  @Test("an idle connection makes room for a question")
  func makesRoom() async throws {
    let first = StreamServer { .init(pieces: [framed(answer($0))]) }
    let second = StreamServer { .init(pieces: [framed(answer($0))]) }
    defer {
      first.stop()
      second.stop()
    }
    let small = try UpstreamClient(maximumSockets: 1)
    for server in [first, second, first, second] {
      _ = try await small.exchange(
        query(), with: server.address, over: .tcp, timeout: .seconds(20), expire: .seconds(60))
    }
  }
}
