import DNSWire
import QueryEngine

/// One `template` of a Corefile.
struct TemplateRule: Sendable {
  /// ANY for all.
  var `class`: RecordClass
  /// ANY for all.
  var type: RecordType
  var zones: ZoneSet
  /// Empty: every name matches.
  var patterns: [GoRegex] = []
  var answers: [GoTemplate] = []
  var additionals: [GoTemplate] = []
  var authorities: [GoTemplate] = []
  var responseCode = ResponseCode.noError
  var extendedError: ExtendedError?
  var falls = Fallthrough.nowhere

  enum Outcome {
    /// The query is for the next template.
    case elsewhere
    /// The query is for this template, and none of its expressions matches.
    case refused
    case matched(TemplateData)
  }

  func match(_ query: Query) -> Outcome {
    let question = query.question
    guard let zone = zones.match(question.name), takes(question) else { return .elsewhere }
    let name = question.name.lowercased().description
    if patterns.isEmpty { return .matched(data(query, zone, name, nil, groupNames: [])) }
    for pattern in patterns {
      if let match = pattern.firstMatch(in: name) {
        return .matched(data(query, zone, name, match, groupNames: pattern.groupNames))
      }
    }
    return falls.applies(to: question.name) ? .elsewhere : .refused
  }

  private func takes(_ question: Question) -> Bool {
    (`class` == .any || question.class == .any || question.class == `class`)
      && (type == .any || question.type == .any || question.type == type)
  }

  private func data(
    _ query: Query, _ zone: DomainName, _ name: String, _ match: GoRegex.Match?, groupNames: [String]
  ) -> TemplateData {
    let texts = match.map { match in match.ranges.indices.map { match[$0] } } ?? [name]
    var groups: [String: TemplateValue] = [:]
    for (number, text) in texts.enumerated() { groups["\(number)"] = .string(text) }
    for (groupName, text) in zip(groupNames, texts) where !groupName.isEmpty { groups[groupName] = .string(text) }
    let question = query.question
    return TemplateData(
      zone: zone, name: name, class: question.class == .any ? `class` : question.class,
      type: question.type == .any ? type : question.type, matches: texts, groups: groups, query: query)
  }
}
