public import NetworkAddresses

/// How a request ended, as far as it says something of the endpoint.
public enum RequestOutcome: Sendable, Hashable {
  /// The endpoint did what it is for.
  case success
  /// The endpoint failed.
  case failure
  /// Nobody waited for the end; it says nothing.
  case abandoned
}

/// What follows for an endpoint from how its requests end.
public enum OutlierAction: Sendable, Hashable {
  /// It gets no more requests for a while.
  case eject(SocketAddress, for: Duration, because: OutlierReason)
  /// It comes back, with one request at a time.
  case admit(SocketAddress)
  /// It counts as well again.
  case restore(SocketAddress)
}

/// Why an endpoint was ejected.
public enum OutlierReason: Sendable, Hashable {
  case consecutiveFailures
  case successRate
  case latency
}

/// Finds the endpoints of a set that do worse than the others.
///
/// A value: what happened and when goes in, what follows comes out. A time before one that was given earlier counts as that one.
public struct OutlierDetector: Sendable {
  /// What is known of one endpoint.
  struct Record {
    enum Standing: Hashable {
      case well
      case ejected(until: ContinuousClock.Instant)
      case probation(left: Int)
    }

    var standing = Standing.well
    /// Failures since the last success.
    var failuresInARow = 0
    /// How often it was ejected, less the intervals in which it did well since.
    var ejections = 0
    /// Of the interval that runs.
    var successes = 0
    var failures = 0
    /// The sum over the successes.
    var latency = Duration.zero
    var requests: Int { successes + failures }
  }

  let options: OutlierOptions
  var records: [SocketAddress: Record] = [:]
  var now: ContinuousClock.Instant
  var intervalEnd: ContinuousClock.Instant

  /// The endpoints that are away.
  public private(set) var ejected: Set<SocketAddress> = []

  /// A detector without endpoints.
  public init(_ options: OutlierOptions = OutlierOptions(), at now: ContinuousClock.Instant) {
    self.options = options
    self.now = now
    intervalEnd = now + options.interval.bounded
  }

  /// Takes the endpoints that there are now; what was known of others is forgotten.
  ///
  /// Complexity: O(endpoints).
  public mutating func take(_ addresses: some Sequence<SocketAddress>) {
    var next: [SocketAddress: Record] = [:]
    for address in addresses { next[address] = records[address] ?? Record() }
    records = next
    ejected = ejected.filter { next[$0] != nil }
  }

  /// Takes the end of one request.
  public mutating func report(
    _ outcome: RequestOutcome, after latency: Duration, of address: SocketAddress, at time: ContinuousClock.Instant
  ) -> OutlierAction? {
    now = max(now, time)
    switch outcome {
    case .success: return succeeded(address, after: latency)
    case .failure: return failed(address)
    case .abandoned: return nil
    }
  }

  /// Whether an endpoint with so many requests under way may get another.
  public func admits(_ address: SocketAddress, underWay: Int) -> Bool {
    switch records[address]?.standing {
    case .ejected: false
    case .probation: underWay < 1
    case .well, nil: true
    }
  }

  /// Whether an endpoint is back, but not trusted yet.
  public func isOnProbation(_ address: SocketAddress) -> Bool {
    if case .probation = records[address]?.standing { true } else { false }
  }

  /// How many endpoints are on probation.
  ///
  /// Complexity: O(endpoints).
  var onProbation: Int { records.keys.count { isOnProbation($0) } }

  // MARK: - One request

  private mutating func succeeded(_ address: SocketAddress, after latency: Duration) -> OutlierAction? {
    guard var record = records[address] else { return nil }
    defer { records[address] = record }
    record.failuresInARow = 0
    record.successes += 1
    record.latency += latency.bounded
    guard case .probation(let left) = record.standing else { return nil }
    record.standing = left > 1 ? .probation(left: left - 1) : .well
    return left > 1 ? nil : .restore(address)
  }

  private mutating func failed(_ address: SocketAddress) -> OutlierAction? {
    guard var record = records[address] else { return nil }
    record.failuresInARow += 1
    record.failures += 1
    records[address] = record
    switch record.standing {
    case .ejected: return nil
    case .probation: return eject(address, because: .consecutiveFailures)
    case .well:
      guard options.consecutiveFailures > 0, record.failuresInARow >= options.consecutiveFailures else { return nil }
      return eject(address, because: .consecutiveFailures)
    }
  }

  // MARK: - Away and back

  /// Sends an endpoint away, unless too many are.
  mutating func eject(_ address: SocketAddress, because reason: OutlierReason) -> OutlierAction? {
    guard var record = records[address], ejected.count < options.mostEjected(of: records.count) else { return nil }
    record.ejections += 1
    record.failuresInARow = 0
    let length = options.ejection(times: record.ejections)
    record.standing = .ejected(until: now + length)
    records[address] = record
    ejected.insert(address)
    return .eject(address, for: length, because: reason)
  }

  /// Has an endpoint back.
  mutating func admit(_ address: SocketAddress) -> OutlierAction {
    ejected.remove(address)
    let isWell = options.probationRequests < 1
    let standing: Record.Standing = isWell ? .well : .probation(left: options.probationRequests)
    records[address]?.standing = standing
    return isWell ? .restore(address) : .admit(address)
  }
}
