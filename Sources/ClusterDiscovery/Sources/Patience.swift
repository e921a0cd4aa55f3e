import Synchronization

/// When what is under way has taken too long; every sign of life puts it off.
package final class Patience: Sendable {
  private let due: Mutex<ContinuousClock.Instant>

  /// The first sign of life must come within this time.
  package init(_ limit: Duration) { due = Mutex(.now + limit) }

  /// There was a sign of life; the next one must come within this time.
  package func extend(by limit: Duration) { due.withLock { $0 = .now + limit } }

  /// Does something, and cancels it when it takes too long.
  ///
  /// - Returns: `nil` when it took too long.
  package func run<Outcome: Sendable>(_ body: @escaping @Sendable () async -> Outcome) async -> Outcome? {
    await withTaskGroup(of: Outcome?.self) { group in
      group.addTask { await body() }
      group.addTask {
        await self.wait()
        return nil
      }
      let first = await group.next() ?? nil
      group.cancelAll()
      return first
    }
  }

  /// Returns when it has taken too long, or the task is cancelled.
  private func wait() async {
    while !Task.isCancelled {
      let due = due.withLock { $0 }
      guard due > .now else { return }
      try? await Task.sleep(until: due, clock: .continuous)
    }
  }
}
