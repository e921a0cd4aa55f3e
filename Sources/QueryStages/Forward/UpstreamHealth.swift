/// Whether an upstream is well: a state machine without sockets and clocks.
///
/// A question that failed is only a suspicion: it starts probes, and those that fail in a row take the upstream down. One
/// that is answered, whatever the answer, makes it well.
struct UpstreamHealth: Sendable {
  /// So many failed probes in a row take the upstream down; 0: it is never down and never probed.
  let maxFails: Int
  /// How long after a failed probe the next one begins.
  let interval: Duration
  /// How many probes failed since the upstream was well.
  private(set) var fails = 0
  /// Whether a probe is on its way or due.
  private(set) var isProbing = false

  /// What is to be done now.
  enum Step: Sendable, Hashable {
    case nothing
    case probe(after: Duration)
  }

  init(maxFails: Int, interval: Duration) {
    self.maxFails = maxFails
    self.interval = interval
  }

  /// Whether others are to be asked instead.
  var isDown: Bool { maxFails > 0 && fails >= maxFails }

  /// A question had no answer.
  mutating func exchangeFailed() -> Step {
    guard maxFails > 0, !isProbing else { return .nothing }
    isProbing = true
    return .probe(after: .zero)
  }

  /// A probe ended.
  mutating func probed(isAlive: Bool) -> Step {
    guard !isAlive else {
      fails = 0
      isProbing = false
      return .nothing
    }
    fails = min(fails + 1, maxFails)
    return .probe(after: interval)
  }
}
