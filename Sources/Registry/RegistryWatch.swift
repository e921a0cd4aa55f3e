/// The changes of objects as an endless sequence of batches; it ends when its task is cancelled.
public struct RegistryWatch: AsyncSequence, Sendable {
  /// What is new, seen through the filter.
  public typealias Element = RegistryBatch
  /// `Expired`, when the history no longer reaches back to where a reader stands.
  public typealias Failure = RegistryError

  private let registry: Registry
  private let version: UInt64?
  private let filter: RegistryFilter

  init(_ registry: Registry, after version: UInt64?, _ filter: RegistryFilter) {
    self.registry = registry
    self.version = version
    self.filter = filter
  }

  /// A reader of its own, from the beginning of the watch.
  public func makeAsyncIterator() -> Iterator { Iterator(registry: registry, version: version, filter: filter) }

  /// One reader's place in the changes.
  public struct Iterator: AsyncIteratorProtocol {
    let registry: Registry
    /// The version up to which everything was read; `nil` before the first batch of a watch that begins with everything.
    public fileprivate(set) var version: UInt64?
    let filter: RegistryFilter

    /// The next batch; `nil` when the task was cancelled.
    public mutating func next(isolation actor: isolated (any Actor)?) async throws(RegistryError) -> RegistryBatch? {
      while !Task.isCancelled {
        switch try registry.step(after: version, filter) {
        case .batch(let batch):
          version = batch.version
          return batch
        case .nothing(let upTo):
          version = upTo
          guard let batch = await registry.wait(after: upTo, filter) else { continue }
          version = batch.version
          return batch
        }
      }
      return nil
    }
  }
}

extension Registry {
  fileprivate func step(after version: UInt64?, _ filter: RegistryFilter) throws(RegistryError) -> WatchStep {
    try contents.withLock { contents throws(RegistryError) in try contents.step(after: version, filter) }
  }

  /// The next batch of interest; `nil` when it is time to look again, or the task was cancelled.
  fileprivate func wait(after version: UInt64, _ filter: RegistryFilter) async -> RegistryBatch? {
    let number = contents.withLock { $0.newWaiter() }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        contents.withLock { contents in
          if Task.isCancelled {
            continuation.resume(returning: nil)
          } else {
            contents.wait(number, after: version, filter, continuation)
          }
        }
      }
    } onCancel: {
      contents.withLock { $0.cancelWaiter(number) }?.resume(returning: nil)
    }
  }
}
