// RegistryAPI: the registry over HTTP, as Kubernetes' API, for reading.
//
// APIRequest and APIReply are what passes through APIHandler, which knows no transport; this file is the transport.

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
    let responder = APIResponder(
      handler: APIHandler(registry: registry, address: "\(address)"), isLocal: address.address.isLoopback)
    do {
      try await BoundedHTTPServer(address: address, logger: logger, takesBodies: true, respond: responder.reply).run(
        onListening: onListening)
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
  /// Whether only programs on this machine are meant to reach the API.
  let isLocal: Bool

  @Sendable
  func reply(to request: BoundedHTTPServer.Request) -> BoundedHTTPServer.Reply {
    let reply = answer(request)
    return BoundedHTTPServer.Reply(
      code: reply.code, contentType: reply.contentType, body: reply.body, fields: fields(of: reply))
  }

  private func fields(of reply: APIReply) -> HTTPFields {
    guard let name = HTTPField.Name("Warning") else { return [:] }
    return HTTPFields(reply.warnings.map { HTTPField(name: name, value: "299 - \($0.quoted)") })
  }

  private func answer(_ request: BoundedHTTPServer.Request) -> APIReply {
    guard case .whole(let head, let body) = request else { return .failure(.bodyTooLarge) }
    guard let target = head.path, target.utf8.count <= RequestBounds.target,
      let request = APIRequest(
        method: head.method.rawValue, target: target, accept: head.headerFields[.accept] ?? "",
        contentType: head.headerFields[.contentType] ?? "", userAgent: head.headerFields[.userAgent] ?? "", body: body)
    else { return .failure(.badTarget) }
    if isLocal, !HostName.isLocal(head.authority ?? "") { return .failure(.foreignHost) }
    if let origin = HTTPField.Name("Origin").flatMap({ head.headerFields[$0] }),
      !HostName.isOwn(origin: origin, of: head.authority ?? "")
    {
      return .failure(.foreignOrigin)
    }
    return handler.reply(to: request)
  }
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
