import DNSWire
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
