public import NetworkAddresses
import Reclamation
import Synchronization

/// Gives the next endpoint, at any time, from any thread: a cell that holds the newest picker, and what is counted for each endpoint.
///
/// A pick is an atomic load of an immutable picker and arithmetic: no `await`, no lock, no reference count, no allocation. Pickers are compiled off
/// that path, by ``update(_:ejected:sessionAffinity:at:)``; the one that was replaced is freed when no pick can be looking at it any more.
///
/// A caller that asks the endpoint says so, because some policies look at it:
///
///     guard let pick = cell.pick(PickContext(key: KeyHash.of(user))) else { … }
///     cell.begin(pick)
///     …
///     cell.end(pick, latency: clock.now - start, succeeded: true)
@safe
public final class PickerCell: Sendable {
  /// How endpoints are chosen.
  public let balancer: Balancer

  private let reclaimer = Reclaimer()
  private let loads = EndpointLoads()
  private let clients: AffinityTable?
  private let average: PeakAverage
  /// The address of the newest picker; 0 when there is nothing to pick.
  private let current = Atomic<UInt>(0)
  /// What all picks count on, in cache lines of its own.
  ///
  /// Safety: used only through atomics; lives as long as self.
  nonisolated(unsafe) private let turns: UnsafeMutablePointer<Picker.Turns>
  private let writer = Mutex(Writer())

  /// What the writer knows.
  private struct Writer {
    var known = KnownEndpoints()
    /// The memory of the newest picker.
    var memory = PickerMemory()
    /// The slot that pick first stays with.
    var first: UInt32?
  }

  /// A cell without endpoints.
  ///
  /// - Parameters:
  ///   - balancer: how endpoints are chosen.
  ///   - seed: where round robin begins, and what random bits are drawn from; equal seeds give equal picks.
  public init(_ balancer: Balancer, seed: UInt64 = .random(in: .min ... .max)) {
    self.balancer = balancer
    if case .sessionAffinity(let options) = balancer.policy {
      clients = AffinityTable(options)
    } else {
      clients = nil
    }
    if case .peakEWMA(let options) = balancer.policy { average = options.average } else { average = PeakEWMA().average }
    let line = UnsafeMutableRawPointer.allocate(byteCount: 256, alignment: 128)
    unsafe turns = line.initializeMemory(
      as: Picker.Turns.self, to: Picker.Turns(seed: KeyHash.mix(seed), number: Atomic(seed)))
  }

  deinit {
    writer.withLock { $0.memory.free() }
    clients?.free()
    unsafe turns.deallocate()
  }

  /// An endpoint; `nil` when there is none.
  public func pick(_ context: PickContext = PickContext()) -> Pick? {
    let reader = reclaimer.enter(hint: Reclaimer.threadHint)
    defer { reclaimer.leave(reader) }
    // Safety: what the word leads to is freed after this reader has left.
    guard let picker = unsafe UnsafePointer<Picker>(bitPattern: current.load(ordering: .acquiring)) else { return nil }
    let place = unsafe picker.pointee.places[picker.pointee.place(context, turns.pointee)]
    return Pick(address: place.address, slot: place.slot)
  }

  /// The first endpoint that a condition holds for, from a random place on: for when what ``pick(_:)`` gave will not do.
  ///
  /// Complexity: O(endpoints).
  func first(where accepts: (Pick) -> Bool) -> Pick? {
    let reader = reclaimer.enter(hint: Reclaimer.threadHint)
    defer { reclaimer.leave(reader) }
    // Safety: what the word leads to is freed after this reader has left.
    guard let picker = unsafe UnsafePointer<Picker>(bitPattern: current.load(ordering: .acquiring)) else { return nil }
    let count = unsafe picker.pointee.count
    let start = Int.random(in: 0..<count)
    for offset in 0..<count {
      let place = unsafe picker.pointee.places[(start + offset) % count]
      let pick = Pick(address: place.address, slot: place.slot)
      if accepts(pick) { return pick }
    }
    return nil
  }

  /// A request to the endpoint begins; ``end(_:latency:succeeded:now:)`` must follow.
  public func begin(_ pick: Pick) {
    unsafe loads.block(pick.slot)?.pointee.underWay.wrappingAdd(1, ordering: .relaxed)
  }

  /// A request to the endpoint has ended.
  ///
  /// - Parameters:
  ///   - pick: what ``begin(_:)`` was given.
  ///   - latency: how long it took; `nil` when that says nothing of the endpoint, because the caller gave up.
  ///   - succeeded: whether the endpoint did what was asked.
  ///   - now: nanoseconds of the clock that ``PickContext/now`` is read from; `nil`: the machine's.
  public func end(_ pick: Pick, latency: Duration?, succeeded: Bool, now: UInt64? = nil) {
    guard let block = unsafe loads.block(pick.slot) else { return }
    unsafe block.pointee.underWay.wrappingSubtract(1, ordering: .relaxed)
    guard case .peakEWMA = balancer.policy, let latency else { return }
    let taken = max(latency.nanosecondsClamped, succeeded ? 0 : average.penalty)
    let now = now ?? coarseNow()
    var word = unsafe block.pointee.latency.load(ordering: .relaxed)
    while true {
      let new = average.noting(taken, in: word, at: now)
      let (done, seen) = unsafe block.pointee.latency.compareExchange(
        expected: word, desired: new, ordering: .relaxed)
      if done { return }
      word = seen
    }
  }

  /// How many requests to the endpoint are under way.
  public func requestsUnderWay(_ pick: Pick) -> Int {
    unsafe loads.block(pick.slot).map { unsafe Int($0.pointee.requests) } ?? 0
  }
}

extension PickerCell {
  /// Picks are from now on from among a set's ``EndpointSet/usable``, and clients keep theirs as long as it says.
  ///
  /// - Parameters and result: those of ``update(_:ejected:sessionAffinity:at:)``.
  @discardableResult
  public func update(
    _ set: EndpointSet, ejected: Set<SocketAddress> = [], at now: ContinuousClock.Instant = .now
  ) -> Duration? {
    update(set.usable, ejected: ejected, sessionAffinity: set.sessionAffinity, at: now)
  }

  /// Compiles a picker for these endpoints and publishes it: picks from now on are from among them.
  ///
  /// Complexity: O(endpoints) and what the policy's table takes.
  ///
  /// - Parameters:
  ///   - endpoints: those that may be picked (``EndpointSet/usable``); of equal addresses the first counts.
  ///   - ejected: the addresses that are not to be picked, unless too many are (``PanicThreshold``).
  ///   - sessionAffinity: how long a client keeps its endpoint, for ``SessionAffinity`` without a time of its own
  ///     (``EndpointSet/sessionAffinity``): at most a day; `nil`: three hours.
  ///   - now: the time, for ``SlowStart``.
  /// - Returns: after which time to call this again with the same endpoints, because weights rise; `nil`: when something changes.
  @discardableResult
  public func update(
    _ endpoints: [Endpoint], ejected: Set<SocketAddress> = [], sessionAffinity: Duration? = nil,
    at now: ContinuousClock.Instant = .now
  ) -> Duration? {
    let (endpoints, keys) = Self.ordered(endpoints)
    let ejectedKeys = ejected.map(SocketAddressKey.init).sorted()
    return writer.withLock { writer in
      let known = writer.known.follow(keys, ejected: ejectedKeys, loads, at: now)
      let view = StageView(
        endpoints: endpoints, isEjected: ejected.isEmpty ? [] : known.map(\.isEjected),
        since: balancer.slowStart == nil ? [] : known.map(\.since), now: now)
      var compiler = PickerCompiler(balancer.policy, loads, clients(remembering: sessionAffinity))
      let picker = unsafe compiler.compile(balancer.candidates(view), endpoints, known, current: writer.first)
      writer.first = unsafe picker?.pointee.places[0].slot
      let old = writer.memory
      writer.memory = compiler.memory
      current.store(UInt(bitPattern: picker), ordering: .sequentiallyConsistent)
      if unsafe !old.blocks.isEmpty { unsafe reclaimer.retire(old.blocks) }
      return balancer.slowStart?.nextStep(view)
    }
  }

  /// The table of clients, for as long as the policy's options say, or else the endpoint set.
  private func clients(remembering timeout: Duration?) -> AffinityTable? {
    guard case .sessionAffinity(let options) = balancer.policy, options.timeout == nil else { return clients }
    return clients?.remembering(timeout ?? SessionAffinity.defaultTimeout)
  }

  /// The endpoints in the order of addresses, each once, and their keys. A set's own list is so already.
  private static func ordered(_ endpoints: [Endpoint]) -> ([Endpoint], [SocketAddressKey]) {
    let keys = endpoints.map { SocketAddressKey($0.address) }
    if (1..<max(keys.count, 1)).allSatisfy({ keys[$0 - 1] < keys[$0] }) { return (endpoints, keys) }
    var order = keys.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }
    var last: SocketAddressKey?
    order.removeAll { index in
      defer { last = keys[index] }
      return keys[index] == last
    }
    return (order.map { endpoints[$0] }, order.map { keys[$0] })
  }
}
