import DNSWire
import FinishedAnswers
import NetworkAddresses
import QueryEngine
import Reclamation

/// A cache in front of another server, which has kept the addresses of all Services that the sample cluster has.
struct KeptAnswers {
  let reclaimer = Reclaimer()
  let metrics = MetricsRegistry()
  let plan: ServerPlan

  init() throws {
    let (denials, successes) = (AnswerTable(reclaimer: reclaimer), AnswerTable(reclaimer: reclaimer))
    successes.apply(try (0..<SampleCluster.services).compactMap { try Self.answer($0).map { .set($0.answer) } })
    let cache = KeptPart(
      kept: FastCacheAnswers(
        denials: denials, successes: successes, keepsTTL: false, counters: CachePart(registry: metrics).counters))
    plan = ServerPlan(blocks: [BlockPlan(zones: [.root], server: "dns://:53", stages: [Role(fastPath: .caches(cache))])]
    )
  }

  /// What the other server said when it was asked for the addresses of a Service.
  private static func answer(_ number: Int) throws -> CachedAnswerDraft? {
    let name = try DomainName("service-\(number).\(SampleCluster.namespace(number)).svc.cluster.local")
    var message = Message(id: 0, isResponse: true, questions: [Question(name: name, type: .a)])
    message.answers = (0..<3).map { index in
      ResourceRecord(name: name, ttl: 3_600, data: .a(IPv4Address(10, 9, UInt8(number & 0xFF), UInt8(index))))
    }
    return CachedAnswerDraft(
      message.encoded(), dnssecOK: false, checkingDisabled: false, stored: ServerClock.seconds, lifetime: 3_600)
  }
}

private struct KeptPart: FastCaching {
  let kept: FastCacheAnswers?

  func fastPolicy(for zone: DomainName) -> FastCachePolicy? { nil }
}
