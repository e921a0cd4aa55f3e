import ClusterModel
public import NIOCore
public import Registry
import Synchronization

/// Probes the registered Pods of a registry, a bounded number at a time. Without such Pods it sleeps.
public final class ProbeRunner: Sendable {
  private struct State: Sendable {
    var table: ProbeTable
    /// How many probes are under way.
    var running = 0
  }

  private let registry: Registry
  private let group: any EventLoopGroup
  /// The most probes at one moment.
  private let limit: Int
  private let state: Mutex<State>
  private let alarm = DeadlineAlarm()

  /// A runner whose connections are the group's.
  ///
  /// - Parameter registry: whose Pods are probed.
  /// - Parameter group: the event loops of the connections.
  /// - Parameter limit: so many probes are under way at most.
  /// - Parameter ranges: where probes may go.
  public init(_ registry: Registry, to ranges: ProbeRanges, on group: any EventLoopGroup, limit: Int = 256) {
    self.registry = registry
    self.group = group
    state = Mutex(State(table: ProbeTable(ranges)))
    self.limit = max(1, limit)
  }

  /// Probes until the task is cancelled; then it waits for what is under way, which takes no longer than the probes may.
  ///
  /// - Parameter log: takes what is worth a line in the log.
  public func run(_ log: @escaping @Sendable (String) -> Void) async {
    let (verdicts, news) = AsyncStream.makeStream(of: [ProbeTable.Verdict].self)
    let uptime = registry.uptime
    let subscription = registry.subscribe(to: [.pod]) { batch in
      let told = self.state.withLock { $0.table.take(batch, now: uptime()) }
      if !told.isEmpty { news.yield(told) }
      self.alarm.ring()
    }
    await withDiscardingTaskGroup { tasks in
      tasks.addTask { for await verdicts in verdicts { await self.tell(verdicts, log) } }
      while !Task.isCancelled {
        let (orders, next) = begin(now: uptime())
        for order in orders {
          tasks.addTask {
            let failure = await ProbeConnection.run(order, on: self.group)
            if let verdict = self.end(order, failure, now: uptime()) { news.yield([verdict]) }
          }
        }
        await alarm.wait(until: next, now: uptime())
      }
      news.finish()
    }
    subscription.cancel()
  }

  /// The probes to make now, and when to look again: when something ends, while no more may be under way.
  private func begin(now: Int64) -> (orders: [ProbeOrder], next: Int64?) {
    state.withLock { state in
      let orders = state.table.due(now: now, limit: limit - state.running)
      state.running += orders.count
      return (orders, state.running < limit ? state.table.next : nil)
    }
  }

  private func end(_ order: ProbeOrder, _ failure: ProbeFailure?, now: Int64) -> ProbeTable.Verdict? {
    defer { alarm.ring() }
    return state.withLock { state in
      state.running -= 1
      return state.table.finish(order, failure, now: now)
    }
  }

  private func tell(_ verdicts: [ProbeTable.Verdict], _ log: @Sendable (String) -> Void) async {
    for verdict in verdicts {
      log("\(verdict.pod) is \(verdict.isWell ? "ready" : "not ready: \(verdict.message)")")
    }
    while await !isKept(verdicts), !Task.isCancelled { try? await Task.sleep(for: .seconds(1)) }
  }

  /// Whether the registry has taken what it was told. When its store fails, which the registry itself says, it is told again: a
  /// probe's outcome is news only once.
  private func isKept(_ verdicts: [ProbeTable.Verdict]) async -> Bool {
    do throws(RegistryError) {
      try await registry.commit { transaction throws(RegistryError) in
        for verdict in verdicts {
          transaction.setContainersReady(
            verdict.isWell, of: verdict.pod, uid: verdict.uid, reason: verdict.reason, message: verdict.message)
        }
      }
      return true
    } catch {
      return false
    }
  }
}
