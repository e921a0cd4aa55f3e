import Synchronization

/// Tells any number of tasks that something changed.
final class ChangeSignal: Sendable {
  private struct State {
    var version: UInt64 = 0
    var lastWaiter: UInt64 = 0
    var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
  }

  private let state = Mutex(State())

  /// Rises with each change. To be read before what may change is looked at.
  var version: UInt64 { state.withLock { $0.version } }

  /// Wakes all who wait.
  func notify() {
    let waiters = state.withLock { state in
      state.version &+= 1
      defer { state.waiters = [:] }
      return state.waiters
    }
    for waiter in waiters.values { waiter.resume() }
  }

  /// Waits for a change after `version`, or the end of the task.
  func wait(after version: UInt64) async {
    let number = state.withLock { state in
      state.lastWaiter &+= 1
      return state.lastWaiter
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { waiter in
        let isDone = state.withLock { state in
          // Whoever cancels sets the flag before it looks for the waiter.
          if state.version != version || Task.isCancelled { return true }
          state.waiters[number] = waiter
          return false
        }
        if isDone { waiter.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiters.removeValue(forKey: number) }?.resume()
    }
  }

  /// Waits for a change after `version`, a time, or the end of the task.
  func wait(after version: UInt64, until deadline: ContinuousClock.Instant?, _ clock: ClientClock) async {
    guard let deadline else { return await wait(after: version) }
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.wait(after: version) }
      group.addTask { await clock.sleep(deadline) }
      await group.next()
      group.cancelAll()
    }
  }
}
