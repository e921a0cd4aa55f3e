// RegistryAPI: the registry over HTTP, as Kubernetes' API, for reading.
//
// APIRequest and APIReply are what passes through APIHandler, which knows no transport; this file is the transport.

import Glibc
import HTTPTypes
import HummingbirdCore
public import Logging
import NIOCore
import NIOPosix
public import NetworkAddresses
public import Registry

/// Serves a registry's API on one address.
public struct RegistryAPIServer: Sendable {
  private let registry: Registry
  private let address: NetworkAddresses.SocketAddress
  private var logger: Logger

  /// - Parameters:
  ///   - registry: where the objects are.
  ///   - address: where to listen; port 0 takes a free one.
  ///   - logger: gets what goes wrong with the server as a whole; what goes wrong with one client is the client's to see.
  public init(registry: Registry, address: NetworkAddresses.SocketAddress, logger: Logger) {
    self.registry = registry
    self.address = address
    self.logger = logger
    self.logger.logLevel = max(logger.logLevel, .critical)
  }

  /// Serves until the task is cancelled.
  ///
  /// - Parameter onListening: called once with the address, and its port, when clients can connect.
  /// - Throws: ``ListenError`` when the address cannot be had.
  public func run(onListening: @escaping @Sendable (NetworkAddresses.SocketAddress) async -> Void = { _ in })
    async throws
  {
    let limit = ConnectionLimit(RequestBounds.connections)
    var decoder = HTTP1Channel.Configuration.DecoderConfiguration()
    decoder.maxHeaderFieldSize = RequestBounds.headers
    decoder.maxHeaderListSize = RequestBounds.headers
    decoder.maxHeaderFieldCount = RequestBounds.headerCount
    let responder = HTTPResponder(
      handler: APIHandler(registry: registry, address: "\(address)"), isLocal: address.address.isLoopback)
    let channel = HTTP1Channel(
      responder: responder.respond,
      configuration: .init(
        additionalChannelHandlers: [limit.handler()], idleTimeout: .seconds(RequestBounds.idle),
        httpDecoderConfiguration: decoder))
    let (ip, logger) = (address.address, logger)
    let server = Server(
      childChannelSetup: channel,
      configuration: ServerConfiguration(address: .hostname("\(address.address)", port: Int(address.port))),
      onServerRunning: { channel in
        await onListening(NetworkAddresses.SocketAddress(ip, port: UInt16(channel.localAddress?.port ?? 0)))
      },
      eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: logger)
    do {
      try await server.run()
    } catch let error as IOError {
      throw ListenError(address: address, code: error.errnoCode)
    }
  }
}

/// The API's address cannot be had.
public struct ListenError: Error, Sendable, CustomStringConvertible {
  /// The address that was asked for.
  public let address: NetworkAddresses.SocketAddress
  /// The system's error number.
  public let code: Int32

  /// One sentence: what, where, and what would help.
  public var description: String {
    let mend = "choose another with --api ADDRESS:PORT, or none with --api none"
    switch code {
    case EADDRINUSE: return "the registry's API cannot listen on \(address): the port is in use; \(mend)"
    case EACCES: return "the registry's API cannot listen on \(address): no right to that port; \(mend)"
    case EADDRNOTAVAIL: return "the registry's API cannot listen on \(address): not an address of this machine; \(mend)"
    default:
      return "the registry's API cannot listen on \(address): \(IOError(errnoCode: code, reason: "bind")); \(mend)"
    }
  }
}

/// One request and its reply over HTTP, within bounds of time and size.
private struct HTTPResponder: Sendable {
  let handler: APIHandler
  /// Whether only programs on this machine are meant to reach the API.
  let isLocal: Bool

  /// Thrown after a reply whose connection must not go on.
  private struct ConnectionEnds: Error {}

  func respond(_ request: Request, _ writer: consuming ResponseWriter, _ channel: any Channel) async throws {
    let isWhole = try await drain(request, channel)
    let reply = isWhole ? reply(to: request.head) : .failure(.bodyTooLarge)
    let deadline = Deadline(RequestBounds.replyTime, channel)
    defer { deadline.cancel() }
    let body = request.method == .head ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: reply.body))
    try await writer.write(response: head(of: reply, isLast: !isWhole), body: body)
    if !isWhole { throw ConnectionEnds() }
  }

  private func reply(to head: HTTPRequest) -> APIReply {
    guard let target = head.path, target.utf8.count <= RequestBounds.target,
      let request = APIRequest(
        method: head.method.rawValue, target: target, accept: head.headerFields[.accept] ?? "")
    else { return .failure(.badTarget) }
    if isLocal, !HostName.isLocal(head.authority ?? "") { return .failure(.foreignHost) }
    return handler.reply(to: request)
  }

  private func head(of reply: APIReply, isLast: Bool) -> HTTPResponse {
    var fields: HTTPFields = [
      .contentType: reply.contentType, .contentLength: String(reply.body.count), .cacheControl: "no-cache, private",
    ]
    if isLast { fields[.connection] = "close" }
    return HTTPResponse(status: HTTPResponse.Status(code: reply.code), headerFields: fields)
  }

  /// Reads a body that nobody needs; `false` when it is over the bound.
  private func drain(_ request: Request, _ channel: any Channel) async throws -> Bool {
    if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > RequestBounds.body { return false }
    let deadline = Deadline(RequestBounds.bodyTime, channel)
    defer { deadline.cancel() }
    var octets = 0
    for try await part in request.body {
      octets += part.readableBytes
      if octets > RequestBounds.body { return false }
    }
    return true
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

/// The Host of a request, against web pages that give a name of theirs our address (DNS rebinding).
enum HostName {
  /// Whether the host is `localhost` or an address, with a port or without.
  static func isLocal(_ authority: String) -> Bool {
    if authority.isEmpty || NetworkAddresses.SocketAddress(authority, defaultPort: 0) != nil { return true }
    let name = authority.prefix { $0 != ":" }
    return name == "localhost" || name.hasSuffix(".localhost")
  }
}
