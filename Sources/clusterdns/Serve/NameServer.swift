import Corefile
import Glibc
import HealthProbes
import Logging
import NetworkAddresses
import QueryEngine
import QueryStages
import Registry
import RegistryAPI
import Transports
import UnixSignals

import class NIOPosix.MultiThreadedEventLoopGroup

/// `clusterdns serve` from its start to its end: builds the parts, follows signals and changed files, and stops cleanly.
struct NameServer: Sendable {
  let source: SourceOptions
  /// Where the command line says that the state is; `nil` when it does not say.
  let state: StatePlace?
  let api: APIOptions
  /// Whether the command line says that the embedded registry is the source of objects.
  let ownsObjects: Bool
  let quiet: Bool

  /// Runs until a signal ends it.
  func run() async throws {
    signal(SIGPIPE, SIG_IGN)
    ProcessEnvironment.boundMemory()
    LoggingSystem.bootstrap { ConsoleLog(label: $0) }
    let log = Logger(label: "")
    let listener = try api.listener(log)
    let ranges = try api.probeRanges(listeningAt: listener?.address)
    let corefile = try Corefile.load(source)
    try refuseForeignCluster(corefile)
    let objects = try ObjectSource(
      source, try state ?? StatePlace(manifests: source.manifests, corefile), api: listener?.address)
    objects.registry.logStore(log)
    objects.load(log, api: listener?.address)
    let parts = try ServerParts(registry: objects.registry)
    let listeners = Listeners(
      metrics: parts.metrics, reclaimer: parts.reclaimer, limits: parts.limits, log: log)
    let running = RunningConfiguration(
      source: source, environment: parts.environment, listeners: listeners, log: log)
    // Before the first answer: who has one may send signals, and those that nobody traps would end the process.
    let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup, .sigusr1)
    try await running.start(corefile)
    ProcessEnvironment.trimMemory()
    if !quiet { await greet(running, objects, listener?.address) }
    let background = BackgroundThread()
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask(executorPreference: background) { await objects.follow(log) }
      group.addTask {
        let probes = ProbeRunner(
          objects.registry, to: ranges, on: MultiThreadedEventLoopGroup.singleton)
        await probes.run { log.info("probes: \($0)") }
      }
      group.addTask { await objects.registry.keepLives { log.info("registry: \($0)") } }
      group.addTask(executorPreference: background) { await running.followFiles() }
      if let listener {
        let server = RegistryAPIServer(
          registry: objects.registry, address: listener.address, logger: Logger(label: "api"),
          access: listener.access, connections: parts.apiConnections,
          view: ProgramView(
            version: ProgramVersion.text, domain: source.clusterDomain, metrics: parts.metrics.exposition,
            explain: running.explanation))
        group.addTask { try await server.run() }
      }
      group.addTask { try await follow(signals, running, background, parts.lameduck, log) }
      // The first part that ends ends the others: the signals' after a stop, any other one with a failure.
      do {
        try await group.next()
      } catch {
        group.cancelAll()
        throw error as? Failure ?? Failure.failure("\(error)")
      }
      group.cancelAll()
    }
    await running.stop()
    await background.stop()
    parts.shutdown()
  }

  /// Handles signals until one says stop.
  private func follow(
    _ signals: UnixSignalsSequence, _ running: RunningConfiguration, _ background: BackgroundThread,
    _ lameduck: LameduckSwitch, _ log: Logger
  ) async throws {
    for await signal in signals {
      switch signal {
      case .sighup, .sigusr1: await withTaskExecutorPreference(background) { await running.reload() }
      default:
        log.info("\(signal) received, stopping")
        lameduck.turnOn()
        let time = await running.lameduck
        if time > .zero {
          log.info("going into lameduck mode for \(time)")
          try await Task.sleep(for: time)
        }
        return
      }
    }
  }

  /// A pod of a cluster without options of its own would take its objects from that cluster's API, which comes with a later version.
  private func refuseForeignCluster(_ corefile: Corefile) throws {
    guard ProcessEnvironment.isInCluster, !ownsObjects else { return }
    guard corefile.blocks.contains(where: { !$0.directives(named: "kubernetes").isEmpty }) else { return }
    throw Failure.configuration(
      "the directive `kubernetes` would take its objects from the cluster that this pod runs in, and reading a Kubernetes API is not built into this version; give --manifests or --data memory to serve the embedded registry"
    )
  }

  /// Says what is served and where.
  private func greet(_ running: RunningConfiguration, _ objects: ObjectSource, _ address: SocketAddress?) async {
    let counts = objects.counts
    var lines = [
      "\(ProgramVersion.text): \(counts.services) services in \(counts.namespaces) namespaces; the registry's state is in \(objects.state)"
    ]
    lines += await running.summary.map { "  " + $0 }
    if let address { lines.append("  API     \(api.scheme)://\(address) (with a page for people at /)") }
    ConsoleLog.write(lines.joined(separator: "\n") + "\n")
  }
}
