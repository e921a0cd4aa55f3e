// ClusterDiscoveryService: a service's client as a part of a server: it starts and ends with the others (swift-service-lifecycle), says in
// the log what becomes of its endpoints (swift-log), counts (swift-metrics), and puts its requests into traces (swift-distributed-tracing).

public import ClusterDiscovery
public import Logging
import Metrics
public import ServiceLifecycle

/// Runs a `ServiceClient` in a `ServiceGroup`.
///
///     let client = ServiceClient(target, source: source)
///     let group = ServiceGroup(services: [DiscoveryService(client, logger: logger), server], logger: logger)
///
/// | metric | kind | of |
/// |---|---|---|
/// | `discovery_endpoints` | gauge | endpoints in the set |
/// | `discovery_endpoints_usable` | gauge | those that may be asked and are not ejected |
/// | `discovery_requests_total` | counter | requests |
/// | `discovery_retries_total`, `discovery_hedges_total` | counter | further attempts |
/// | `discovery_refused_total` | counter | requests and attempts that limits and budget refused |
/// | `discovery_ejections_total` | counter | endpoints that were ejected |
///
/// Each has the dimension `target`. They are brought up to date when endpoints change, and every ten seconds.
public struct DiscoveryService: Service {
  /// The client that is run.
  public let client: ServiceClient
  private let logger: Logger

  /// A part of a server that runs a client.
  ///
  /// - Parameters:
  ///   - client: the client; nobody else is to run it.
  ///   - logger: hears of changes of endpoints (debug) and of the source being away and back (warning, notice).
  public init(_ client: ServiceClient, logger: Logger) {
    self.client = client
    self.logger = logger
  }

  /// Runs the client until the group shuts down gracefully, or the task is cancelled.
  public func run() async throws {
    await cancelWhenGracefulShutdown {
      await withDiscardingTaskGroup { group in
        group.addTask { await client.run() }
        group.addTask { await report() }
      }
    }
  }

  /// Tells of what changes.
  private func report() async {
    var log = StateLog(target: client.target, logger: logger)
    var meters = ClientMeters(target: client.target)
    while !Task.isCancelled {
      log.note(client.state, client.endpoints)
      meters.update(client)
      let seen = (client.state, client.endpoints, client.ejected)
      await withTaskGroup(of: Void.self) { group in
        group.addTask {
          await client.wait { $0.state != seen.0 || $0.endpoints != seen.1 || $0.ejected != seen.2 }
        }
        group.addTask { try? await Task.sleep(for: .seconds(10)) }
        await group.next()
        group.cancelAll()
      }
    }
  }
}
