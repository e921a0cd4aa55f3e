import ClusterModel
import Synchronization

/// A function that hears of every batch, until it is cancelled.
public final class RegistrySubscription: Sendable {
  private let filter: RegistryFilter
  private let receive: @Sendable (RegistryBatch) -> Void
  private let isCancelled = Atomic(false)
  private weak let registry: Registry?

  init(_ registry: Registry, _ filter: RegistryFilter, _ receive: @escaping @Sendable (RegistryBatch) -> Void) {
    self.registry = registry
    self.filter = filter
    self.receive = receive
  }

  func deliver(_ batch: RegistryBatch) {
    guard !isCancelled.load(ordering: .acquiring), let view = filter.view(batch) else { return }
    receive(view)
  }

  /// Ends the subscription. A batch that is being handed out by another thread at this moment may still come.
  public func cancel() {
    isCancelled.store(true, ordering: .releasing)
    registry?.contents.withLock { contents in contents.subscriptions.removeAll { $0 === self } }
  }
}
