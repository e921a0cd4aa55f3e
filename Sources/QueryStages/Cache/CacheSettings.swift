import DNSWire

/// What a `cache` line says.
struct CacheSettings: Sendable {
  /// The names that are cached: those in these zones.
  var zones: ZoneSet
  var success = Bounds(capacity: 9984, ttl: 5...3600)
  var denial = Bounds(capacity: 9984, ttl: 5...1800)
  /// Popular answers are asked for again before they end; `nil`: never.
  var prefetch: Prefetch?
  /// Answers are still given when they are too old; `nil`: never.
  var stale: Stale?
  /// How long a failure of the source is kept, in seconds; 0: not at all.
  var failureTTL: UInt32 = 5
  /// Zones whose positive answers are not kept.
  var successDisabled = ZoneSet([])
  /// Zones whose denials are not kept.
  var denialDisabled = ZoneSet([])
  /// TTLs stay as they were when the answer was stored.
  var keepsTTL = false

  /// How much of one kind of answers is kept, and how long.
  struct Bounds: Sendable, Hashable {
    /// So many answers, at least 1.
    var capacity: Int
    /// Bounds of the TTL, in seconds; the upper one counts where they contradict each other.
    var ttl: ClosedRange<UInt32>

    func clamp(_ ttl: UInt32) -> UInt32 { min(max(ttl, self.ttl.lowerBound), self.ttl.upperBound) }
  }

  /// Which answers are asked for again before they end.
  struct Prefetch: Sendable, Hashable {
    /// Those that were asked for so often…
    var amount: Int
    /// …without a gap as long as this…
    var gap: Duration = .seconds(60)
    /// …once so many hundredths of their TTL are left.
    var percentage: UInt32 = 10
  }

  /// How answers that are too old are still given.
  struct Stale: Sendable, Hashable {
    /// How long after their end, in seconds.
    var window: UInt32 = 3600
    /// The source is asked first, and the old answer given only when that fails (`verify`).
    var verifies = false
  }

  /// The bounds of a kind of answers; failures are kept among the denials.
  func bounds(of kind: CacheKind) -> Bounds { kind == .success ? success : denial }

  /// Whether answers of this kind are kept for the name.
  func keeps(_ kind: CacheKind, at name: DomainName) -> Bool {
    !(kind == .success ? successDisabled : denialDisabled).contains(name)
  }
}

/// Which part of the cache an answer belongs into.
enum CacheKind: String, Sendable, CaseIterable {
  case success
  case denial
}
