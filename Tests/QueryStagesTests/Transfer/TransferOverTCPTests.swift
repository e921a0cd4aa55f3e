import FinishedAnswers
import Glibc
import NIOPosix
import NetworkAddresses
import QueryEngine
import Reclamation
import Testing
import Transports

@testable import QueryStages

/// What a client of another make prints; it runs on a thread of its own, as the server's tasks need theirs.
private func output(of command: String) async -> String {
  await withCheckedContinuation { continuation in
    let thread = Thread {
      var text: [UInt8] = []
      if let pipe = popen(command, "r") {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&buffer, 1, buffer.count, pipe), count > 0 { text += buffer[..<count] }
        pclose(pipe)
      }
      continuation.resume(returning: String(decoding: text, as: UTF8.self))
    }
    thread.start()
  }
}

/// A thread for one closure.
private final class Thread: Sendable {
  private let body: @Sendable () -> Void
  init(_ body: @escaping @Sendable () -> Void) { self.body = body }

  func start() {
    var thread = pthread_t()
    let argument = Unmanaged.passRetained(self).toOpaque()
    pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<Thread>.fromOpaque(argument).takeRetainedValue().body()
        return nil
      }, argument)
    pthread_detach(thread)
  }
}

private let hasDig = access("/usr/bin/dig", X_OK) == 0

@Suite("transfer, asked by dig", .enabled(if: hasDig))
struct TransferOverTCPTests {
  /// Serves a block over TCP while a command runs, in which `PORT` is the port.
  private func ask(_ block: Block, _ command: String) async throws -> [String] {
    let plan = ServerPlan(
      blocks: [BlockPlan(zones: [.root], server: "dns://:0", stages: block.setup.stages)])
    let server = QueryServer(plan: plan, metrics: block.metrics.queries, reclaimer: Reclaimer())
    let listener = try await TCPListener(
      SocketAddress(.v4(.loopback), port: 0), server: server, group: MultiThreadedEventLoopGroup.singleton)
    let text = await output(
      of: "dig @127.0.0.1 -p \(listener.address.port) +time=30 +tries=1 +noall +answer " + command)
    await listener.stopAccepting()
    listener.closeConnections()
    return text.split(separator: "\n").map(String.init)
  }

  @Test("All records of a big zone come, in their order")
  func whole() async throws {
    let lines = (0..<20_000).map { "host\($0) 60 A 10.0.\($0 / 256).\($0 % 256)\n" }
    let file = ScratchFile("@ 60 SOA a b 1 2 3 4 5\n" + lines.joined())
    let block = try Block("transfer {\n to 127.0.0.1\n}\nfile \(file.path) example.org")
    let records = try await ask(block, "+onesoa AXFR example.org")
    #expect(records.count == 20_001)
    #expect(records.first?.contains("SOA") == true)
    #expect(records.last?.hasPrefix("host19999.example.org.") == true)
    let current = try await ask(block, "IXFR=1 example.org")
    #expect(current.count == 1)
    #expect(try await ask(block, "IXFR=0 example.org").count == 20_002)
  }

  @Test("Whoever is not named gets nothing")
  func refused() async throws {
    let file = ScratchFile("@ 60 SOA a b 1 2 3 4 5\n")
    let block = try Block("transfer {\n to 192.0.2.1\n}\nfile \(file.path) example.org")
    let lines = try await ask(block, "AXFR example.org")
    #expect(!lines.contains { $0.contains("SOA") })
  }
}
