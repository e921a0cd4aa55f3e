/// What caches before the zones would have made of a worker's answers, until it is handed to the caches' own counters once a batch.
@safe
struct CacheTallies: ~Copyable {
  /// What a cache would have made of an answer.
  enum Event: Int { case successHit, denialHit, miss }

  /// The number of events.
  private static let width = 3
  private let counts: UnsafeMutablePointer<UInt64>
  private var areEmpty = true

  init(routes: Int) {
    unsafe counts = .allocate(capacity: routes * Self.width)
    unsafe counts.initialize(repeating: 0, count: routes * Self.width)
  }

  deinit { unsafe counts.deallocate() }

  /// Safety: the route is below the number of routes.
  @inline(__always)
  mutating func count(_ event: Event, route: Int) {
    unsafe counts[route * Self.width + event.rawValue] += 1
    areEmpty = false
  }

  /// Adds all to the counters of each route's cache, and begins anew.
  mutating func handOver(to caches: [FastCacheCounters?]) {
    if areEmpty { return }
    for route in caches.indices {
      guard let cache = caches[route] else { continue }
      move(.successHit, of: route, to: cache.successHits, cache.requests)
      move(.denialHit, of: route, to: cache.denialHits, cache.requests)
      move(.miss, of: route, to: cache.misses, cache.requests)
    }
    areEmpty = true
  }

  private mutating func move(_ event: Event, of route: Int, to counter: Counter, _ requests: Counter) {
    let place = unsafe counts + route * Self.width + event.rawValue
    let count = unsafe place.pointee
    guard count > 0 else { return }
    counter.add(count)
    requests.add(count)
    unsafe place.pointee = 0
  }
}
