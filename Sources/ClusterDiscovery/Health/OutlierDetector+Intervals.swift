import NetworkAddresses

extension OutlierDetector {
  /// When ``advance(to:)`` has something to do at the latest; `nil` without endpoints.
  public var nextTime: ContinuousClock.Instant? {
    guard !records.isEmpty else { return nil }
    return ejected.lazy.compactMap { self.ejectionEnd(of: $0) }.min().map { min($0, intervalEnd) } ?? intervalEnd
  }

  /// Has endpoints back whose time is over, and compares all endpoints at the end of an interval.
  ///
  /// An interval that is noticed late, because the clock jumped or the process slept, counts as one.
  /// Complexity: O(endpoints) at the end of an interval, else O(ejected).
  public mutating func advance(to time: ContinuousClock.Instant) -> [OutlierAction] {
    now = max(now, time)
    var actions: [OutlierAction] = []
    for address in ejected.sorted(by: isBefore) {
      if let end = ejectionEnd(of: address), end <= now { actions.append(admit(address)) }
    }
    guard now >= intervalEnd else { return actions }
    actions += outliersBySuccessRate().compactMap { eject($0, because: .successRate) }
    actions += outliersByLatency().compactMap { eject($0, because: .latency) }
    beginInterval()
    return actions
  }

  private func ejectionEnd(of address: SocketAddress) -> ContinuousClock.Instant? {
    if case .ejected(let until) = records[address]?.standing { until } else { nil }
  }

  /// Endpoints whose success rate is too far below the mean, the worst first.
  private func outliersBySuccessRate() -> [SocketAddress] {
    guard let factor = options.successRateFactor else { return [] }
    let rates = compared(\.requests).map { (address: $0, rate: Double($1.successes) / Double($1.requests)) }
    guard rates.count >= max(options.minimumEndpoints, 2) else { return [] }
    let mean = rates.reduce(0) { $0 + $1.rate } / Double(rates.count)
    let variance = rates.reduce(0) { $0 + ($1.rate - mean) * ($1.rate - mean) } / Double(rates.count)
    let least = min(mean - factor * variance.squareRoot(), 1 - options.tolerableFailureShare)
    return rates.filter { $0.rate < least }.sorted { $0.rate < $1.rate }.map(\.address)
  }

  /// Endpoints whose mean latency is too many times the median, the slowest first.
  private func outliersByLatency() -> [SocketAddress] {
    guard let factor = options.latencyFactor else { return [] }
    let means = compared(\.successes).map { (address: $0, mean: Double(($1.latency / $1.successes).nanoseconds)) }
    guard means.count >= max(options.minimumEndpoints, 2) else { return [] }
    let median = means.map(\.mean).sorted()[means.count / 2]
    let most = max(factor * median, Double(options.tolerableLatency.nanoseconds))
    return means.filter { $0.mean > most }.sorted { $0.mean > $1.mean }.map(\.address)
  }

  /// The endpoints that are well and had enough requests, in the order of addresses.
  private func compared(_ count: (Record) -> Int) -> [(SocketAddress, Record)] {
    records.filter { $1.standing == .well && count($1) >= max(options.minimumRequests, 1) }.sorted {
      isBefore($0.key, $1.key)
    }
  }

  /// Forgets the interval's counts; what did well in it has one ejection less to its name.
  private mutating func beginInterval() {
    for address in records.keys {
      records[address]?.beginInterval()
    }
    intervalEnd = now + options.interval.bounded
  }

  private func isBefore(_ a: SocketAddress, _ b: SocketAddress) -> Bool { SocketAddressKey(a) < SocketAddressKey(b) }
}

extension OutlierDetector.Record {
  fileprivate mutating func beginInterval() {
    if standing == .well, ejections > 0 { ejections -= 1 }
    (successes, failures, latency) = (0, 0, .zero)
  }
}
