import DNSWire
import DNSZone
import QueryEngine

/// Zones by their names.
struct ZoneTable: Sendable {
  private(set) var files: [DomainName: ZoneFile] = [:]

  subscript(zone: DomainName) -> ZoneFile? {
    get { files[zone] }
    set { files[zone] = newValue }
  }

  /// The zone of most labels that a name lies in; for DS the one above, when that is here too (RFC 4035 §3.1.4.1).
  ///
  /// Complexity: O(labels).
  func file(for name: DomainName, _ type: RecordType) -> ZoneFile? {
    var found: ZoneFile?
    for labels in (0...name.labelCount).reversed() {
      guard let file = files[labels == name.labelCount ? name : name.suffix(labels: labels)] else { continue }
      if found != nil || type != .ds || labels < name.labelCount { return file }
      found = file
    }
    return found
  }
}

extension ZoneFile {
  /// What the zone says to a query. A name that it does not have goes to the next stage when it falls through.
  func answer(_ query: Query, next: NextStage, falls: Fallthrough = .nowhere) async -> Response? {
    let question = query.question
    // Transfers are the business of the directive `transfer`.
    if question.type == .axfr || question.type == .ixfr { return Response(.refused, to: query) }
    guard let (zone, version) = current else {
      return Response(.servFail, to: query, failure: "the zone \(origin) could not be read")
    }
    let found = zone.lookup(question.name, question.type)
    if found.rcode == .nxDomain, found.answers.isEmpty, falls.applies(to: question.name) { return await next(query) }
    var response = Response(Message(found, to: query))
    response.freshness = ZoneFreshness(file: self, version: version)
    guard let target = found.externalTarget, query.depth < NextStage.deepest else { return response }
    return await follow(target, of: query, from: response, next: next)
  }

  /// Asks all stages for the target of a CNAME that leaves the zone, and puts what they say behind it.
  ///
  /// A target that nobody here has an answer for leaves the CNAME alone, which any resolver follows.
  private func follow(
    _ target: DomainName, of query: Query, from response: Response, next: NextStage
  ) async -> Response {
    var question = query
    question.question.name = target
    guard let other = await next.fromStart(question) else { return response }
    let code = other.message.responseCode
    if code == .refused || other.servedBy == "" { return response }
    var whole = response
    whole.message.answers += other.message.answers
    // The code is that of the last name (RFC 6604 §3), and so is the denial.
    whole.message.responseCode = code
    if other.message.authorities.contains(where: { $0.type == .soa }) {
      whole.message.authorities = other.message.authorities
    }
    whole.message.truncated = other.message.truncated
    whole.failure = other.failure
    whole.freshness = ZoneFreshness(response.freshness, and: other.freshness)
    return whole
  }
}

extension Message {
  /// What a zone says, as the answer to a query.
  init(_ answer: ZoneAnswer, to query: Query) {
    self = .response(to: query.message)
    responseCode = answer.rcode
    authoritative = answer.authoritative
    answers = answer.answers
    authorities = answer.authorities
    additionals = answer.additionals
  }
}

/// An answer from a zone is fresh until that zone is read anew.
struct ZoneFreshness: Freshness {
  private let isCurrent: @Sendable () -> Bool

  init(file: ZoneFile, version: UInt64) {
    isCurrent = { file.current?.version == version }
  }

  /// That of an answer from two sources.
  init(_ one: (any Freshness)?, and other: (any Freshness)?) {
    isCurrent = { (one?.isFresh ?? true) && (other?.isFresh ?? true) }
  }

  var isFresh: Bool { isCurrent() }
}
