// RegistryAPI: the registry over HTTP, as Kubernetes' API.
//
// APIRequest and APIReply are what passes through APIHandler, which knows no transport; this file is the transport. Watches
// take another way: Watching/ has them, from their parameters to their connections.

import ClusterModel
import Glibc
import HTTPTypes
public import Logging
import NIOCore
public import NetworkAddresses
public import Registry

/// Serves a registry's API on one address.
public struct RegistryAPIServer: Sendable {
  private let registry: Registry
  private let address: NetworkAddresses.SocketAddress
  private var logger: Logger
  private let hub: WatchHub
  private let access: APIAccess
  private let connections: Int
  private let view: ProgramView?

  /// - Parameters:
  ///   - registry: where the objects are.
  ///   - address: where to listen; port 0 takes a free one.
  ///   - logger: gets what goes wrong with the server as a whole; what goes wrong with one client is the client's to see.
  ///   - access: who may do what.
  ///   - connections: the most connections; watches may take three of four.
  ///   - view: what the page for people shows beside the objects; without it there is none.
  public init(
    registry: Registry, address: NetworkAddresses.SocketAddress, logger: Logger, access: APIAccess = .local,
    connections: Int = 4_096, view: ProgramView? = nil
  ) {
    let bounds = WatchHub.Bounds(watches: connections * 3 / 4, watchesPerUser: connections / 2)
    self.init(
      hub: WatchHub(registry, bounds), address: address, logger: logger, access: access, connections: connections,
      view: view)
  }

  init(
    hub: WatchHub, address: NetworkAddresses.SocketAddress, logger: Logger, access: APIAccess = .local,
    connections: Int = 4_096, view: ProgramView? = nil
  ) {
    registry = hub.registry
    self.hub = hub
    self.address = address
    self.logger = logger
    self.logger.logLevel = max(logger.logLevel, .critical)
    self.access = access
    self.connections = connections
    self.view = view
  }

  /// Serves until the task is cancelled.
  ///
  /// - Parameter onListening: called once with the address, and its port, when clients can connect.
  /// - Throws: ``ListenError`` when the address cannot be had.
  public func run(onListening: @escaping @Sendable (NetworkAddresses.SocketAddress) async -> Void = { _ in })
    async throws
  {
    let responder = APIResponder(
      handler: APIHandler(registry: registry, address: "\(address)"), hub: hub, access: access, view: view,
      isLocal: address.address.isLoopback && !access.needsLogin)
    let server = BoundedHTTPServer(
      address: address, logger: logger, connections: connections, takesBodies: true, tls: access.tls,
      answer: responder.answer)
    do {
      try await withTaskCancellationHandler {
        try await server.run(onListening: onListening)
      } onCancel: { [hub] in
        hub.close()
      }
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

/// From HTTP to the handler and back.
private struct APIResponder: Sendable {
  let handler: APIHandler
  let hub: WatchHub
  let access: APIAccess
  let view: ProgramView?
  /// Whether only programs on this machine are meant to reach the API.
  let isLocal: Bool

  @Sendable
  func answer(
    _ request: BoundedHTTPServer.Request, from peer: BoundedHTTPServer.Peer
  ) async -> BoundedHTTPServer.Answer {
    do throws(RegistryError) {
      let request = try read(request, peer)
      if request.isWrite { return .reply(reply(await WritingThreads.reply(handler, to: request))) }
      if request.isQuick { return .reply(reply(handler.reply(to: request))) }
      return await ConnectionTasks.leaveLoop { await answer(request) }
    } catch {
      return .reply(reply(.failure(error)))
    }
  }

  /// Answers what may take long to read.
  private func answer(_ request: APIRequest) async -> BoundedHTTPServer.Answer {
    do throws(RegistryError) {
      if let view, let page = ProgramView.Page(request) {
        try page.requested.check(request.access)
        return .reply(reply(await view.reply(page, to: request)))
      }
      if let watch = try WatchRequest(request) { return stream(try hub.enter(watch)) }
      return .reply(reply(handler.reply(to: request)))
    } catch {
      return .reply(reply(.failure(error)))
    }
  }

  private func stream(_ ticket: WatchHub.Ticket) -> BoundedHTTPServer.Answer {
    .stream { channel in try await WatchStream.run(ticket, of: hub, on: channel) }
  }

  private func reply(_ reply: APIReply) -> BoundedHTTPServer.Reply {
    BoundedHTTPServer.Reply(
      code: reply.code, contentType: reply.contentType, body: reply.body, fields: fields(of: reply))
  }

  private static let warning = HTTPField.Name("Warning")
  private static let origin = HTTPField.Name("Origin")

  private func fields(of reply: APIReply) -> HTTPFields {
    var fields = HTTPFields()
    if let name = Self.warning {
      for warning in reply.warnings { fields.append(HTTPField(name: name, value: "299 - \(warning.quoted)")) }
    }
    // What is said to pass by: too many requests, a version that is still to come.
    if reply.code == 429 || reply.code == 504 { fields[.retryAfter] = "1" }
    if reply.isPage {
      fields[.contentSecurityPolicy] = WebPage.policy
      fields[.xContentTypeOptions] = "nosniff"
    }
    if reply.code == 401 { fields[.wwwAuthenticate] = "Bearer" }
    return fields
  }

  /// - Throws: why the request is not looked at: what it is, who sends it, what it wants.
  private func read(
    _ request: BoundedHTTPServer.Request, _ peer: BoundedHTTPServer.Peer
  ) throws(RegistryError) -> APIRequest {
    let (head, body) = try whole(request)
    let known = access.access(authorization: head.headerFields[.authorization] ?? "", certificate: peer.certificate)
    if let rate = access.rate, !rate.allows(known.map { "user \($0.user)" } ?? peer.address, at: Self.now) {
      throw .tooManyRequests
    }
    guard let target = head.path, target.utf8.count <= RequestBounds.target,
      let request = APIRequest(
        method: head.method.rawValue, target: target, accept: head.headerFields[.accept] ?? "",
        contentType: head.headerFields[.contentType] ?? "", userAgent: head.headerFields[.userAgent] ?? "", body: body,
        access: known ?? .nobody)
    else { throw .badTarget }
    if isLocal, !HostName.isLocal(head.authority ?? "") { throw .foreignHost }
    if let origin = Self.origin.flatMap({ head.headerFields[$0] }),
      !HostName.isOwn(origin: origin, of: head.authority ?? "")
    {
      throw .foreignOrigin
    }
    let requested = RequestedAccess(request)
    if known == nil, requested != .probe { throw .unauthorized }
    try requested.check(request.access)
    return request
  }

  private func whole(_ request: BoundedHTTPServer.Request) throws(RegistryError) -> (HTTPRequest, [UInt8]) {
    switch request {
    case .whole(let head, let body): return (head, body)
    case .tooLarge: throw .bodyTooLarge
    case .crowded: throw .tooManyRequests
    }
  }

  /// Seconds of a clock that does not go back.
  private static var now: Double { Double(NIODeadline.now().uptimeNanoseconds) / 1e9 }
}

/// The Host of a request, against web pages that give a name of theirs our address (DNS rebinding).
enum HostName {
  /// Whether the host is `localhost` or an address, with a port or without.
  static func isLocal(_ authority: String) -> Bool {
    if authority.isEmpty || NetworkAddresses.SocketAddress(authority, defaultPort: 0) != nil { return true }
    let name = authority.prefix { $0 != ":" }
    return name == "localhost" || name.hasSuffix(".localhost")
  }

  /// Whether a page that a browser asks for is ours: a page of others may send requests to this machine, with Origin saying so.
  static func isOwn(origin: String, of authority: String) -> Bool {
    ["http://", "https://"].contains { origin == $0 + authority }
  }
}
