import DNSWire
import FinishedAnswers
import QueryEngine
import Reclamation

/// The directive `cache`: keeps answers as long as their TTL and its bounds allow.
final class CacheStage: QueryStage {
  static let name = "cache"

  private let settings: CacheSettings
  private let metrics: CacheMetrics
  private let clock: StageClock
  private let success: CacheStore
  private let denial: CacheStore

  init(settings: CacheSettings, metrics: CacheMetrics, clock: StageClock, reclaimer: Reclaimer) {
    self.settings = settings
    self.metrics = metrics
    self.clock = clock
    success = CacheStore(capacity: settings.success.capacity, reclaimer: reclaimer)
    denial = CacheStore(capacity: settings.denial.capacity, reclaimer: reclaimer)
    for kind in CacheKind.allCases { metrics[kind].entries.set(0) }
  }

  // A query that waits for its answer holds the frames of all its stages: what does not wait is done in functions of its
  // own, so that this frame stays small.
  func answer(_ query: Query, next: NextStage) async -> Response? {
    guard settings.zones.contains(query.question.name), let key = CacheKey(query) else { return await next(query) }
    switch find(query, key, next) {
    case .given(let response): return response
    case .unverified(let entry): return await verified(entry, query, key, next)
    case .missing: return taken(await next(query), query, key)
    }
  }

  private func store(_ kind: CacheKind) -> CacheStore { kind == .success ? success : denial }
}

// MARK: - Hits

extension CacheStage {
  /// An answer that was found.
  private struct Hit {
    var entry: CacheEntry
    /// Seconds that are left; 0 or less when the answer is stale.
    var remaining: Int64
    /// Whether this hit is the one to ask the source anew.
    var startsRefresh: Bool
  }

  /// The answer under a key that may still be given; denials first, as one may have come after an answer.
  private func lookup(_ key: CacheKey) -> Hit? {
    for kind in [CacheKind.denial, .success] {
      let now = clock.now()
      guard let hit = store(kind).update(key, { self.touch(&$0, at: now) }) ?? nil else { continue }
      guard hit.entry.freshness?.isFresh ?? true else {
        remove(key, kind)
        continue
      }
      metrics[kind].hits.add(1)
      return hit
    }
    return nil
  }

  /// Counts a hit; `nil` when the answer is too old.
  private func touch(_ entry: inout CacheEntry, at now: ContinuousClock.Instant) -> Hit? {
    let remaining = entry.remaining(at: now)
    let window = entry.isFailure ? 0 : Int64(settings.stale?.window ?? 0)
    guard remaining > 0 || -remaining < window else { return nil }
    let isDue = remaining > 0 ? isPrefetchDue(&entry, remaining: remaining, at: now) : settings.stale?.verifies == false
    let startsRefresh = isDue && !entry.isRefreshing
    if startsRefresh { entry.isRefreshing = true }
    return Hit(entry: entry, remaining: remaining, startsRefresh: startsRefresh)
  }

  private func isPrefetchDue(_ entry: inout CacheEntry, remaining: Int64, at now: ContinuousClock.Instant) -> Bool {
    guard let prefetch = settings.prefetch else { return false }
    entry.popularity.hit(at: now, gap: prefetch.gap)
    let threshold = (Int64(entry.lifetime) * Int64(prefetch.percentage) + 99) / 100
    return entry.popularity.hits >= prefetch.amount && remaining <= threshold
  }

  /// What the cache has for a query.
  private enum Found {
    case given(Response?)
    /// An answer that is too old, to be given only when the source fails (`verify`).
    case unverified(CacheEntry)
    case missing
  }

  @inline(never)
  private func find(_ query: Query, _ key: CacheKey, _ next: NextStage) -> Found {
    metrics.requests.add(1)
    guard let hit = lookup(key) else {
      metrics.misses.add(1)
      return .missing
    }
    let isStale = hit.remaining <= 0
    if isStale, settings.stale?.verifies == true { return .unverified(hit.entry) }
    if hit.startsRefresh { prefetch(query, key, next) }
    if isStale { return .given(stale(hit.entry, for: query)) }
    return .given(hit.entry.response(to: query, ttl: settings.keepsTTL ? hit.entry.lifetime : UInt32(hit.remaining)))
  }

  /// An answer that is too old, with a TTL of 0.
  private func stale(_ entry: CacheEntry, for query: Query) -> Response? {
    metrics.servedStale.add(1)
    return entry.response(to: query, ttl: 0)
  }

  /// The source's new answer, or the old one when the source fails.
  @inline(never)
  private func verified(_ entry: CacheEntry, _ query: Query, _ key: CacheKey, _ next: NextStage) async -> Response? {
    refreshed(await next(query), query, key) ?? stale(entry, for: query)
  }
}

// MARK: - Misses

extension CacheStage {
  /// Takes the source's answer in, and gives it as the client gets it.
  @inline(never)
  private func taken(_ response: Response?, _ query: Query, _ key: CacheKey) -> Response? {
    guard let response else { return nil }
    let (trimmed, verdict) = judge(response)
    keep(trimmed, verdict, of: query, under: key)
    return shown(trimmed, with: verdict.ttl, to: query)
  }

  /// As ``taken(_:_:_:)``, for an answer in the place of an old one: `nil` when the source failed, so that the old one
  /// stays.
  private func refreshed(_ response: Response?, _ query: Query, _ key: CacheKey) -> Response? {
    guard let code = response?.message.responseCode, code == .noError || code == .nxDomain else { return nil }
    return taken(response, query, key)
  }

  /// Asks the source anew beside the queries. At most one for each answer at a time.
  private func prefetch(_ query: Query, _ key: CacheKey, _ next: NextStage) {
    metrics.prefetches.add(1)
    Task {
      _ = refreshed(await next(query), query, key)
      for kind in CacheKind.allCases { _ = store(kind).update(key) { $0.isRefreshing = false } }
    }
  }

  /// The answer without records that answer other questions, and what becomes of it.
  private func judge(_ response: Response) -> (Response, CacheVerdict) {
    var response = response
    response.message.keepOwnChain()
    return (response, CacheVerdict(response.message, settings: settings))
  }

  /// Keeps an answer, unless it answers another question, is not to be kept, or tells only what its source failed to find
  /// out on its way.
  private func keep(_ response: Response, _ verdict: CacheVerdict, of query: Query, under key: CacheKey) {
    guard let kind = verdict.kind else { return }
    guard response.message.questions == [query.question] else {
      metrics.drops.add(1)
      return
    }
    guard verdict.ttl > 0, response.failure == nil, settings.keeps(kind, at: key.name) else { return }
    // Without RD a resolver may answer with a referral, or not at all: nothing for those who want recursion.
    guard query.message.recursionDesired || response.message.authoritative else { return }
    guard let entry = CacheEntry(response, verdict, now: clock.now()) else { return }
    let finished = kept == nil ? nil : entry.finished(under: key, now: clock.seconds())
    let evicted = store(kind).store(entry, under: key, finished: finished)
    metrics[kind].evictions.add(UInt64(evicted))
    metrics[kind].entries.set(Double(store(kind).count))
    remove(key, kind == .success ? .denial : .success)
  }

  private func remove(_ key: CacheKey, _ kind: CacheKind) {
    store(kind).remove(key)
    metrics[kind].entries.set(Double(store(kind).count))
  }

  /// The answer as the client gets it the first time: with the TTL that it is kept for.
  private func shown(_ response: Response, with ttl: UInt32, to query: Query) -> Response {
    var response = response
    response.message.setTTL(ttl)
    if !query.wantsAuthenticData { response.message.authenticData = false }
    return response
  }
}

// MARK: - The fast path

extension CacheStage: FastCaching {
  var fastPath: FastPathRole { .caches(self) }

  /// With `prefetch` the hits of each answer are counted, so the stage must see them.
  var kept: FastCacheAnswers? {
    guard settings.prefetch == nil else { return nil }
    return FastCacheAnswers(
      denials: denial.finished, successes: success.finished, keepsTTL: settings.keepsTTL,
      counters: metrics.fastCounters)
  }

  /// As far as finished answers must be given as this cache would give them.
  func fastPolicy(for zone: DomainName) -> FastCachePolicy? {
    guard settings.zones.contains(zone) else { return nil }
    func range(_ kind: CacheKind) -> ClosedRange<UInt32>? {
      guard settings.keeps(kind, at: zone) else { return nil }
      let ttl = settings.bounds(of: kind).ttl
      return min(ttl.lowerBound, ttl.upperBound)...ttl.upperBound
    }
    return FastCachePolicy(
      success: range(.success), denial: range(.denial), keepsTTL: settings.keepsTTL, counters: metrics.fastCounters)
  }
}
