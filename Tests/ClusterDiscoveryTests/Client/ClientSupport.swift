import ClusterDiscovery
import NetworkAddresses
import Synchronization

/// A clock that goes on only when it is told to.
final class ManualClock: Sendable {
  private struct Sleeper {
    let until: ContinuousClock.Instant
    let waiter: CheckedContinuation<Void, Never>
  }

  private struct State {
    var now: ContinuousClock.Instant
    var last = 0
    var sleepers: [Int: Sleeper] = [:]
  }

  private let state = Mutex(State(now: .now))

  var now: ContinuousClock.Instant { state.withLock { $0.now } }

  var clock: ClientClock {
    ClientClock(now: { self.now }, sleep: { await self.sleep(until: $0) })
  }

  /// Goes on, and wakes whose time has come.
  func advance(by duration: Duration) {
    let due = state.withLock { state in
      state.now += duration
      let due = state.sleepers.filter { $0.value.until <= state.now }
      for number in due.keys { state.sleepers[number] = nil }
      return due.values
    }
    for sleeper in due { sleeper.waiter.resume() }
  }

  private func sleep(until: ContinuousClock.Instant) async {
    let number = state.withLock { state in
      state.last += 1
      return state.last
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { waiter in
        let isOver = state.withLock { state in
          if state.now >= until || Task.isCancelled { return true }
          state.sleepers[number] = Sleeper(until: until, waiter: waiter)
          return false
        }
        if isOver { waiter.resume() }
      }
    } onCancel: {
      state.withLock { $0.sleepers.removeValue(forKey: number) }?.waiter.resume()
    }
  }
}

/// A condition that tasks wait for; what it is made of changes through ``change(_:)`` only.
final class Watched<Value: Sendable>: Sendable {
  private struct State {
    var value: Value
    var waiters: [CheckedContinuation<Void, Never>] = []
  }

  private let state: Mutex<State>

  init(_ value: Value) { state = Mutex(State(value: value)) }

  var value: Value { state.withLock { $0.value } }

  func change(_ body: (inout Value) -> Void) {
    let waiters = state.withLock { state in
      body(&state.value)
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.resume() }
  }

  func wait(until condition: (Value) -> Bool) async {
    while true {
      await withCheckedContinuation { waiter in
        let isOver = state.withLock { state in
          if condition(state.value) { return true }
          state.waiters.append(waiter)
          return false
        }
        if isOver { waiter.resume() }
      }
      if condition(value) { return }
    }
  }
}

extension ToldSource {
  /// Says that these are the endpoints.
  func say(_ endpoints: [Endpoint]) { tell(.success(EndpointSet(webTarget, endpoints))) }

  /// Says that it cannot say anything.
  func fail(_ reason: DiscoveryError.Reason) { tell(failure(reason)) }
}

/// Runs a client for the length of a closure.
func running<Result>(
  _ client: ServiceClient, _ body: () async throws -> Result
) async rethrows -> Result {
  async let _: Void = client.run()
  return try await body()
}
