import DNSWire

/// What the cache makes of an answer: where it belongs and how long it lives. Pure.
struct CacheVerdict: Sendable, Hashable {
  /// Where the answer is kept; `nil`: nowhere.
  let kind: CacheKind?
  /// The TTL of all records of the answer, the first time it is given too, in seconds; how long it is kept.
  let ttl: UInt32
  /// Whether the source failed (SERVFAIL, NOTIMP).
  let isFailure: Bool

  /// Judges the answer to a query. Without an SOA a denial of the name is not kept (RFC 2308 §5), nor is anything truncated.
  init(_ message: Message, settings: CacheSettings) {
    let hasSOA = message.authorities.contains { $0.type == .soa }
    let isDenial = hasSOA && (message.responseCode == .nxDomain || message.isNoData)
    let bounds = settings.bounds(of: isDenial ? .denial : .success)
    isFailure = message.responseCode == .servFail || message.responseCode == .notImp
    ttl = isFailure ? settings.failureTTL : bounds.clamp(message.shortestTTL())
    switch message.responseCode {
    case _ where message.truncated: kind = nil
    case .noError: kind = isDenial ? .denial : .success
    case .nxDomain: kind = isDenial ? .denial : nil
    case .servFail, .notImp: kind = .denial
    default: kind = nil
    }
  }
}

extension Message {
  /// The TTL of an answer that has no record to tell it, in seconds.
  private static var defaultTTL: UInt32 { 5 }

  /// Whether the name exists, but not the type.
  fileprivate var isNoData: Bool { responseCode == .noError && answers.isEmpty }

  /// Whether something is denied: the name, its type, or that at the end of a chain of aliases (RFC 2308 §2).
  private var denies: Bool {
    guard responseCode == .nxDomain || responseCode == .noError, let asked = questions.first?.type else { return false }
    return !answers.contains { $0.type == asked }
  }

  /// The shortest TTL of all records, in seconds; what is denied is so no longer than the SOA says (RFC 2308 §5). A
  /// referral has no TTL of its own.
  fileprivate func shortestTTL() -> UInt32 {
    guard !answers.isEmpty || authorities.contains(where: { $0.type == .soa }) else { return Self.defaultTTL }
    var shortest = UInt32.max
    for section in [answers, authorities, additionals] {
      for record in section { shortest = min(shortest, record.ttl) }
    }
    guard denies else { return shortest }
    return authorities.reduce(shortest) { shortest, record in
      if case .soa(let soa) = record.data { min(shortest, soa.minimum) } else { shortest }
    }
  }

  /// Gives all records this TTL.
  mutating func setTTL(_ ttl: UInt32) {
    for index in answers.indices { answers[index].ttl = ttl }
    for index in authorities.indices { authorities[index].ttl = ttl }
    for index in additionals.indices { additionals[index].ttl = ttl }
  }
}
