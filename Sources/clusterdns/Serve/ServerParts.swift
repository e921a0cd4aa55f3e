import FinishedAnswers
import Logging
import QueryEngine
import QueryStages
import Reclamation
import Registry
import Transports

/// The parts that stages are made with, once a process.
struct ServerParts: Sendable {
  let metrics = MetricsRegistry()
  let reclaimer = Reclaimer()
  let lameduck = LameduckSwitch()
  /// Keeps the process's own metrics in the text.
  private let processMetrics: CollectorToken
  /// Keeps the metrics of the registry's store in the text.
  private let storeMetrics: CollectorToken
  let environment: StageEnvironment
  /// What is to be ended with the process; `nil` when nothing was opened.
  private let client: UpstreamClient?
  /// How many descriptors the process may have.
  let descriptors = ProcessEnvironment.raiseDescriptorLimit()

  /// - Parameters:
  ///   - registry: the objects.
  ///   - upstream: asks other servers; without one, sockets do.
  init(registry: Registry, upstream: (any Upstream)? = nil) throws {
    processMetrics = metrics.addProcessMetrics(version: ProgramVersion.number, revision: "")
    storeMetrics = metrics.collect { registry.storeHealth.families }
    do {
      // Sockets to upstreams are bounded well below the descriptors there are, and to what queries that wait for an
      // upstream without answers may take of the memory (some 18 KiB each), so that others have room.
      client = upstream == nil ? try UpstreamClient(maximumSockets: max(64, min(1_536, descriptors / 4))) : nil
    } catch {
      throw Failure.failure("cannot ask upstream servers: \(error)")
    }
    environment = StageEnvironment(
      logger: { Logger(label: $0) }, metrics: metrics, upstream: upstream ?? client ?? SilentUpstream(),
      cluster: RegistryPipe(registry), reclaimer: reclaimer, lameduck: lameduck)
  }

  /// Closes the sockets to upstream servers.
  func shutdown() { client?.shutdown() }

  /// What TCP clients are held to: connections are bounded below the descriptors too.
  var limits: TCPLimits {
    var limits = TCPLimits()
    limits.connections = max(16, min(limits.connections, descriptors / 2))
    return limits
  }

  /// The most connections to the registry's API: a share of the descriptors too.
  var apiConnections: Int { max(16, min(4_096, descriptors / 4)) }
}
