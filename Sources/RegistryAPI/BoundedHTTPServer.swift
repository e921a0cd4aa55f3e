package import HTTPTypes
import HummingbirdCore
package import Logging
import NIOCore
import NIOPosix
package import NetworkAddresses

/// HTTP/1.1 on one address, within the bounds of ``RequestBounds``: what a client can cost is the same for every page of ours.
package struct BoundedHTTPServer: Sendable {
  /// What came of a client's request.
  package enum Request: Sendable {
    /// A request whose body came whole.
    case whole(HTTPRequest, body: [UInt8])
    /// The body is over the bound; the connection ends with the reply.
    case tooLarge
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

  private let address: NetworkAddresses.SocketAddress
  private let logger: Logger
  private let responder: Responder

  /// - Parameters:
  ///   - address: where to listen; port 0 takes a free one.
  ///   - takesBodies: whether bodies matter: then a client that asks before it sends one is told to (RFC 9110 §10.1.1),
  ///     and gets the reply at once otherwise.
  ///   - respond: answers a request; never called before the request's body is there.
  package init(
    address: NetworkAddresses.SocketAddress, logger: Logger, takesBodies: Bool = false,
    respond: @escaping @Sendable (Request) async -> Reply
  ) {
    self.address = address
    self.logger = logger
    responder = Responder(takesBodies: takesBodies, reply: respond)
  }

  /// Serves until the task is cancelled.
  ///
  /// - Parameter onListening: called once with the address, and its port, when clients can connect.
  /// - Throws: NIO's `IOError` when the address cannot be had.
  package func run(
    onListening: @escaping @Sendable (NetworkAddresses.SocketAddress) async -> Void
  ) async throws {
    let limit = ConnectionLimit(RequestBounds.connections)
    let channel = HTTP1Channel(
      responder: responder.respond,
      configuration: .init(
        additionalChannelHandlers: [limit.handler()], idleTimeout: .seconds(RequestBounds.idle),
        httpDecoderConfiguration: .init(
          maxHeaderFieldSize: RequestBounds.headers, maxHeaderListSize: RequestBounds.headers,
          maxHeaderFieldCount: RequestBounds.headerCount)))
    let ip = address.address
    try await Server(
      childChannelSetup: channel,
      configuration: ServerConfiguration(address: .hostname("\(address.address)", port: Int(address.port))),
      onServerRunning: { channel in
        await onListening(NetworkAddresses.SocketAddress(ip, port: UInt16(channel.localAddress?.port ?? 0)))
      },
      eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: logger
    ).run()
  }
}

/// One request and its reply over HTTP, within bounds of time and size.
private struct Responder: Sendable {
  let takesBodies: Bool
  let reply: @Sendable (BoundedHTTPServer.Request) async -> BoundedHTTPServer.Reply

  /// Thrown after a reply whose connection must not go on.
  private struct ConnectionEnds: Error {}

  @Sendable
  func respond(_ request: Request, _ writer: consuming ResponseWriter, _ channel: any Channel) async throws {
    var body = request.body.makeAsyncIterator()
    var octets: [UInt8] = []
    if takesBodies, isExpecting(request) { try await writer.writeInformationalHead(HTTPResponse(status: .continue)) }
    let ending = try await read(&body, of: request, into: &octets, channel)
    let reply = await reply(ending == .tooLarge ? .tooLarge : .whole(request.head, body: octets))
    let deadline = Deadline(RequestBounds.replyTime, channel)
    defer { deadline.cancel() }
    let content = request.method == .head ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: reply.body))
    try await writer.write(response: head(of: reply, isLast: ending != .whole), body: content)
    guard ending != .whole else { return }
    await linger(&body, channel)
    throw ConnectionEnds()
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
  private enum Ending { case whole, tooLarge, unasked }

  private func read(
    _ body: inout RequestBody.AsyncIterator, of request: Request, into octets: inout [UInt8], _ channel: any Channel
  ) async throws -> Ending {
    if isTooLarge(request) { return .tooLarge }
    if !takesBodies, isExpecting(request) { return .unasked }
    let deadline = Deadline(RequestBounds.bodyTime, channel)
    defer { deadline.cancel() }
    var count = 0
    while let part = try await body.next() {
      count += part.readableBytes
      if count > RequestBounds.body { return .tooLarge }
      if takesBodies { octets.append(contentsOf: part.readableBytesView) }
    }
    return .whole
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
