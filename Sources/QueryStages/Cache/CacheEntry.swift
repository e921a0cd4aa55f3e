import DNSWire
import FinishedAnswers
import QueryEngine

/// An answer that is kept.
struct CacheEntry: Sendable {
  /// The message in wire form, without OPT: a tenth of what its values would take. It is decoded on each hit.
  let octets: [UInt8]
  /// When it was stored.
  let stored: ContinuousClock.Instant
  /// How long it lives, in seconds.
  let lifetime: UInt32
  /// Whether it tells that its source failed.
  let isFailure: Bool
  /// Whether its source would still answer so.
  let freshness: (any Freshness)?
  var popularity = CachePopularity()
  /// Whether the source is being asked anew.
  var isRefreshing = false

  /// `nil` when the message is too long to be kept whole, or is none: then it could not be given again.
  init?(_ response: Response, _ verdict: CacheVerdict, now: ContinuousClock.Instant) {
    var message = response.message
    message.id = 0
    message.edns = nil
    octets = message.encoded()
    guard let kept = try? Message(parsing: octets), !kept.truncated else { return nil }
    lifetime = verdict.ttl
    isFailure = verdict.isFailure
    freshness = response.freshness
    stored = now
  }

  /// The answer for the fast path, which gives it as ``response(to:ttl:)`` does; `nil` when each query for it is to be seen here: as it tells of a
  /// failure, or may become stale at any time.
  ///
  /// - Parameter now: the second of the server's clock at which it is stored.
  func finished(under key: CacheKey, now: UInt32) -> CachedAnswerDraft? {
    guard !isFailure, freshness == nil else { return nil }
    return CachedAnswerDraft(
      octetsInLowerCase(key.name), dnssecOK: key.dnssecOK, checkingDisabled: key.checkingDisabled, stored: now,
      lifetime: lifetime)
  }

  /// The message as it answers a question in lower case, whatever the first client wrote.
  private func octetsInLowerCase(_ name: DomainName) -> [UInt8] {
    let lower = name.lowercased()
    guard !lower.isIdentical(to: name), let kept = try? Message(parsing: octets), var question = kept.questions.first
    else {
      return octets
    }
    question.name = lower
    return kept.addressed(to: Message(id: 0, questions: [question])).encoded()
  }

  /// How many seconds are left: 0 or less when it is too old.
  func remaining(at now: ContinuousClock.Instant) -> Int64 {
    Int64(lifetime) - stored.duration(to: now).components.seconds
  }

  /// The answer for a query, with this TTL on its records.
  func response(to query: Query, ttl: UInt32) -> Response? {
    guard let kept = try? Message(parsing: octets) else { return nil }
    var message = kept.addressed(to: query.message)
    message.recursionDesired = query.message.recursionDesired
    message.checkingDisabled = query.message.checkingDisabled
    // Some clients take nothing that has no AA; CoreDNS sets it on hits too.
    message.authoritative = true
    message.authenticData = kept.authenticData && query.wantsAuthenticData
    message.setTTL(ttl)
    return Response(message)
  }
}

/// How often an answer was asked for lately.
struct CachePopularity: Sendable, Hashable {
  private(set) var hits = 0
  private var last: ContinuousClock.Instant?

  /// Counts a hit; after a gap the count begins anew.
  mutating func hit(at now: ContinuousClock.Instant, gap: Duration) {
    hits = last.map { $0.duration(to: now) <= gap } == false ? 1 : hits + 1
    last = now
  }
}

extension Query {
  /// Whether the client cares about AD (RFC 6840 §5.7): it set AD or DO.
  var wantsAuthenticData: Bool { dnssecOK || message.authenticData }
}
