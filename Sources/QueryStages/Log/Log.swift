import DNSWire
import Logging
import QueryEngine

/// Writes a line for each query, and how it was answered.
struct Log: QueryStage {
  static let name = "log"

  /// The first rule whose zone the name lies in decides.
  let rules: [LogRule]
  let log: Logger

  var fastPath: FastPathRole { .guards(self) }

  func answer(_ query: Query, next: NextStage) async -> Response? {
    guard let rule = rules.first(where: { query.question.name.isSubdomain(of: $0.zone) }) else {
      return await next(query)
    }
    let start = ContinuousClock.now
    let response = await next(query)
    if rule.logs(response?.message) {
      let entry = LogEntry(query: query, response: response?.message, duration: .now - start)
      log.info("\(rule.format.text(entry))")
    }
    return response
  }
}

extension Log: FastGuard {
  /// The fast path's answers are none of the class `error`: a rule for errors alone has nothing to log of them.
  func passage(to zone: DomainName) -> FastPassage {
    rules.contains { $0.classes != [.error] && ZoneSet([$0.zone]).overlaps(zone) } ? .shut : .open
  }
}

/// Which queries are logged, and how.
struct LogRule: Sendable {
  var zone: DomainName
  var format: LogFormat
  /// Empty for all.
  var classes: Set<AnswerClass>

  /// Whether an answer is of one of the classes. A query that was dropped has none, and shows only where all are logged.
  func logs(_ response: Message?) -> Bool {
    classes.isEmpty || response.map { classes.contains(AnswerClass($0)) } == true
  }
}

/// How an answer went, in CoreDNS's words.
enum AnswerClass: String, Sendable, CaseIterable {
  case success, denial, error

  /// A denial has an SOA: without one, an empty answer counts as a success, and NXDOMAIN as an error.
  init(_ message: Message) {
    if message.responseCode == .noError, message.answers.contains(where: { $0.type == message.questions.first?.type }) {
      self = .success
      return
    }
    let isDenial = message.authorities.contains { $0.type == .soa }
    switch message.responseCode {
    case .noError: self = isDenial ? .denial : .success
    case .nxDomain: self = isDenial ? .denial : .error
    default: self = .error
    }
  }
}
