import ClusterZone
import Synchronization

/// Keeps a directive's zones supplied with objects as long as its configuration is in force.
final class KubernetesFeed: BackgroundService, Preparation, ReadinessCheck {
  let name = Kubernetes.name
  private let cluster: ClusterZone
  private let source: any ClusterFeed
  /// How long ``prepare()`` waits at most.
  private let startupTimeout: Duration
  private let isAttached = Mutex(false)

  init(_ cluster: ClusterZone, from source: any ClusterFeed, startupTimeout: Duration) {
    self.cluster = cluster
    self.source = source
    self.startupTimeout = startupTimeout
  }

  var isReady: Bool { cluster.isSynced }

  /// Begins to take objects, and waits until all have come, but no longer than the start may take.
  func prepare() async {
    attach()
    let deadline = ContinuousClock.now + startupTimeout
    while !cluster.isSynced, ContinuousClock.now < deadline, !Task.isCancelled {
      try? await Task.sleep(for: .milliseconds(10))
    }
  }

  func run() async {
    attach()
    while !Task.isCancelled { try? await Task.sleep(for: .seconds(3600)) }
    source.detach(cluster)
  }

  private func attach() {
    let isFirst = isAttached.withLock { isAttached in
      defer { isAttached = true }
      return !isAttached
    }
    if isFirst { source.attach(cluster) }
  }
}
