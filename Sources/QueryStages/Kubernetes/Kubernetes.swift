import ClusterZone
import DNSWire
import FinishedAnswers
import QueryEngine

/// Answers the zones of one `kubernetes` directive from the cluster's objects, mostly on the fast path.
struct Kubernetes: QueryStage {
  static let name = "kubernetes"

  /// The directive's zones.
  let cluster: ClusterZone

  var fastPath: FastPathRole { .answers(cluster.zones) }

  func answer(_ query: Query, next: NextStage) async -> Response? {
    guard let zone = cluster.zone(of: query.question.name) else { return await next(query) }
    // Names of the cluster are nobody else's to answer, in no class.
    guard query.question.class == .in else {
      return fallsThrough(query) ? await next(query) : Response(.refused, to: query)
    }
    guard cluster.zones[zone].isSynced else {
      return Response(.servFail, to: query, failure: "the cluster's objects have not come yet")
    }
    // Transfers are the business of the directive `transfer`.
    if query.question.type == .axfr || query.question.type == .ixfr { return Response(.refused, to: query) }
    let key = cluster.key(of: query.question.name, in: zone)
    switch reply(to: query, key: key, zone: zone) {
    case .answer(let response): return response
    case .denial(let response): return fallsThrough(query) ? await next(query) : response
    case .alias: return await follow(query, key: key, zone: zone, next: next)
    }
  }

  private func fallsThrough(_ query: Query) -> Bool { cluster.configuration.fallsThrough(query.question.name) }

  private enum Reply {
    case answer(Response)
    case denial(Response)
    case alias
  }

  /// What the zone says of the name, with the same octets as on the fast path.
  private func reply(to query: Query, key: [UInt8], zone: Int) -> Reply {
    let computed = cluster.computedAnswer(of: key, in: zone)
    // Noted before the answer is read: a change between the two makes the answer stale, never fresh for ever.
    let freshness = NameFreshness(cluster, zone: zone, keys: [key] + (computed.map { [$0.source] } ?? []))
    let asked = query.plainQuestion.encoded()
    switch cluster.zones[zone].reply(to: asked, draft: computed?.draft, reclaimer: cluster.reclaimer) {
    case .answer(let octets): return .answer(response(octets, to: query, freshness))
    case .denial(let octets): return .denial(response(octets, to: query, freshness))
    case .alias: return .alias
    case .unreadable: return .answer(Response(.servFail, to: query, failure: "the question cannot be read"))
    }
  }

  private func response(_ octets: [UInt8], to query: Query, _ freshness: NameFreshness) -> Response {
    guard let message = try? Message(parsing: octets) else {
      return Response(.servFail, to: query, failure: "the finished answer cannot be read")
    }
    var response = Response(message, finished: octets)
    response.freshness = freshness
    return response
  }

  /// The zone's own denial of data for the question.
  func noData(_ query: Query, zone: Int) -> Message {
    var message = Message.response(to: query.message)
    message.authoritative = true
    message.authorities = [cluster.soa(of: zone, asked: query.question.name)]
    return message
  }
}

extension Query {
  /// The question alone, with what of the message decides over the answer's form.
  fileprivate var plainQuestion: Message {
    var plain = Message(id: message.id, questions: [question])
    plain.recursionDesired = message.recursionDesired
    plain.checkingDisabled = message.checkingDisabled
    plain.edns = message.edns.map { EDNS(udpPayloadSize: $0.udpPayloadSize, dnssecOK: $0.dnssecOK) }
    return plain
  }
}
