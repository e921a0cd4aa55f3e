import ClusterDiscovery
import DNSWire
import Foundation
import NetworkAddresses
import QueryEngine
import ScriptedServers
import Synchronization
import Testing
import Transports

@testable import ClusterDiscoveryDNS

@Suite("DNS over sockets", .timeLimit(.minutes(1)))
struct SocketTests {
  private static let zone = ScriptedZone(srv("_http._tcp.", name("a.")), address(name("a."), "10.0.0.1"))

  /// The zone's answer, changed as the test wants it.
  private static func reply(_ query: [UInt8], change: (inout Message) -> Void = { _ in }) -> [UInt8] {
    answer(query) { message in
      message.answers = []
      zone.answer(message.questions[0], in: &message)
      change(&message)
    }
  }

  private func configuration(_ servers: SocketAddress...) -> ResolverConfiguration {
    var configuration = ResolverConfiguration(servers: servers)
    configuration.timeout = .seconds(5)
    return configuration
  }

  @Test("lies and garbage are passed over, and the wait goes on")
  func garbage() async throws {
    let server = DatagramServer { query in
      [
        [], [0], Array(repeating: 0xFF, count: 600), Array(query.prefix(11)),
        Self.reply(query) { $0.id ^= 1 }, Self.reply(query) { $0.questions[0].type = .txt },
        Self.reply(query) { $0.isResponse = false },
        Self.reply(query) { $0.questions[0].name = domain("evil.example") },
        Self.reply(query),
      ]
    }
    defer { server.stop() }
    let source = try DNSSource(configuration(server.address))
    #expect(source.name == "DNS \(server.address)")
    #expect(try await source.lookup(try Target("web.shop:http")).lines == ["10.0.0.1:8080*50"])
  }

  @Test("what does not fit into a datagram comes over TCP from the same server")
  func truncated() async throws {
    let stream = StreamServer { StreamServer.Reply(pieces: [framed(Self.reply($0))]) }
    let datagrams = DatagramServer(port: stream.address.port) { [Self.reply($0) { $0.truncated = true }] }
    defer {
      stream.stop()
      datagrams.stop()
    }
    let source = try DNSSource(configuration(datagrams.address))
    #expect(try await source.lookup(try Target("web.shop:http")).lines == ["10.0.0.1:8080*50"])
    #expect(stream.connections.load(ordering: .relaxed) == 1)
  }

  @Test("a black hole and a closed port lead to the next server; ids and ports are drawn anew for each question")
  func blackHole() async throws {
    let hole = DatagramServer { _ in [] }
    let server = DatagramServer { [Self.reply($0)] }
    defer {
      hole.stop()
      server.stop()
    }
    var servers = configuration(closedPort(), hole.address, server.address)
    servers.timeout = .milliseconds(200)
    let source = try DNSSource(servers)
    for _ in 0..<8 {
      #expect(try await source.lookup(try Target("web.shop:http")).lines == ["10.0.0.1:8080*50"])
    }
    #expect(hole.received.withLock { $0.count } == 1, "a silent server is asked last for a while")
    let received = server.received.withLock { $0 }
    #expect(Set(received.map(\.port)).count > 1)
    #expect(Set(received.map { $0.octets.prefix(2) }).count > 1)
  }

  @Test("subscribers that are cancelled at once leave no socket behind")
  func manyCancelled() async throws {
    let hole = DatagramServer { _ in [] }
    defer { hole.stop() }
    let client = try UpstreamClient(maximumSockets: 4096)
    defer { client.shutdown() }
    var patient = configuration(hole.address)
    patient.timeout = .seconds(3600)
    let source = DNSSource(patient, upstream: client)
    let target = try Target("web.shop:80")
    let readers = (0..<1000).map { _ in Task { for await _ in source.subscribe(to: target) {} } }
    while client.openSockets < 100 { await Task.yield() }
    for reader in readers { reader.cancel() }
    for reader in readers { await reader.value }
    while client.openSockets > 0 { await Task.yield() }
  }

  @Test(
    "the servers of a file",
    arguments: [
      ("nameserver 10.0.0.1\nnameserver fe80::1%eth0\nnameserver fd00::1", "DNS 10.0.0.1:53, [fd00::1]:53"),
      ("search shop", "DNS 127.0.0.1:53"),
      ("nameserver fe80::1%eth0", "the name server fe80::1%eth0 cannot be used; name the DNS servers instead"),
      (nil, "cannot be read: No such file or directory; name the DNS servers instead"),
    ])
  func file(content: String?, outcome: String) throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "resolv-\(UUID().uuidString).conf").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try content?.write(toFile: path, atomically: true, encoding: .utf8)
    do throws(DiscoveryError) {
      #expect(try DNSSource(resolvConf: path).name == outcome)
    } catch {
      #expect(error.reason == .unavailable && error.message.hasSuffix(outcome), "\(error)")
    }
  }
}
