public import DNSWire
public import FinishedAnswers

/// What a stage means to the fast path, which answers from finished answers without asking the stages.
public enum FastPathRole: Sendable {
  /// The stage must see each query: behind it there is no fast path.
  case opaque
  /// The stage has a part in the names of some zones only, and says which.
  case guards(any FastGuard)
  /// The stage changes nothing in answers that the fast path gives.
  case transparent
  /// The stage draws a new order of the address records of each answer (`loadbalance round_robin`).
  case shufflesAddresses
  /// The stage would keep the answers: the fast path counts TTLs down as it does (`cache`).
  case caches(any FastCaching)
  /// The stage answers these zones from finished answers.
  case answers([AnswerZone])
}

/// A cache that the fast path imitates.
public protocol FastCaching: Sendable {
  /// How the cache treats the answers of a zone; `nil` when it leaves them alone.
  func fastPolicy(for zone: DomainName) -> FastCachePolicy?
  /// What the cache keeps, for the fast path to give; `nil` when the stage must see each hit. The cache keeps the tables alive.
  var kept: FastCacheAnswers? { get }
}

extension FastCaching {
  /// All hits are the stage's.
  public var kept: FastCacheAnswers? { nil }
}

/// What a cache keeps, as the fast path reads it. Answers are in there (`CachedAnswerDraft`) when every client may have them until they are too old.
public struct FastCacheAnswers: Sendable {
  /// Looked into first.
  public var denials: AnswerTable
  /// Positive answers.
  public var successes: AnswerTable
  /// TTLs stay as they were when the answer was stored (`keepttl`).
  public var keepsTTL: Bool
  /// Where hits are counted.
  public var counters: FastCacheCounters

  /// The tables of one cache.
  public init(denials: AnswerTable, successes: AnswerTable, keepsTTL: Bool, counters: FastCacheCounters) {
    self.denials = denials
    self.successes = successes
    self.keepsTTL = keepsTTL
    self.counters = counters
  }
}

/// How `cache` bounds what it keeps, as far as the fast path must do alike. All in seconds.
public struct FastCachePolicy: Sendable {
  /// The bounds of a positive answer's TTL; `nil` when positive answers are not kept.
  public var success: ClosedRange<UInt32>?
  /// The bounds of a denial's TTL; `nil` when denials are not kept.
  public var denial: ClosedRange<UInt32>?
  /// TTLs stay as they were when the answer was stored (`keepttl`).
  public var keepsTTL: Bool
  /// Where the fast path counts what the cache would have counted; `nil` for nowhere.
  public var counters: FastCacheCounters?

  /// A policy.
  public init(
    success: ClosedRange<UInt32>?, denial: ClosedRange<UInt32>?, keepsTTL: Bool, counters: FastCacheCounters? = nil
  ) {
    self.success = success
    self.denial = denial
    self.keepsTTL = keepsTTL
    self.counters = counters
  }
}

/// The counters of a cache that the fast path moves in its stead, once a batch.
public struct FastCacheCounters: Sendable {
  /// Positive answers that the cache would have had.
  public var successHits: Counter
  /// Denials that the cache would have had.
  public var denialHits: Counter
  /// Answers that it would have asked for.
  public var misses: Counter
  /// All of them.
  public var requests: Counter

  /// Handles of the cache's own families.
  public init(successHits: Counter, denialHits: Counter, misses: Counter, requests: Counter) {
    self.successHits = successHits
    self.denialHits = denialHits
    self.misses = misses
    self.requests = requests
  }
}
