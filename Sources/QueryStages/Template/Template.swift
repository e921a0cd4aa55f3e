import DNSWire
import Logging
import QueryEngine
import Synchronization

/// Answers from templates: records whose text is made from the question.
struct Template: QueryStage {
  static let name = "template"

  /// In the order of the Corefile.
  let rules: [TemplateRule]
  let records: RecordCache
  let metrics: TemplateMetrics

  var fastPath: FastPathRole { .guards(self) }

  var takesOtherClasses: Bool { rules.contains { $0.class != .in } }

  func answer(_ query: Query, next: NextStage) async -> Response? {
    for rule in rules {
      switch rule.match(query) {
      case .elsewhere: continue
      case .refused: return Response(.servFail, to: query)
      case .matched(let data):
        metrics.count(.matched, rule, data.zone)
        return await answer(query, rule, data, next)
      }
    }
    return await next(query)
  }

  private func answer(_ query: Query, _ rule: TemplateRule, _ data: TemplateData, _ next: NextStage) async -> Response {
    if rule.responseCode == .servFail { return Response(.servFail, to: query) }
    var message = Message.response(to: query.message)
    message.authoritative = true
    message.responseCode = rule.responseCode
    do throws(TemplateError) {
      for template in rule.answers {
        let record = try record(template, "answer", rule, data)
        message.answers.append(record)
        if case .cname(let target) = record.data { message.answers += await follow(target, query, next) }
      }
      for template in rule.additionals { message.additionals.append(try record(template, "additional", rule, data)) }
      for template in rule.authorities { message.authorities.append(try record(template, "authority", rule, data)) }
    } catch {
      return Response(.servFail, to: query, failure: error.message)
    }
    if let reason = rule.extendedError, query.message.edns != nil {
      message.edns = EDNS(options: [.extendedError(reason)])
    }
    return Response(message)
  }

  /// The answer to the client's question at a CNAME's target, asked of all stages.
  private func follow(_ target: DomainName, _ query: Query, _ next: NextStage) async -> [ResourceRecord] {
    let type = query.question.type
    guard type == .a || type == .aaaa, query.depth < NextStage.deepest else { return [] }
    var targetQuery = query
    targetQuery.question.name = target
    return await next.fromStart(targetQuery)?.message.answers ?? []
  }

  private func record(
    _ template: GoTemplate, _ section: String, _ rule: TemplateRule, _ data: TemplateData
  ) throws(TemplateError) -> ResourceRecord {
    let text: String
    do {
      text = try template.render(.record(data))
    } catch {
      metrics.count(.templateFailed(section, template.source), rule, data.zone)
      throw TemplateError(message: "the template '\(template.source)' fails: \(error.message)")
    }
    do {
      return try records.record(text)
    } catch {
      metrics.count(.recordFailed(section, template.source), rule, data.zone)
      throw TemplateError(message: "the template '\(template.source)' makes no record: \(error.message)")
    }
  }
}

extension Template: FastGuard {
  /// Names that are in no template's zone are nothing to templates.
  func passage(to zone: DomainName) -> FastPassage { rules.contains { $0.zones.overlaps(zone) } ? .shut : .open }
}

/// Records by their text, as far as they were read before: templates mostly give the same ones again.
final class RecordCache: Sendable {
  private let records = Mutex<[String: ResourceRecord]>([:])

  /// When so many are kept, all are forgotten.
  private static let most = 4096
  /// Longer texts are not kept, in octets: so that all take a few megabytes at most.
  private static let longest = 1024

  func record(_ text: String) throws(RecordText.Failure) -> ResourceRecord {
    if let known = records.withLock({ $0[text] }) { return known }
    let record = try RecordText.parse(text)
    if text.utf8.count > Self.longest { return record }
    records.withLock { records in
      if records.count >= Self.most { records = [:] }
      records[text] = record
    }
    return record
  }
}

/// The counters of templates.
struct TemplateMetrics: Sendable {
  enum Event {
    case matched
    /// The section and the template whose text could not be made.
    case templateFailed(String, String)
    /// The section and the template whose text is no record.
    case recordFailed(String, String)
  }

  private let server: String
  private let matches: CounterFamily
  private let templateFailures: CounterFamily
  private let recordFailures: CounterFamily

  init(_ registry: MetricsRegistry, server: String) {
    let labels = ["server", "zone", "view", "class", "type"]
    self.server = server
    matches = registry.counter(
      "coredns_template_matches_total", help: "Queries that a template matched.", labels: labels)
    templateFailures = registry.counter(
      "coredns_template_template_failures_total", help: "Templates that could not be carried out.",
      labels: labels + ["section", "template"])
    recordFailures = registry.counter(
      "coredns_template_rr_failures_total", help: "Templates whose text is no record.",
      labels: labels + ["section", "template"])
  }

  func count(_ event: Event, _ rule: TemplateRule, _ zone: DomainName) {
    let labels = [server, zone.description, "", rule.class.description, rule.type.description]
    switch event {
    case .matched: matches.with(labels).add()
    case .templateFailed(let section, let template): templateFailures.with(labels + [section, template]).add()
    case .recordFailed(let section, let template): recordFailures.with(labels + [section, template]).add()
    }
  }
}
