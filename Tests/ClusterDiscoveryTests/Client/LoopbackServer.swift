import ClusterDiscovery
import NIOCore
import NIOPosix
import NetworkAddresses
import Synchronization

/// A TCP server on loopback in this process: it answers each line with its port.
final class LoopbackServer: Sendable {
  let endpoint: Endpoint
  /// How many requests it answered.
  let answered: Counter
  private let listener: any Channel
  private let connections: Connections

  /// A server on a port, or on a free one.
  init(port: Int = 0) async throws {
    let (answered, connections) = (Counter(), Connections())
    listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .serverChannelOption(.backlog, value: 256)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        connections.add(channel)
        return channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Answerer(answered))
        }
      }
      .bind(host: "127.0.0.1", port: port).get()
    (self.answered, self.connections) = (answered, connections)
    endpoint = Endpoint(SocketAddress(.v4(.loopback), port: UInt16(listener.localAddress?.port ?? 0)))
  }

  /// Takes no more connections; those that it has go on.
  func stop() async { try? await listener.close() }

  /// Dies without notice: what it has under way gets no answer.
  func kill() async {
    await stop()
    for channel in connections.all { try? await channel.close() }
  }

  final class Counter: Sendable {
    private let count = Atomic(0)
    var value: Int { count.load(ordering: .relaxed) }
    func add() { count.wrappingAdd(1, ordering: .relaxed) }
  }

  private final class Connections: Sendable {
    private let channels = Mutex<[any Channel]>([])
    var all: [any Channel] { channels.withLock { $0 } }

    func add(_ channel: any Channel) {
      channels.withLock { channels in
        channels.removeAll { !$0.isActive }
        channels.append(channel)
      }
    }
  }

  private final class Answerer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let answered: Counter

    init(_ answered: Counter) { self.answered = answered }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      let port = context.channel.localAddress?.port ?? 0
      answered.add()
      context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: "\(port)\n")), promise: nil)
    }
  }
}

/// The connection ended before there was an answer.
struct ClosedEarly: Error {}

/// Asks a server, on a connection of its own; the port that it answers with.
///
/// - Throws: ``ConnectionRefused``; ``SafeToRetry``, as it does no harm to ask twice, when the connection ends early.
func ask(_ endpoint: Endpoint) async throws -> Int {
  let channel: any Channel
  do {
    let address = try NIOCore.SocketAddress(ipAddress: "\(endpoint.address.address)", port: Int(endpoint.address.port))
    channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup).connect(to: address).get()
  } catch let error as IOError where error.errnoCode == 111 {  // ECONNREFUSED
    throw ConnectionRefused()
  } catch is IOError {
    throw SafeToRetry(ClosedEarly())
  }
  let answer = channel.eventLoop.makePromise(of: Int.self)
  do {
    try await channel.eventLoop.submit { try channel.pipeline.syncOperations.addHandler(Asker(answer)) }.get()
    let port = try await withTaskCancellationHandler {
      try await answer.futureResult.get()
    } onCancel: {
      channel.close(promise: nil)
    }
    try? await channel.close()
    return port
  } catch {
    answer.fail(error)
    try? await channel.close()
    throw SafeToRetry(error)
  }
}

private final class Asker: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let answer: EventLoopPromise<Int>

  init(_ answer: EventLoopPromise<Int>) { self.answer = answer }

  func handlerAdded(context: ChannelHandlerContext) {
    guard context.channel.isActive else { return answer.fail(ClosedEarly()) }
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: "which port?\n")), promise: nil)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let text = String(buffer: unwrapInboundIn(data)).dropLast()
    if let port = Int(text) { answer.succeed(port) } else { answer.fail(ClosedEarly()) }
  }

  func channelInactive(context: ChannelHandlerContext) { answer.fail(ClosedEarly()) }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { answer.fail(ClosedEarly()) }
}
