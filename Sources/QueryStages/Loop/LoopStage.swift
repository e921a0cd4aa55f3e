import DNSWire
import Logging
import QueryEngine
import Synchronization

/// The directive `loop`: finds out at the start whether questions that are forwarded come back, and ends the process then.
final class LoopStage: QueryStage {
  static let name = "loop"

  private let zone: DomainName
  private let watch: Mutex<LoopWatch>
  private let logger: Logger
  private let giveUp: @Sendable () -> Void

  /// - Parameter giveUp: ends the process.
  init(zone: DomainName, watch: LoopWatch, logger: Logger, giveUp: @escaping @Sendable () -> Void) {
    self.zone = zone
    self.watch = Mutex(watch)
    self.logger = logger
    self.giveUp = giveUp
  }

  func answer(_ query: Query, next: NextStage) async -> Response? {
    if query.question.type == .hinfo, watch.withLock({ $0.sees(query.question) }) { report(query) }
    return await next(query)
  }

  private func report(_ query: Query) {
    let (client, port) = (query.origin.client, query.origin.local.port)
    logger.critical(
      """
      Loop (\(client) -> :\(port)) detected for zone "\(zone)", see https://coredns.io/plugins/loop#troubleshooting. \
      Query: "HINFO \(query.question.name)"
      """)
    giveUp()
  }

  /// Begins to look out for the question that must not come back.
  func beginWatch() -> Question {
    watch.withLock { watch in
      watch.begin()
      return Question(name: watch.name, type: .hinfo)
    }
  }

  /// Looks out no longer.
  func endWatch() { watch.withLock { $0.end() } }

  var fastPath: FastPathRole { .transparent }
}
