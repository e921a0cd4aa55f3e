import Synchronization

/// A source whose subscriptions to one target are one subscription of the source behind it, however many readers there are.
///
/// It begins with the first reader and is cancelled when the last one goes. Who comes later first gets what is newest.
public struct SharedSource: DiscoverySource {
  private let source: any DiscoverySource
  private let shares: Shares

  /// Shares the subscriptions of a source.
  public init(_ source: any DiscoverySource) {
    self.source = source
    shares = Shares(source)
  }

  /// The name of the source behind it.
  public var name: String { source.name }

  /// What the source behind it says at this moment.
  public func lookup(_ target: Target) async throws(DiscoveryError) -> EndpointSet { try await source.lookup(target) }

  /// What the source behind it says to all readers of the target.
  public func subscribe(to target: Target) -> EndpointUpdates {
    EndpointUpdates { [shares] publisher in
      let (number, ended) = shares.join(target, publisher)
      for await _ in ended {}
      shares.leave(target, number)
    }
  }
}

/// The subscriptions that are shared, and by whom.
private final class Shares: Sendable {
  /// What a reader is told with, and how it learns that the source has nothing more to say.
  private struct Reader {
    let publisher: EndpointPublisher
    let ended: AsyncStream<Void>.Continuation
  }

  private struct Share {
    /// Tells this subscription from an earlier one to the same target, whose task may still be on its way out.
    let number: UInt64
    var readers: [UInt64: Reader] = [:]
    var newest: EndpointUpdate?
    var task: Task<Void, Never>?
  }

  private struct State {
    var shares: [Target: Share] = [:]
    var lastNumber: UInt64 = 0

    mutating func newNumber() -> UInt64 {
      lastNumber += 1
      return lastNumber
    }
  }

  private let source: any DiscoverySource
  private let state = Mutex(State())

  init(_ source: any DiscoverySource) { self.source = source }

  func join(_ target: Target, _ publisher: EndpointPublisher) -> (number: UInt64, ended: AsyncStream<Void>) {
    let (stream, ended) = AsyncStream.makeStream(of: Void.self)
    let number = state.withLock { state in
      let number = state.newNumber()
      var share = state.shares[target] ?? begin(target, state.newNumber())
      share.readers[number] = Reader(publisher: publisher, ended: ended)
      if let newest = share.newest { publisher.publish(newest) }
      state.shares[target] = share
      return number
    }
    return (number, stream)
  }

  func leave(_ target: Target, _ number: UInt64) {
    let task = state.withLock { state -> Task<Void, Never>? in
      state.shares[target]?.readers[number] = nil
      guard let share = state.shares[target], share.readers.isEmpty else { return nil }
      state.shares[target] = nil
      return share.task
    }
    task?.cancel()
  }

  private func begin(_ target: Target, _ number: UInt64) -> Share {
    let task = Task {
      for await update in source.subscribe(to: target) { publish(update, target, number) }
      end(target, number)
    }
    return Share(number: number, task: task)
  }

  /// Under the lock, so that nobody gets an older update after a newer one.
  private func publish(_ update: EndpointUpdate, _ target: Target, _ number: UInt64) {
    state.withLock { state in
      guard state.shares[target]?.number == number else { return }
      state.shares[target]?.newest = update
      for reader in state.shares[target]?.readers.values.map(\.publisher) ?? [] { reader.publish(update) }
    }
  }

  private func end(_ target: Target, _ number: UInt64) {
    let readers = state.withLock { state -> [Reader] in
      guard let share = state.shares[target], share.number == number else { return [] }
      state.shares[target] = nil
      return Array(share.readers.values)
    }
    for reader in readers { reader.ended.finish() }
  }
}
