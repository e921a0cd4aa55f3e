import NIOCore
import Synchronization

/// Keeps the number of connections bounded: the one that has been silent longest makes room for a new one.
final class ConnectionLimit: Sendable {
  private struct Connection: Sendable {
    let channel: any Channel
    var lastActive: NIODeadline
    /// How many streams it carries that may be silent for long.
    var streams = 0
  }

  private let limit: Int
  private let isClosed = Atomic(false)
  private let connections = Mutex<[ObjectIdentifier: Connection]>([:])

  init(_ limit: Int) { self.limit = limit }

  /// The handler that one connection's pipeline gets.
  func handler() -> Handler { Handler(self) }

  /// Closes every connection there is, and every one that comes.
  func closeAll() {
    let channels = connections.withLock { connections in
      isClosed.store(true, ordering: .relaxed)
      return connections.values.map(\.channel)
    }
    for channel in channels { channel.close(promise: nil) }
  }

  private func open(_ channel: any Channel) {
    let tooMuch = connections.withLock { connections -> (any Channel)? in
      connections[ObjectIdentifier(channel)] = Connection(channel: channel, lastActive: .now())
      if isClosed.load(ordering: .relaxed) { return channel }
      guard connections.count > limit else { return nil }
      let others = connections.values.filter { $0.channel !== channel && $0.streams == 0 }
      return others.min { $0.lastActive < $1.lastActive }?.channel ?? channel
    }
    tooMuch?.close(promise: nil)
  }

  /// Keeps the connection of a stream open though its client is silent, until ``release(_:)``.
  func hold(_ channel: any Channel) { count(1, channel) }

  func release(_ channel: any Channel) { count(-1, channel) }

  /// Whether the channel is a connection, not a stream of one.
  func isConnection(_ channel: any Channel) -> Bool {
    connections.withLock { $0[ObjectIdentifier(channel)] != nil }
  }

  /// Whether a connection carries streams that may be silent for long.
  func isHeld(_ channel: any Channel) -> Bool {
    connections.withLock { $0[ObjectIdentifier(channel)]?.streams ?? 0 > 0 }
  }

  /// Counts a stream on its connection, which is the channel itself, or its parent (HTTP/2).
  private func count(_ change: Int, _ channel: any Channel) {
    let names = [channel, channel.parent].compactMap { $0 }.map { ObjectIdentifier($0) }
    connections.withLock { connections in
      if let name = names.first(where: { connections[$0] != nil }) { connections[name]?.streams += change }
    }
  }

  private func touch(_ channel: any Channel) {
    connections.withLock { $0[ObjectIdentifier(channel)]?.lastActive = .now() }
  }

  private func closed(_ channel: any Channel) {
    _ = connections.withLock { $0.removeValue(forKey: ObjectIdentifier(channel)) }
  }

  /// Tells the limit of one connection's life.
  final class Handler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

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
