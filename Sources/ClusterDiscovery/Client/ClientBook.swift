import NetworkAddresses

/// All that a client knows and counts, under its lock.
struct ClientBook {
  /// Who waits for a place.
  typealias Waiter = CheckedContinuation<Void, any Error>

  let limits: CircuitLimits
  var held: HeldSet
  var detector: OutlierDetector
  var budget: RetryBudget
  var circuit: Circuit
  var latencies = LatencyHistogram()
  var statistics = ServiceClientStatistics()
  /// The endpoints that may be picked, by address.
  var usable: [SocketAddress: Endpoint] = [:]
  /// Whether the picker is not what it would be made of now.
  var isPickerOld = false
  /// Whether there is a picker for the set in use.
  var hasPicker = false
  /// The ejections that the picker knows: what it picks of these, it picks in panic.
  var pickerEjections: Set<SocketAddress> = []
  /// When the picker is to be made anew because weights rise.
  var nextStep: ContinuousClock.Instant?
  /// Whether somebody runs the client.
  var isRunning = false
  /// Who waits for a place, by ticket.
  var waiters: [UInt64: Waiter] = [:]
  /// Tickets that got a place before anybody waited for it.
  var early: Set<UInt64> = []

  init(_ target: Target, _ options: ServiceClientOptions, at now: ContinuousClock.Instant) {
    limits = options.limits
    held = HeldSet(target, limit: options.staleLimit)
    detector = OutlierDetector(options.outliers, at: now)
    budget = RetryBudget(options.budget, at: now)
    circuit = Circuit(places: limits.concurrent, pending: limits.pending)
  }

  // MARK: - Endpoints

  /// Takes over the set in use, when it is another one than before. Until it has a picker, endpoints of both sets may be picked.
  ///
  /// - Returns: those who have a place now.
  mutating func takeSet(before: EndpointSet?) -> [Waiter] {
    guard before?.endpoints != held.set?.endpoints || !hasPicker else { return [] }
    isPickerOld = true
    mergeUsable()
    detector.take((held.set?.usable ?? []).map(\.address))
    return resize()
  }

  /// Notes that there is a picker for a set and ejections.
  mutating func settle(_ set: EndpointSet?, ejected: Set<SocketAddress>, nextStep: ContinuousClock.Instant?) {
    (pickerEjections, hasPicker, self.nextStep) = (ejected, set != nil, nextStep)
    usable = Dictionary((set?.usable ?? []).map { ($0.address, $0) }) { $1 }
    // Another set came in the meantime.
    if isPickerOld { mergeUsable() }
  }

  private mutating func mergeUsable() {
    for endpoint in held.set?.usable ?? [] { usable[endpoint.address] = endpoint }
  }

  /// The endpoint of an address, if it may get one more request.
  func endpoint(_ address: SocketAddress, underWay: Int) -> Endpoint? {
    guard let endpoint = usable[address], underWay < max(limits.concurrentPerEndpoint, 1) else { return nil }
    if detector.ejected.contains(address) { return pickerEjections.contains(address) ? endpoint : nil }
    return detector.admits(address, underWay: underWay) ? endpoint : nil
  }

  /// Takes over what follows from how requests ended.
  ///
  /// - Returns: those who have a place now.
  mutating func note(_ actions: [OutlierAction]) -> [Waiter] {
    guard !actions.isEmpty else { return [] }
    isPickerOld = true
    for case .eject in actions { statistics.ejections += 1 }
    return resize()
  }

  /// Does what is due, but for the set.
  ///
  /// - Returns: those who have a place now.
  mutating func advance(to now: ContinuousClock.Instant) -> [Waiter] {
    if let step = nextStep, step <= now { (isPickerOld, nextStep) = (true, nil) }
    return note(detector.advance(to: now))
  }

  /// When there is something to do without any event.
  var nextTime: ContinuousClock.Instant? {
    [detector.nextTime, held.nextTime, nextStep].compactMap(\.self).min()
  }

  // MARK: - Places

  /// Gives a place back. Who has it now.
  mutating func leave() -> Waiter? { circuit.leave().flatMap { admit($0) } }

  /// Has as many places as the endpoints can take, so that who has one finds an endpoint. Without any endpoint nobody waits for one.
  private mutating func resize() -> [Waiter] {
    let onProbation = detector.onProbation
    let well = detector.records.count - detector.ejected.count - onProbation
    let places =
      well + onProbation > 0 ? limits.places(endpoints: well, onProbation: onProbation) : limits.concurrent
    return circuit.resize(places: places).compactMap { admit($0) }
  }

  /// Gives the owner of a ticket its place. Who is to be told; nobody, when the owner does not wait yet.
  private mutating func admit(_ ticket: UInt64) -> Waiter? {
    if let waiter = waiters.removeValue(forKey: ticket) { return waiter }
    early.insert(ticket)
    return nil
  }
}
