import Synchronization

/// The newest endpoint set or error of a subscription.
public typealias EndpointUpdate = Result<EndpointSet, DiscoveryError>

/// The endpoint sets of a target, newest first, for as long as somebody reads.
///
/// Each iterator is a subscription with a task of its own, which ends when the iterator goes, or the reading task is cancelled.
/// What comes between two reads is coalesced: the reader gets the newest. The sequence ends when the source has nothing more to say.
public struct EndpointUpdates: AsyncSequence, Sendable {
  /// A whole set, or why there is none.
  public typealias Element = EndpointUpdate
  /// Errors are elements.
  public typealias Failure = Never

  private let produce: @Sendable (EndpointPublisher) async -> Void

  /// Updates that `produce` publishes, for each reader anew. It is run in a task that is cancelled when the reader goes; the
  /// sequence ends when it returns.
  public init(_ produce: @escaping @Sendable (EndpointPublisher) async -> Void) { self.produce = produce }

  /// A subscription; its task starts with the first read.
  public func makeAsyncIterator() -> Iterator { Iterator(reader: Reader(produce)) }

  /// One subscription.
  public struct Iterator: AsyncIteratorProtocol {
    fileprivate let reader: Reader

    /// The newest update that was not read yet; `nil` when there will be none, or the task is cancelled.
    public mutating func next(isolation actor: isolated (any Actor)?) async -> EndpointUpdate? { await reader.next() }

    /// The newest update that was not read yet; `nil` when there will be none, or the task is cancelled.
    public mutating func next() async -> EndpointUpdate? { await reader.next() }
  }
}

/// The writing end of a subscription.
public struct EndpointPublisher: Sendable {
  fileprivate let cell: UpdateCell

  /// Hands over what is newest; what was not read before is dropped, and so is a set that says the same as the one before.
  public func publish(_ update: EndpointUpdate) { cell.put(update)?.resume() }

  /// Hands over a set.
  public func publish(_ set: EndpointSet) { publish(.success(set)) }

  /// Hands over an error; the subscription goes on.
  public func publish(_ error: DiscoveryError) { publish(.failure(error)) }
}

/// A subscription's task and what it published, owned by the iterator.
private final class Reader: Sendable {
  private let cell = UpdateCell()
  private let task: Mutex<Task<Void, Never>?> = Mutex(nil)
  private let produce: @Sendable (EndpointPublisher) async -> Void

  init(_ produce: @escaping @Sendable (EndpointPublisher) async -> Void) { self.produce = produce }

  deinit { task.withLock { $0 }?.cancel() }

  func next() async -> EndpointUpdate? {
    start()
    while !Task.isCancelled {
      switch cell.take() {
      case .update(let update): return update
      case .ended: return nil
      case .nothing: await waitForMore()
      }
    }
    task.withLock { $0 }?.cancel()
    return nil
  }

  private func waitForMore() async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        cell.wait(continuation)?.resume()
      }
    } onCancel: {
      cell.wake()?.resume()
    }
  }

  private func start() {
    task.withLock { task in
      guard task == nil else { return }
      let (cell, produce) = (cell, produce)
      task = Task {
        await produce(EndpointPublisher(cell: cell))
        cell.end()?.resume()
      }
    }
  }
}

/// The newest update of a subscription, and who waits for it. Each call gives the continuation that is to be resumed outside the lock.
private final class UpdateCell: Sendable {
  typealias Waiter = CheckedContinuation<Void, Never>

  enum Taken {
    case update(EndpointUpdate)
    case nothing
    case ended
  }

  private struct State {
    var newest: EndpointUpdate?
    var last: EndpointUpdate?
    var hasEnded = false
    /// Somebody was told to look again before it waited.
    var isWoken = false
    var waiter: Waiter?

    mutating func takeWaiter() -> Waiter? {
      defer { waiter = nil }
      return waiter
    }
  }

  private let state = Mutex(State())

  func put(_ update: EndpointUpdate) -> Waiter? {
    state.withLock { state in
      if state.newest.map({ $0.saysTheSame(as: update) }) ?? false { return nil }
      // What was not read is dropped; what says the same as the one that was read is no news.
      guard !(state.last.map { $0.saysTheSame(as: update) } ?? false) else {
        state.newest = nil
        return nil
      }
      state.newest = update
      return state.takeWaiter()
    }
  }

  func end() -> Waiter? {
    state.withLock { state in
      state.hasEnded = true
      return state.takeWaiter()
    }
  }

  func take() -> Taken {
    state.withLock { state in
      guard let newest = state.newest else { return state.hasEnded ? .ended : .nothing }
      state.last = newest
      state.newest = nil
      return .update(newest)
    }
  }

  /// Waits, unless there is something already.
  func wait(_ continuation: Waiter) -> Waiter? {
    state.withLock { state in
      if state.newest != nil || state.hasEnded || state.isWoken {
        state.isWoken = false
        return continuation
      }
      state.waiter = continuation
      return nil
    }
  }

  /// Has the reader look again.
  func wake() -> Waiter? {
    state.withLock { state in
      state.isWoken = state.waiter == nil
      return state.takeWaiter()
    }
  }
}

extension EndpointUpdate {
  /// Whether both say the same.
  fileprivate func saysTheSame(as other: EndpointUpdate) -> Bool {
    switch (self, other) {
    case (.success(let a), .success(let b)): a.saysTheSame(as: b)
    case (.failure(let a), .failure(let b)): a == b
    default: false
    }
  }
}
