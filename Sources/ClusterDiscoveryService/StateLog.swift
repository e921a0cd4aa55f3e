import ClusterDiscovery
import Logging

/// Says in the log what becomes of a target's endpoints, once for each change.
struct StateLog {
  private let target: Target
  private let logger: Logger
  private var state = ServiceClientState.waiting
  private var addresses = 0

  init(target: Target, logger: Logger) {
    self.target = target
    self.logger = logger
  }

  /// Notes how things are.
  mutating func note(_ state: ServiceClientState, _ set: EndpointSet?) {
    let count = set?.usable.count ?? 0
    if state != self.state { say(state, count) }
    if count != addresses { logger.debug("\(target): \(count) usable endpoints") }
    self.state = state
    addresses = count
  }

  private func say(_ state: ServiceClientState, _ count: Int) {
    switch state {
    case .waiting: break
    case .fresh: logger.notice("\(target): the source answers, \(count) usable endpoints")
    case .stale: logger.warning("\(target): the source does not answer; its last \(count) endpoints are used")
    case .failed(let error): logger.warning("\(target): no endpoints: \(error.message)")
    }
  }
}
