import Synchronization

/// The stages of a server block that `/ready` asks.
final class ReadinessList: Sendable {
  private let asksAlways: Bool
  private let waiting = Mutex<[any ReadinessCheck]>([])

  /// - Parameter asksAlways: a stage that was ready once is asked again each time.
  init(asksAlways: Bool) { self.asksAlways = asksAlways }

  func set(_ checks: [any ReadinessCheck]) { waiting.withLock { $0 = checks } }

  /// The names of the stages that are not ready, each once, sorted.
  func notReady() -> [String] {
    waiting.withLock { waiting in
      let late = waiting.filter { !$0.isReady }
      if !asksAlways { waiting = late }
      return Set(late.map(\.name)).sorted()
    }
  }
}
