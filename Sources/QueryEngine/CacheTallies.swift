/// What caches before the zones would have made of a worker's answers, until it is handed to the caches' own counters once a batch.
@safe
struct CacheTallies: ~Copyable {
  /// What a cache would have made of an answer.
  enum Event: Int { case successHit, denialHit, miss }

  /// The number of events.
  private static let width = 3
  private let counts: UnsafeMutablePointer<UInt64>
  private var areEmpty = true

  private let caches: UnsafeMutableBufferPointer<Handles?>

  /// The counters of one route's cache, without references: by ``Event``, and of all of them.
  @safe
  private struct Handles {
    let events: (Unmanaged<Counter>, Unmanaged<Counter>, Unmanaged<Counter>)
    let requests: Unmanaged<Counter>

    init(_ counters: FastCacheCounters) {
      unsafe events = (
        .passUnretained(counters.successHits), .passUnretained(counters.denialHits), .passUnretained(counters.misses)
      )
      unsafe requests = .passUnretained(counters.requests)
    }
  }

  /// - Parameter caches: the counters of each route's cache, which must outlive this.
  init(_ caches: [FastCacheCounters?]) {
    unsafe counts = .allocate(capacity: caches.count * Self.width)
    unsafe counts.initialize(repeating: 0, count: caches.count * Self.width)
    unsafe self.caches = .allocate(capacity: caches.count)
    for (route, counters) in caches.enumerated() {
      unsafe self.caches.initializeElement(at: route, to: counters.map(Handles.init))
    }
  }

  deinit {
    unsafe counts.deallocate()
    unsafe caches.deallocate()
  }

  /// Safety: the route is below the number of routes.
  @inline(__always)
  mutating func count(_ event: Event, route: Int) {
    unsafe counts[route * Self.width + event.rawValue] += 1
    areEmpty = false
  }

  /// Adds all to the counters of each route's cache, and begins anew.
  mutating func handOver() {
    if areEmpty { return }
    for route in unsafe caches.indices {
      guard let cache = unsafe caches[route] else { continue }
      unsafe move(.successHit, of: route, to: cache.events.0, cache.requests)
      unsafe move(.denialHit, of: route, to: cache.events.1, cache.requests)
      unsafe move(.miss, of: route, to: cache.events.2, cache.requests)
    }
    areEmpty = true
  }

  private mutating func move(
    _ event: Event, of route: Int, to counter: Unmanaged<Counter>, _ requests: Unmanaged<Counter>
  ) {
    let place = unsafe counts + route * Self.width + event.rawValue
    let count = unsafe place.pointee
    guard count > 0 else { return }
    unsafe counter._withUnsafeGuaranteedRef { $0.add(count) }
    unsafe requests._withUnsafeGuaranteedRef { $0.add(count) }
    unsafe place.pointee = 0
  }
}
