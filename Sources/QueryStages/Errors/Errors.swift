import Logging
import QueryEngine
import Synchronization

/// Logs why queries got no better answer; messages that are alike may be counted and logged once in a while.
final class Errors: QueryStage {
  static let name = "errors"

  private let log: Logger
  private let rules: [ConsolidationRule]
  private let counts: Mutex<[ConsolidationCount]>
  /// Rules whose period has begun, for ``ErrorSummaries``.
  let begun: AsyncStream<Int>
  private let begin: AsyncStream<Int>.Continuation

  init(rules: [ConsolidationRule], log: Logger) {
    self.log = log
    self.rules = rules
    counts = Mutex(rules.map { ConsolidationCount(showsFirst: $0.showsFirst) })
    (begun, begin) = AsyncStream.makeStream()
  }

  /// What the fast path answers is no failure.
  var fastPath: FastPathRole { .transparent }

  func answer(_ query: Query, next: NextStage) async -> Response? {
    let response = await next(query)
    if let response, let failure = response.failure { note(failure, response, query) }
    return response
  }

  private func note(_ failure: String, _ response: Response, _ query: Query) {
    if let index = rules.firstIndex(where: { $0.pattern.matches(failure) }) {
      let step = counts.withLock { $0[index].add() }
      if step.beginsPeriod { begin.yield(index) }
      if !step.isLogged { return }
    }
    let question = query.question
    log.error(
      "\(response.message.responseCode.rawValue) \(question.name.lowercased()) \(question.type): \(failure)")
  }

  /// How long after the first message of its kind the summary comes.
  func period(of rule: Int) -> Duration { rules[rule].period }

  /// Logs how many messages of the kind came, and counts anew.
  func summarize(_ rule: Int) {
    guard let count = counts.withLock({ $0[rule].finish() }) else { return }
    let rule = rules[rule]
    log.log(level: rule.level, "\(count) errors like '\(rule.pattern.pattern)' occurred in last \(rule.period.goText)")
  }

  /// Logs all summaries that are due at any time: the configuration goes.
  func summarizeAll() { rules.indices.forEach(summarize) }
}

/// The option `consolidate DURATION REGEXP [LEVEL] [show_first]`.
struct ConsolidationRule: Sendable {
  var period: Duration
  var pattern: GoRegex
  var level: Logger.Level
  /// The first message of a period is logged as it comes, too.
  var showsFirst: Bool
}

/// The messages of one rule in the present period.
struct ConsolidationCount: Sendable {
  let showsFirst: Bool
  private var count = 0

  init(showsFirst: Bool) { self.showsFirst = showsFirst }

  /// Takes a message: whether it is logged itself, and whether a period begins with it.
  mutating func add() -> (isLogged: Bool, beginsPeriod: Bool) {
    count += 1
    return (showsFirst && count == 1, count == 1)
  }

  /// Ends the period: the number for the summary; `nil` when there is nothing to say that was not logged yet.
  mutating func finish() -> Int? {
    defer { count = 0 }
    return count > (showsFirst ? 1 : 0) ? count : nil
  }
}

/// Waits until summaries are due, and logs them.
struct ErrorSummaries: BackgroundService {
  let errors: Errors
  /// Waits; throws when the service is to end.
  var sleep: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }

  func run() async {
    await withTaskGroup(of: Void.self) { group in
      for await rule in errors.begun {
        group.addTask {
          // An end that comes early is no reason to lose the summary.
          try? await sleep(errors.period(of: rule))
          errors.summarize(rule)
        }
      }
    }
    errors.summarizeAll()
  }
}
