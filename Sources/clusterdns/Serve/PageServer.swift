import Glibc
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import NetworkAddresses
import QueryStages
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
      try await listen(address.address.description, address.port)
    } catch let error where address.address == .v6(.unspecified) && !Self.isInUse(error) {
      // All addresses, where none is an IPv6 one: those of IPv4.
      try await listen("0.0.0.0", address.port)
    } catch {
      let reason = Self.isInUse(error) ? "in use by another program" : "\(error)"
      throw Failure.failure("HTTP address \(address): \(reason); choose another one in the directive that names it")
    }
  }

  private func listen(_ host: String, _ port: UInt16) async throws {
    let (running, signal) = AsyncThrowingStream.makeStream(of: Void.self)
    let server = Server(
      childChannelSetup: HTTP1Channel(responder: respond, configuration: .init(idleTimeout: .seconds(30))),
      configuration: ServerConfiguration(
        address: .hostname(host, port: Int(port)), serverName: "clusterdns"),
      onServerRunning: { _ in signal.finish() },
      eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
      logger: Logger(label: "http", factory: { _ in SwiftLogNoOpLogHandler() }))
    task.withLock {
      $0 = Task {
        do { try await server.run() } catch { signal.finish(throwing: error) }
      }
    }
    for try await _ in running {}
  }

  private static func isInUse(_ error: any Error) -> Bool { (error as? IOError)?.errnoCode == EADDRINUSE }

  func stop() { task.withLock { $0?.cancel() } }

  @Sendable
  private func respond(_ request: Request, _ writer: consuming ResponseWriter, _ channel: any Channel) async throws {
    let path = request.head.path?.prefix { $0 != "?" } ?? ""
    let page = pages.withLock { $0[String(path)] }
    let reply = await page?() ?? HTTPReply(status: 404, body: "404 page not found\n")
    let head = HTTPResponse(
      status: HTTPResponse.Status(code: reply.status),
      headerFields: [.contentType: reply.contentType, .contentLength: String(reply.body.utf8.count)])
    try await writer.write(response: head, body: ResponseBody(byteBuffer: ByteBuffer(string: reply.body)))
  }
}
