import NIOCore
import Synchronization

/// Keeps the number of connections bounded: the one that has been silent longest makes room for a new one.
final class ConnectionLimit: Sendable {
  private struct Connection: Sendable {
    let channel: any Channel
    var lastActive: NIODeadline
  }

  private let limit: Int
  private let connections = Mutex<[ObjectIdentifier: Connection]>([:])

  init(_ limit: Int) { self.limit = limit }

  /// The handler that one connection's pipeline gets.
  func handler() -> Handler { Handler(self) }

  private func open(_ channel: any Channel) {
    let idlest = connections.withLock { connections -> (any Channel)? in
      connections[ObjectIdentifier(channel)] = Connection(channel: channel, lastActive: .now())
      guard connections.count > limit else { return nil }
      return connections.values.filter { $0.channel !== channel }.min { $0.lastActive < $1.lastActive }?.channel
    }
    idlest?.close(promise: nil)
  }

  private func touch(_ channel: any Channel) {
    connections.withLock { $0[ObjectIdentifier(channel)]?.lastActive = .now() }
  }

  private func closed(_ channel: any Channel) {
    _ = connections.withLock { $0.removeValue(forKey: ObjectIdentifier(channel)) }
  }

  /// Tells the limit of one connection's life.
  final class Handler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = Any

    private let limit: ConnectionLimit

    init(_ limit: ConnectionLimit) { self.limit = limit }

    func handlerAdded(context: ChannelHandlerContext) {
      let (limit, channel) = (limit, context.channel)
      limit.open(channel)
      channel.closeFuture.whenComplete { _ in limit.closed(channel) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      limit.touch(context.channel)
      context.fireChannelRead(data)
    }
  }
}
