import ClusterModel
import Glibc
import Logging
import Manifests
import NetworkAddresses
import Registry

/// The embedded registry, and the manifests that belong to it.
struct ObjectSource: Sendable {
  let registry: Registry
  /// Where the registry keeps its state.
  let state: StatePlace
  private let paths: [String]

  /// A registry as the options want it, with what it keeps.
  ///
  /// - Parameters:
  ///   - options: where objects come from.
  ///   - state: where they are kept.
  ///   - api: where the registry's API listens; `nil` for nowhere.
  init(_ options: SourceOptions, _ state: StatePlace = .memory, api: SocketAddress? = nil) throws {
    var settings = RegistrySettings()
    settings.serviceRanges = try options.servicePrefixes()
    settings.nodePorts = try options.nodePorts()
    settings.massExpiryShare = try options.leaseShare()
    settings.loadBalancerRanges = try options.loadBalancerPrefixes()
    settings.takesLoopbackPods = api?.address.isLoopback ?? true
    if let problem = settings.problem { throw Failure.configuration("--service-cidr: \(problem)") }
    paths = options.manifests
    for path in paths where unsafe access(path, R_OK) != 0 {
      throw Failure.configuration("--manifests \(path): \(systemMessage())")
    }
    self.state = state
    registry = try state.registry(settings)
  }

  /// Reads the manifests, and makes what a cluster always has, with the registry's API where it listens.
  func load(_ log: Logger, api: SocketAddress? = nil) {
    if !paths.isEmpty { apply(log) }
    do throws(RegistryError) {
      try registry.transaction { transaction throws(RegistryError) in transaction.bootstrap(api: api) }
    } catch {
      log.error("registry: \(error)")
    }
  }

  /// Reads the manifests again whenever they change, until it is cancelled.
  func follow(_ log: Logger) async {
    guard !paths.isEmpty else { return await waitForCancellation() }
    var last = ManifestSet.fingerprint(paths: paths)
    while !Task.isCancelled {
      try? await Task.sleep(for: .seconds(1))
      let now = ManifestSet.fingerprint(paths: paths)
      guard now != last, !Task.isCancelled else { continue }
      last = now
      apply(log)
      ProcessEnvironment.trimMemory()
    }
  }

  /// Makes the registry's manifest objects those of the files. What is wrong in them is logged, and the rest served.
  private func apply(_ log: Logger) {
    var files = read(log)
    let isComplete = files.isComplete
    let report: ManifestReport
    do throws(RegistryError) {
      report = try registry.transaction { transaction throws(RegistryError) in
        transaction.apply(draining: &files.objects, isComplete: isComplete)
      }
    } catch {
      return log.error("manifests: \(error)")
    }
    for refusal in report.refusals {
      log.error("manifests: \(files.sources[refusal.index]): \(refusal.key): \(refusal.error)")
    }
    for note in report.notes { log.info("manifests: \(note)") }
    log.info(
      "manifests: \(report.created) created, \(report.updated) updated, \(report.deleted) deleted, \(report.unchanged) unchanged"
    )
  }

  /// Reads the files, logs what is wrong with them, and gives the good objects and where each was.
  private func read(_ log: Logger) -> (objects: [ClusterObject], sources: [ManifestSource], isComplete: Bool) {
    let set = ManifestSet.load(paths: paths)
    for problem in set.problems { log.error("manifests: \(problem)") }
    for notice in set.notices { log.info("manifests: \(notice)") }
    return (set.objects.map(\.object), set.objects.map(\.source), set.problems.isEmpty)
  }

  /// Reads the manifests into the registry and gives the number of good objects, and what is wrong with the others.
  func check() -> (objects: Int, problems: [String]) {
    let set = ManifestSet.load(paths: paths)
    let report = try? registry.transaction { transaction throws(RegistryError) in
      transaction.apply(manifests: set.objects.map(\.object))
    }
    let refusals = report?.refusals ?? []
    let refused = refusals.map { "\(set.objects[$0.index].source): \($0.key): \($0.error)" }
    return (set.objects.count - refusals.count, set.problems.map(\.description) + refused)
  }

  /// How many objects there are.
  var counts: (services: Int, namespaces: Int) {
    registry.read { ($0.count(of: .service), $0.count(of: .namespace)) }
  }
}

/// Returns when the task is cancelled.
func waitForCancellation() async {
  while !Task.isCancelled { try? await Task.sleep(for: .seconds(3600)) }
}
