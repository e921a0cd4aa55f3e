import DNSWire

/// What a reply says about its question. Pure.
enum ReplyReading: Equatable {
  /// The records at the end of the chain of aliases, in the message's order.
  case records([RecordData], ttl: UInt32)
  /// The chain of aliases leads out of the message: the records of its end are to be asked for.
  case alias(DomainName, ttl: UInt32)
  /// There are none of the type, or no such name at all; `ttl`: how long that may be kept, `nil` when the reply does not say (RFC 2308 §5).
  case denied(nameExists: Bool, ttl: UInt32?)
  /// The server does not answer that: another one may.
  case unanswered(String)
  /// The server does not understand EDNS (RFC 6891 §7): it may answer without.
  case refusedEDNS
  /// The chain of aliases does not end.
  case endless
}

extension ReplyReading {
  /// So many aliases in a row are followed.
  static let mostAliases = 16

  /// Reads the reply to a question, whose form and question were checked by who received it.
  init(_ reply: Message, to question: Question) {
    switch reply.responseCode {
    case .noError, .nxDomain: self = Self.read(reply, question)
    case .formErr, .notImp, .badVers: self = .refusedEDNS
    default: self = .unanswered("\(reply.responseCode)")
    }
  }

  private static func read(_ reply: Message, _ question: Question) -> Self {
    var (name, ttl) = (question.name, UInt32.max)
    for _ in 0...mostAliases {
      let own = reply.answers.filter { $0.class == question.class && $0.name == name }
      let records = own.filter { $0.type == question.type }
      if !records.isEmpty { return .records(records.map(\.data), ttl: records.leastTTL(ttl)) }
      guard let alias = own.first(where: { $0.type == .cname }), case .cname(let target) = alias.data else {
        return withoutRecords(reply, question, end: name, ttl: ttl)
      }
      (name, ttl) = (target, min(ttl, alias.usableTTL))
    }
    return .endless
  }

  /// There are no records at the end of the chain.
  private static func withoutRecords(_ reply: Message, _ question: Question, end: DomainName, ttl: UInt32) -> Self {
    let denial = reply.denialTTL.map { min($0, ttl) }
    if reply.responseCode == .nxDomain { return .denied(nameExists: false, ttl: denial) }
    if denial == nil, reply.authorities.contains(where: { $0.type == .ns }) {
      return .unanswered("a referral to other servers; name one that asks on by itself")
    }
    if denial == nil, end != question.name { return .alias(end, ttl: ttl) }
    return .denied(nameExists: true, ttl: denial)
  }
}

extension Message {
  /// How long a denial may be kept: the lesser of the SOA record's TTL and its minimum (RFC 2308 §5).
  fileprivate var denialTTL: UInt32? {
    for record in authorities {
      if case .soa(let soa) = record.data { return min(record.usableTTL, soa.minimum) }
    }
    return nil
  }
}

extension ResourceRecord {
  /// How long it may be kept, in seconds; with the highest bit set not at all (RFC 2181 §8).
  var usableTTL: UInt32 { ttl >> 31 == 0 ? ttl : 0 }
}

extension Sequence<ResourceRecord> {
  /// The least of the records' TTLs and another.
  func leastTTL(_ other: UInt32 = .max) -> UInt32 { reduce(other) { Swift.min($0, $1.usableTTL) } }
}
