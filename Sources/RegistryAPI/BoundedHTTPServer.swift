package import HTTPTypes
import HummingbirdCore
import HummingbirdHTTP2
package import Logging
import NIOCore
import NIOPosix
package import NetworkAddresses
import Synchronization

/// HTTP/1.1 on one address, or with TLS HTTP/2 too, within the bounds of ``RequestBounds``: what a client can cost is the same for every page of ours.
package struct BoundedHTTPServer: Sendable {
  /// What came of a client's request.
  package enum Request: Sendable {
    /// A request whose body came whole.
    case whole(HTTPRequest, body: [UInt8])
    /// The body is over the bound; the connection ends with the reply.
    case tooLarge
    /// More bodies are coming in at once than there is room for; the connection ends with the reply.
    case crowded
  }

  /// The client of a connection.
  struct Peer: Sendable {
    /// The address without the port; empty for not known.
    let address: String
    /// Whom the client's certificate names; `nil` for none.
    let certificate: CertificateSubject?
  }

  /// What the client gets; a request with HEAD gets it without the body.
  package struct Reply: Sendable {
    var code: Int
    var contentType: String
    var body: [UInt8]
    /// Header fields beside those that every reply has.
    var fields: HTTPFields

    package init(code: Int, contentType: String, body: [UInt8], fields: HTTPFields = [:]) {
      self.code = code
      self.contentType = contentType
      self.body = body
      self.fields = fields
    }
  }

  /// What is done with a request.
  enum Answer: Sendable {
    case reply(Reply)
    /// The reply is written to the channel by the function, which says whether the connection can go on behind it.
    case stream(@Sendable (any Channel) async throws -> Bool)
  }

  private let address: NetworkAddresses.SocketAddress
  private let logger: Logger
  private let responder: Responder
  private let limit: ConnectionLimit
  private let tls: TLSFiles?

  /// A server of pages, which has no use for bodies.
  ///
  /// - Parameters:
  ///   - address: where to listen; port 0 takes a free one.
  ///   - respond: answers a request; never called before the request's body is there.
  package init(
    address: NetworkAddresses.SocketAddress, logger: Logger, respond: @escaping @Sendable (Request) async -> Reply
  ) {
    self.init(address: address, logger: logger, connections: RequestBounds.connections, takesBodies: false) {
      request, _ in
      .reply(await ConnectionTasks.leaveLoop { await respond(request) })
    }
  }

  /// - Parameters:
  ///   - answer: answers a request on the event loop of its connection.
  ///   - connections: the most connections.
  ///   - takesBodies: whether bodies matter: then a client that asks before it sends one is told to (RFC 9110 §10.1.1),
  ///     and gets the reply at once otherwise.
  ///   - tls: the certificate; `nil` for no TLS.
  init(
    address: NetworkAddresses.SocketAddress, logger: Logger, connections: Int, takesBodies: Bool, tls: TLSFiles? = nil,
    answer: @escaping @Sendable (Request, Peer) async -> Answer
  ) {
    self.address = address
    self.logger = logger
    self.tls = tls
    limit = ConnectionLimit(connections)
    responder = Responder(takesBodies: takesBodies, limit: limit, answer: answer)
  }

  /// Serves until the task is cancelled.
  ///
  /// - Parameter onListening: called once with the address, and its port, when clients can connect.
  /// - Throws: NIO's `IOError` when the address cannot be had.
  package func run(
    onListening: @escaping @Sendable (NetworkAddresses.SocketAddress) async -> Void
  ) async throws {
    let streams = HTTP1Channel.Configuration(
      idleTimeout: .seconds(RequestBounds.idle),
      httpDecoderConfiguration: .init(
        maxHeaderFieldSize: RequestBounds.headers, maxHeaderListSize: RequestBounds.headers,
        maxHeaderFieldCount: RequestBounds.headerCount))
    guard let tls else {
      return try await serve(HTTP1Channel(responder: responder.respond, configuration: streams), onListening)
    }
    // Resets, control frames, continuations and header lists of HTTP/2 are bounded by swift-nio-http2's own defaults.
    let both = try HTTP2UpgradeChannel(
      tlsConfiguration: tls.configuration(),
      configuration: HTTP2ChannelConfiguration(
        idleTimeout: .seconds(RequestBounds.secureIdle), gracefulCloseTimeout: .seconds(RequestBounds.replyTime),
        streamConfiguration: streams),
      responder: responder.respond)
    try await serve(SecureChannel(both, responder.certificates, limit), onListening)
  }

  private func serve(
    _ channel: some ServerChildChannel,
    _ onListening: @escaping @Sendable (NetworkAddresses.SocketAddress) async -> Void
  ) async throws {
    let ip = address.address
    let server = Server(
      childChannelSetup: LimitedChannel(channel, limit),
      configuration: ServerConfiguration(address: .hostname("\(address.address)", port: Int(address.port))),
      onServerRunning: { channel in
        await onListening(NetworkAddresses.SocketAddress(ip, port: UInt16(channel.localAddress?.port ?? 0)))
      },
      eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: logger
    )
    // Not cancelled itself: what was accepted then and is nobody's yet would have no handler, and NIO ends the process for that.
    let serving = Task { try await server.run() }
    try await withTaskCancellationHandler {
      do { try await serving.value } catch { if !Task.isCancelled { throw error } }
    } onCancel: {
      Task { await stop(server) }
    }
  }

  /// Takes no more connections, ends those that do nothing, and soon the others.
  private func stop(_ server: Server<some ServerChildChannel>) async {
    let ending = Task { [limit] in
      try? await Task.sleep(for: .seconds(RequestBounds.stopTime))
      limit.closeAll()
    }
    // It ends when all connections have; what it throws is that it never ran.
    try? await server.shutdownGracefully()
    ending.cancel()
    limit.closeAll()
  }
}

/// One request and its reply over HTTP, within bounds of time and size.
private struct Responder: Sendable {
  let takesBodies: Bool
  let limit: ConnectionLimit
  let answer: @Sendable (BoundedHTTPServer.Request, BoundedHTTPServer.Peer) async -> BoundedHTTPServer.Answer
  let certificates = ClientCertificates()
  private let bodies = OctetBudget(RequestBounds.allBodies)

  init(
    takesBodies: Bool, limit: ConnectionLimit,
    answer: @escaping @Sendable (BoundedHTTPServer.Request, BoundedHTTPServer.Peer) async -> BoundedHTTPServer.Answer
  ) {
    self.takesBodies = takesBodies
    self.limit = limit
    self.answer = answer
  }

  /// Thrown after a reply whose connection must not go on.
  private struct ConnectionEnds: Error {}

  @Sendable
  func respond(_ request: Request, _ writer: consuming ResponseWriter, _ channel: any Channel) async throws {
    var body = request.body.makeAsyncIterator()
    if takesBodies, isExpecting(request) { try await writer.writeInformationalHead(HTTPResponse(status: .continue)) }
    let (ending, octets) = try await read(&body, of: request, channel)
    let peer = BoundedHTTPServer.Peer(
      address: channel.remoteAddress?.ipAddress ?? "", certificate: certificates.subject(channel))
    switch await answer(ending.request(request.head, octets), peer) {
    case .stream(let run):
      limit.hold(channel)
      defer { limit.release(channel) }
      if try await !run(channel) || ending != .whole { throw ConnectionEnds() }
    case .reply(let reply):
      try await write(reply, to: request, writer, channel, isLast: ending != .whole)
      guard ending != .whole else { return }
      await linger(&body, channel)
      throw ConnectionEnds()
    }
  }

  private func write(
    _ reply: BoundedHTTPServer.Reply, to request: Request, _ writer: consuming ResponseWriter, _ channel: any Channel,
    isLast: Bool
  ) async throws {
    let deadline = Deadline(RequestBounds.replyTime, channel)
    defer { deadline.cancel() }
    let content = request.method == .head ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: reply.body))
    try await writer.write(response: head(of: reply, isLast: isLast && limit.isConnection(channel)), body: content)
  }

  private func head(of reply: BoundedHTTPServer.Reply, isLast: Bool) -> HTTPResponse {
    var fields: HTTPFields = [
      .contentType: reply.contentType, .contentLength: String(reply.body.count), .cacheControl: "no-cache, private",
    ]
    fields.append(contentsOf: reply.fields)
    if isLast { fields[.connection] = "close" }
    return HTTPResponse(status: HTTPResponse.Status(code: reply.code), headerFields: fields)
  }

  /// Whether the client waits for a word before it sends a body that may come.
  private func isExpecting(_ request: Request) -> Bool {
    request.headers[.expect] != nil && !isTooLarge(request)
  }

  private func isTooLarge(_ request: Request) -> Bool {
    request.headers[.contentLength].flatMap { Int($0) }.map { $0 > RequestBounds.body } ?? false
  }

  /// How far a request's body was read.
  private enum Ending {
    case whole, tooLarge, unasked, crowded

    func request(_ head: HTTPRequest, _ body: [UInt8]) -> BoundedHTTPServer.Request {
      switch self {
      case .whole, .unasked: .whole(head, body: body)
      case .tooLarge: .tooLarge
      case .crowded: .crowded
      }
    }
  }

  private func read(
    _ body: inout RequestBody.AsyncIterator, of request: Request, _ channel: any Channel
  ) async throws -> (Ending, [UInt8]) {
    if isTooLarge(request) { return (.tooLarge, []) }
    if !takesBodies, isExpecting(request) { return (.unasked, []) }
    let deadline = Deadline(RequestBounds.bodyTime, channel)
    defer { deadline.cancel() }
    var octets: [UInt8] = []
    var count = 0
    defer { bodies.give(count) }
    while let part = try await body.next() {
      guard bodies.take(part.readableBytes) else { return (.crowded, []) }
      count += part.readableBytes
      if count > RequestBounds.body { return (.tooLarge, []) }
      if takesBodies { octets.append(contentsOf: part.readableBytesView) }
    }
    return (.whole, octets)
  }

  /// Takes what the client is still sending, for a moment: closing at once would reset the connection, and the reply with it.
  private func linger(_ body: inout RequestBody.AsyncIterator, _ channel: any Channel) async {
    let deadline = Deadline(RequestBounds.lingerTime, channel)
    defer { deadline.cancel() }
    var octets = 0
    while octets < RequestBounds.lingerOctets, let part = try? await body.next() { octets += part.readableBytes }
    channel.close(promise: nil)
  }
}

/// Closes a connection when its time is over.
private struct Deadline: Sendable {
  private let task: Scheduled<Void>

  init(_ seconds: Int64, _ channel: any Channel) {
    task = channel.eventLoop.scheduleTask(in: .seconds(seconds)) { channel.close(promise: nil) }
  }

  func cancel() { task.cancel() }
}

/// A number of octets that many share.
private final class OctetBudget: Sendable {
  private let limit: Int
  private let taken = Atomic(0)

  init(_ limit: Int) { self.limit = limit }

  /// Takes octets if there are so many left.
  func take(_ count: Int) -> Bool {
    let before = taken.wrappingAdd(count, ordering: .relaxed).oldValue
    if before + count <= limit { return true }
    give(count)
    return false
  }

  func give(_ count: Int) { taken.wrappingSubtract(count, ordering: .relaxed) }
}
