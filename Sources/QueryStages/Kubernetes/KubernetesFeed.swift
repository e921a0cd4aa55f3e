import Synchronization

/// Keeps a directive's zones supplied with objects as long as its configuration is in force.
final class KubernetesFeed: BackgroundService, Preparation, ReadinessCheck {
  let name = Kubernetes.name
  private let zone: SuppliedZone
  /// How long ``prepare()`` waits at most.
  private let startupTimeout: Duration
  private let isBegun = Mutex(false)

  init(_ zone: SuppliedZone, startupTimeout: Duration) {
    self.zone = zone
    self.startupTimeout = startupTimeout
  }

  var isReady: Bool { zone.cluster.isSynced }

  /// Begins to take objects, and waits until all have come, but no longer than the start may take.
  func prepare() async {
    begin()
    let deadline = ContinuousClock.now + startupTimeout
    while !isReady, ContinuousClock.now < deadline, !Task.isCancelled {
      try? await Task.sleep(for: .milliseconds(10))
    }
  }

  func run() async {
    begin()
    while !Task.isCancelled { try? await Task.sleep(for: .seconds(3600)) }
    zone.leave()
  }

  private func begin() {
    let isFirst = isBegun.withLock { isBegun in
      defer { isBegun = true }
      return !isBegun
    }
    if isFirst { zone.use() }
  }
}
