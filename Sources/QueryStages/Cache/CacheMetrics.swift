import QueryEngine

/// What `cache` counts, under CoreDNS's names.
struct CacheMetrics: Sendable {
  /// What is counted for each kind of answers.
  struct OfKind: Sendable {
    let entries: Gauge
    let hits: Counter
    let evictions: Counter
  }

  let success: OfKind
  let denial: OfKind
  let requests: Counter
  let misses: Counter
  let drops: Counter
  let prefetches: Counter
  let servedStale: Counter

  /// - Parameters:
  ///   - server: the server block's name.
  ///   - zones: the cached zones, separated by commas.
  init(_ registry: MetricsRegistry, server: String, zones: String) {
    func counter(_ name: String, _ help: String) -> Counter {
      registry.counter("coredns_cache_\(name)", help: help, labels: ["server", "zones", "view"]).with(server, zones, "")
    }
    func ofKind(_ kind: CacheKind) -> OfKind {
      let labels = ["server", "type", "zones", "view"]
      let values = [server, kind.rawValue, zones, ""]
      return OfKind(
        entries: registry.gauge(
          "coredns_cache_entries", help: "The number of elements in the cache.", labels: labels
        ).with(values),
        hits: registry.counter("coredns_cache_hits_total", help: "The count of cache hits.", labels: labels)
          .with(values),
        evictions: registry.counter(
          "coredns_cache_evictions_total", help: "The count of cache evictions.", labels: labels
        ).with(values))
    }
    success = ofKind(.success)
    denial = ofKind(.denial)
    requests = counter("requests_total", "The count of cache requests.")
    misses = counter(
      "misses_total", "The count of cache misses. Deprecated, derive misses from cache hits/requests counters.")
    drops = counter("drops_total", "The number responses that are not cached, because the reply is malformed.")
    prefetches = counter("prefetch_total", "The number of times the cache has prefetched a cached item.")
    servedStale = counter("served_stale_total", "The number of requests served from stale cache entries.")
  }

  /// What the fast path counts in the cache's stead.
  var fastCounters: FastCacheCounters {
    FastCacheCounters(successHits: success.hits, denialHits: denial.hits, misses: misses, requests: requests)
  }

  subscript(kind: CacheKind) -> OfKind { kind == .success ? success : denial }
}
