import Glibc
import HTTPTypes
import Logging
import NIOCore
import NetworkAddresses
import QueryStages
import RegistryAPI
import Synchronization

/// The HTTP pages of the configuration: health, readiness, metrics. One listener an address, kept over reloads.
actor PageServer {
  private var open: [NetworkAddresses.SocketAddress: Site] = [:]

  /// Opens addresses that are not open yet; they have no pages until ``keep(_:)``.
  func open(_ addresses: [NetworkAddresses.SocketAddress]) async throws {
    for address in Set(addresses) where open[address] == nil {
      let site = Site()
      try await site.start(address)
      open[address] = site
    }
  }

  /// Shows these pages from now on, and closes addresses that have none.
  func keep(_ pages: [HTTPPage]) {
    for (address, site) in open {
      let own = pages.filter { $0.address == address }
      site.pages.withLock { $0 = Dictionary(own.map { ($0.path, $0.respond) }) { first, _ in first } }
      if own.isEmpty {
        site.stop()
        open[address] = nil
      }
    }
  }

  func stop() { keep([]) }
}

/// One address with its pages.
private final class Site: Sendable {
  let pages = Mutex<[String: @Sendable () async -> HTTPReply]>([:])
  private let task = Mutex<Task<Void, any Error>?>(nil)

  /// Opens the address and returns when it listens.
  func start(_ address: NetworkAddresses.SocketAddress) async throws {
    do {
      try await listen(address)
    } catch let error where address.address == .v6(.unspecified) && !Self.isInUse(error) {
      // All addresses, where none is an IPv6 one: those of IPv4.
      try await listen(NetworkAddresses.SocketAddress(.v4(.any), port: address.port))
    } catch {
      let reason = Self.isInUse(error) ? "in use by another program" : "\(error)"
      throw Failure.failure("HTTP address \(address): \(reason); choose another one in the directive that names it")
    }
  }

  private func listen(_ address: NetworkAddresses.SocketAddress) async throws {
    let (running, signal) = AsyncThrowingStream.makeStream(of: Void.self)
    let server = BoundedHTTPServer(
      address: address, logger: Logger(label: "http", factory: { _ in SwiftLogNoOpLogHandler() }), respond: respond)
    task.withLock {
      $0 = Task {
        do { try await server.run { _ in signal.finish() } } catch { signal.finish(throwing: error) }
      }
    }
    for try await _ in running {}
  }

  private static func isInUse(_ error: any Error) -> Bool { (error as? IOError)?.errnoCode == EADDRINUSE }

  func stop() { task.withLock { $0?.cancel() } }

  @Sendable
  private func respond(_ request: BoundedHTTPServer.Request) async -> BoundedHTTPServer.Reply {
    let reply = await reply(to: request)
    return BoundedHTTPServer.Reply(code: reply.status, contentType: reply.contentType, body: Array(reply.body.utf8))
  }

  private func reply(to request: BoundedHTTPServer.Request) async -> HTTPReply {
    guard case .whole(let head, _) = request else { return HTTPReply(status: 413, body: "413 content too large\n") }
    let path = head.path?.prefix { $0 != "?" } ?? ""
    guard let page = pages.withLock({ $0[String(path)] }) else {
      return HTTPReply(status: 404, body: "404 page not found\n")
    }
    guard head.method == .get || head.method == .head else {
      return HTTPReply(status: 405, body: "405 method not allowed: pages are read with GET\n")
    }
    return await page()
  }
}
