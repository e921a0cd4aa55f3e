import FinishedAnswers
import Logging
import QueryEngine
import QueryStages
import Registry
import Transports

/// The parts that stages are made with, once a process.
struct ServerParts: Sendable {
  let metrics = MetricsRegistry()
  let reclaimer = Reclaimer()
  let lameduck = LameduckSwitch()
  let upstream: UpstreamClient
  let environment: StageEnvironment
  /// How many descriptors the process may have.
  let descriptors = ProcessEnvironment.raiseDescriptorLimit()

  init(registry: Registry) throws {
    do {
      // Sockets to upstreams are bounded well below the descriptors there are.
      upstream = try UpstreamClient(maximumSockets: max(64, min(20_000, descriptors / 4)))
    } catch {
      throw Failure.failure("cannot ask upstream servers: \(error)")
    }
    environment = StageEnvironment(
      logger: { Logger(label: $0) }, metrics: metrics, upstream: upstream, cluster: RegistryPipe(registry),
      reclaimer: reclaimer, lameduck: lameduck)
  }

  /// What TCP clients are held to: connections are bounded below the descriptors too.
  var limits: TCPLimits {
    var limits = TCPLimits()
    limits.connections = max(16, min(limits.connections, descriptors / 2))
    return limits
  }
}
