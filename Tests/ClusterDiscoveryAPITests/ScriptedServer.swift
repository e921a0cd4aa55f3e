import NIOCore
import NIOPosix
import Synchronization

/// An HTTP server on loopback that does what it is told with each request, and counts connections.
final class ScriptedServer: Sendable {
  /// One request's target, and how to answer.
  typealias Script = @Sendable (String, Connection) async throws -> Void

  private let open = Mutex(0)
  private let changes = AsyncStream.makeStream(of: Int.self)
  private let script: Script

  init(_ script: @escaping Script) { self.script = script }

  /// Serves on a free port while the body runs.
  func serve(_ body: @Sendable (_ url: String) async throws -> Void) async throws {
    let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .childChannelInitializer { child in
        child.eventLoop.makeCompletedFuture { try child.pipeline.syncOperations.addHandler(self.handler(child)) }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    let problem: (any Error)?
    do {
      try await body("http://127.0.0.1:\(channel.localAddress?.port ?? 0)")
      problem = nil
    } catch { problem = error }
    try await channel.close()
    if let problem { throw problem }
  }

  /// Returns when no connection is open.
  func waitUntilIdle() async {
    if open.withLock({ $0 }) == 0 { return }
    for await count in changes.stream where count == 0 { return }
  }

  private func handler(_ channel: any Channel) -> OctetHandler {
    let (octets, arrive) = AsyncStream.makeStream(of: ByteBuffer.self)
    Task {
      count(1)
      var connection = Connection(input: octets.makeAsyncIterator(), channel: channel)
      if let target = await connection.nextRequest() { try? await script(target, connection) }
      try? await channel.close()
      count(-1)
    }
    return OctetHandler(arrive)
  }

  private func count(_ change: Int) {
    let now = open.withLock { open in
      open += change
      return open
    }
    changes.continuation.yield(now)
  }
}

/// Hands on what arrives.
private final class OctetHandler: ChannelInboundHandler, Sendable {
  typealias InboundIn = ByteBuffer
  private let arrive: AsyncStream<ByteBuffer>.Continuation

  init(_ arrive: AsyncStream<ByteBuffer>.Continuation) { self.arrive = arrive }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) { arrive.yield(unwrapInboundIn(data)) }
  func channelInactive(context: ChannelHandlerContext) { arrive.finish() }
}

/// A connection with one request; it is closed when the script returns.
struct Connection {
  fileprivate var input: AsyncStream<ByteBuffer>.AsyncIterator
  fileprivate let channel: any Channel

  fileprivate mutating func nextRequest() async -> String? {
    var head = ""
    while !head.contains("\r\n\r\n") {
      guard let part = await input.next() else { return nil }
      head += String(buffer: part)
    }
    return head.split(separator: " ").dropFirst().first.map(String.init)
  }

  func send(_ text: String) async throws { try await channel.writeAndFlush(ByteBuffer(string: text)) }

  func answer(_ status: Int, _ body: String) async throws {
    try await send(
      "HTTP/1.1 \(status) X\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)")
  }

  func beginStream() async throws {
    try await send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n")
  }

  func chunk(_ text: String) async throws {
    try await send("\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n")
  }

  /// Waits until the client closes the connection.
  func hold() async {
    var input = input
    while await input.next() != nil {}
  }
}

/// Something that is waited for.
final class Gate: Sendable {
  private let stream = AsyncStream.makeStream(of: Void.self)

  func open() { stream.continuation.finish() }

  func wait() async { for await _ in stream.stream {} }
}
