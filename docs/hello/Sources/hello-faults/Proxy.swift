import NIOCore
import NIOPosix
import NetworkAddresses
import Synchronization

/// What a proxy does with the next event of a watch.
enum Meddling: Sendable {
  /// The first half passes, and the connection ends.
  case cut
  /// Its line is garbage.
  case garbleLine
  /// So are the lengths around it, by which HTTP finds lines' ends.
  case garbleAll
}

/// Stands between a client and its registry.
final class Proxy: Sendable {
  fileprivate struct State {
    var next: Meddling?
    var watches = 0
  }

  /// Where clients find it.
  let url: String
  /// How many watches are open.
  var watches: Int { passage.state.withLock { $0.watches } }
  /// Whether it did what it was told to.
  var hasMeddled: Bool { passage.state.withLock { $0.next == nil } }

  private let passage = Passage()

  /// A proxy in front of `http://127.0.0.1:8001`, for as long as the program runs.
  init(to registry: String) async throws {
    guard let registry = NetworkAddresses.SocketAddress(String(registry.trimmingPrefix("http://"))) else {
      throw NotSurvived("\(registry) is no address of a registry")
    }
    let address = try NIOCore.SocketAddress(ipAddress: "\(registry.address)", port: Int(registry.port))
    let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .childChannelInitializer { [passage] client in
        ClientBootstrap(group: client.eventLoop).connect(to: address).flatMapThrowing { server in
          try client.pipeline.syncOperations.addHandler(Asking(passage, server))
          try server.pipeline.syncOperations.addHandler(Telling(passage, client))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    url = "http://127.0.0.1:\(listener.localAddress?.port ?? 0)"
  }

  /// Does something to the next event.
  func meddle(_ meddling: Meddling) { passage.state.withLock { $0.next = meddling } }
}

/// What the proxy's connections have in common.
private final class Passage: Sendable {
  let state = Mutex(Proxy.State())

  /// What to do with a part of what the registry says.
  func meddling(with part: ByteBuffer) -> Meddling? {
    guard String(buffer: part).contains(#"{"type":"#) else { return nil }
    return state.withLock { state in
      defer { state.next = nil }
      return state.next
    }
  }
}

/// From the client to the registry.
private final class Asking: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let passage: Passage
  private let server: any Channel
  private var isWatch = false

  init(_ passage: Passage, _ server: any Channel) { (self.passage, self.server) = (passage, server) }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let part = unwrapInboundIn(data)
    if !isWatch, String(buffer: part).contains("watch=true") {
      isWatch = true
      passage.state.withLock { $0.watches += 1 }
    }
    server.writeAndFlush(part, promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    if isWatch { passage.state.withLock { $0.watches -= 1 } }
    server.close(promise: nil)
  }
}

/// From the registry to the client.
private final class Telling: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let passage: Passage
  private let client: any Channel

  init(_ passage: Passage, _ client: any Channel) { (self.passage, self.client) = (passage, client) }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let part = unwrapInboundIn(data)
    switch passage.meddling(with: part) {
    case nil: client.writeAndFlush(part, promise: nil)
    case .cut:
      let half = part.readableBytesView.prefix(part.readableBytes / 2)
      client.writeAndFlush(ByteBuffer(bytes: half)).whenComplete { [client] _ in client.close(promise: nil) }
    case .garbleLine:
      let octets = part.readableBytesView
      let start = octets.firstIndex(of: UInt8(ascii: "{")) ?? octets.startIndex
      let end = octets.lastIndex(of: UInt8(ascii: "}")) ?? octets.endIndex
      client.writeAndFlush(
        ByteBuffer(bytes: octets[..<start] + garbage(end - start) + octets[end...]), promise: nil)
    case .garbleAll: client.writeAndFlush(ByteBuffer(bytes: garbage(part.readableBytes)), promise: nil)
    }
  }

  func channelInactive(context: ChannelHandlerContext) { client.close(promise: nil) }

  /// So many octets by chance, none of which is a line's end, or anything else in UTF-8.
  private func garbage(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: 0x80...0xff) } }
}
