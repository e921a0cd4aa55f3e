import ClusterModel
import NIOCore
import NIOPosix
import NetworkAddresses
import Registry
import Synchronization
import Testing

@testable import HealthProbes

/// Keeps the last batch of a subscription.
final class Batches: Sendable {
  private let batch = Mutex<RegistryBatch?>(nil)

  var last: RegistryBatch? { batch.withLock { $0 } }

  func take(_ batch: RegistryBatch) { self.batch.withLock { $0 = batch } }
}

/// Answers every request with one status; or with nothing at all.
private final class Answerer: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer
  private let answer: String

  init(_ answer: String) { self.answer = answer }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if !answer.isEmpty { context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answer)), promise: nil) }
  }
}

@Suite("Probes: over real sockets", .timeLimit(.minutes(1)))
struct ProbeRunnerTests {
  private let group = MultiThreadedEventLoopGroup.singleton

  private func serve(_ answer: String) async throws -> any Channel {
    try await ServerBootstrap(group: group).childChannelInitializer { channel in
      channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Answerer(answer)) }
    }.bind(host: "127.0.0.1", port: 0).get()
  }

  /// Runs the probe of one Pod until the registry says what came of it.
  private func verdict(of probe: Probe, waitingFor status: String) async throws -> String? {
    let registry = Registry()
    try registry.transaction { (registry) throws(RegistryError) in
      _ = try registry.create(Namespace(name: "shop").object)
      _ = try registry.create(probed("a", probe).object, by: .manifests)
    }
    var watch = try registry.watch(after: registry.version, RegistryFilter([.pod])).makeAsyncIterator()
    let runner = Task { await ProbeRunner(registry, to: ProbeRanges(allowsLoopback: true), on: group).run { _ in } }
    defer { runner.cancel() }
    while let batch = try await watch.next(isolation: nil) {
      for event in batch.events {
        guard let pod = Pod(event.object), let ready = pod.status.conditions.first(where: { $0.type == "Ready" }),
          ready.status == status, !ready.message.hasPrefix("no probe")
        else { continue }
        return ready.message
      }
    }
    return nil
  }

  private func httpGet(_ port: Int) -> Probe {
    var probe = Probe(httpGet: HTTPGetAction(path: "/", port: .number(Int32(port))))
    probe.timeoutSeconds = 1
    probe.failureThreshold = 1
    return probe
  }

  @Test("an answer of 200–399 makes the Pod ready", arguments: ["200 OK", "204 No Content", "302 Found", "399 x"])
  func well(status: String) async throws {
    let server = try await serve("HTTP/1.1 \(status)\r\nContent-Length: 0\r\n\r\n")
    let port = try #require(server.localAddress?.port)
    #expect(try await verdict(of: httpGet(port), waitingFor: "True") == "")
    try await server.close()
  }

  @Test("any other answer, none, and nobody there are failures")
  func unwell() async throws {
    for (answer, message) in [
      ("HTTP/1.1 503 x\r\n\r\n", "HTTP status 503"), ("hello\n", "the answer is no HTTP"), ("", "no answer in time"),
    ] {
      let server = try await serve(answer)
      let action = ProbeAction.request(
        port: UInt16(try #require(server.localAddress?.port)), octets: Array("GET / HTTP/1.1\r\n\r\n".utf8),
        isTLS: false)
      #expect(await outcome(of: action) == message)
      try await server.close()
      let refusal = await outcome(of: action)
      #expect(refusal != nil)
    }
  }

  private func outcome(of action: ProbeAction) async -> ProbeFailure? {
    let name = ProbeName(pod: ObjectKey(.pod, namespace: "shop", name: "a"), container: 0)
    let address = IPAddress("127.0.0.1") ?? .v4(.any)
    return await ProbeConnection.run(
      ProbeOrder(name: name, uid: .none, address: address, action: action, timeout: 1), on: group)
  }

  @Test("a connection is enough for a probe of TCP")
  func tcp() async throws {
    let server = try await serve("")
    let port = try #require(server.localAddress?.port)
    let probe = Probe(tcpSocket: TCPSocketAction(port: .number(Int32(port))))
    #expect(try await verdict(of: probe, waitingFor: "True") == "")
    try await server.close()
  }
}
