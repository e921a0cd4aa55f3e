import DNSWire
import FinishedAnswers
import QueryEngine

/// What an answer is kept under: nothing else of a query may change its answer.
struct CacheKey: Sendable, Hashable {
  /// Compared without case.
  let name: DomainName
  let type: RecordType
  let `class`: RecordClass
  let dnssecOK: Bool
  let checkingDisabled: Bool
  /// A hash of all that: a miss looks a key up many times.
  private let hash: Int

  /// `nil` for queries whose answers are not kept: those for all types, for transfers and other meta types (RFC 6895
  /// §3.1), and those whose answer depends on the client's network (RFC 7871).
  init?(_ query: Query) {
    let question = query.question
    guard query.message.opcode == .query, !(128...255).contains(question.type.rawValue), question.type != .opt,
      question.class != .any, question.class != .none
    else { return nil }
    let options = query.message.edns?.options ?? []
    guard !options.contains(where: \.isClientSubnet) else { return nil }
    name = question.name
    type = question.type
    self.class = question.class
    dnssecOK = query.dnssecOK
    checkingDisabled = query.message.checkingDisabled
    var hasher = Hasher()
    hasher.combine(name)
    hasher.combine(type)
    hasher.combine(self.class)
    hasher.combine(dnssecOK)
    hasher.combine(checkingDisabled)
    hash = hasher.finalize()
  }

  func hash(into hasher: inout Hasher) { hasher.combine(hash) }

  static func == (a: CacheKey, b: CacheKey) -> Bool {
    a.hash == b.hash && a.type == b.type && a.class == b.class && a.dnssecOK == b.dnssecOK
      && a.checkingDisabled == b.checkingDisabled && a.name == b.name
  }

  /// The key in the fast path's table.
  var finished: [UInt8] {
    CachedAnswerDraft.key(name, type: type.rawValue, dnssecOK: dnssecOK, checkingDisabled: checkingDisabled)
  }
}

extension EDNSOption {
  fileprivate var isClientSubnet: Bool {
    if case .clientSubnet = self { true } else { false }
  }
}
