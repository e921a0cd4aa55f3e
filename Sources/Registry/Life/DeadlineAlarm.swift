import Synchronization

/// Wakes the one who waits for the next deadline, when an earlier one comes up.
package final class DeadlineAlarm: Sendable {
  private struct State: Sendable {
    var isRung = false
    var sleeper: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())

  /// One that has not rung.
  package init() {}

  /// Ends the wait that goes on, or the next one.
  package func ring() {
    let sleeper = state.withLock { state in
      defer { state.sleeper = nil }
      state.isRung = state.sleeper == nil
      return state.sleeper
    }
    sleeper?.resume()
  }

  /// Returns at that time of a clock in milliseconds, when the alarm rings, or when the task is cancelled.
  package func wait(until time: Int64?, now: Int64) async {
    guard let time else { return await wait() }
    if time <= now { return }
    await withTaskGroup(of: Void.self) { group in
      group.addTask { try? await Task.sleep(for: .milliseconds(time - now)) }
      group.addTask { await self.wait() }
      await group.next()
      group.cancelAll()
    }
  }

  private func wait() async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let mayEnd = state.withLock { state in
          if state.isRung || Task.isCancelled {
            state.isRung = false
            return true
          }
          state.sleeper = continuation
          return false
        }
        if mayEnd { continuation.resume() }
      }
    } onCancel: {
      state.withLock { state in
        defer { state.sleeper = nil }
        return state.sleeper
      }?.resume()
    }
  }
}
