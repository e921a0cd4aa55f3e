/// Why a request was not made at all. What goes wrong in a request that was made is the request's own error.
public enum ServiceError: Error, Sendable, Hashable {
  /// The target has no endpoint that may be asked.
  case noEndpoints(Target)
  /// There is no endpoint set, for this reason.
  case unavailable(DiscoveryError)
  /// So many requests are under way and so many wait that no more are taken (``CircuitLimits``).
  case circuitOpen(Target, underWay: Int, waiting: Int)
}

extension ServiceError: CustomStringConvertible {
  /// One line for a person.
  public var description: String {
    switch self {
    case .noEndpoints(let target): "\(target) has no endpoint that may be asked"
    case .unavailable(let error): error.message
    case .circuitOpen(let target, let underWay, let waiting):
      "\(underWay) requests to \(target) are under way and \(waiting) wait: the limits of this client take no more"
    }
  }
}

/// What a client knows of its target.
public enum ServiceClientState: Sendable, Hashable {
  /// The source has not said anything yet.
  case waiting
  /// The endpoint set is what the source says.
  case fresh
  /// The source does not answer since then; the last endpoint set is in use.
  case stale(since: ContinuousClock.Instant)
  /// There is no endpoint set, for this reason.
  case failed(DiscoveryError)
}

/// What a client did since it was made.
public struct ServiceClientStatistics: Sendable, Hashable {
  /// Requests that came in.
  public internal(set) var requests = 0
  /// Attempts after a failed one, on another endpoint.
  public internal(set) var retries = 0
  /// Attempts beside one that took long.
  public internal(set) var hedges = 0
  /// Attempts that the budget refused.
  public internal(set) var refusedByBudget = 0
  /// Requests that the circuit limits refused.
  public internal(set) var refusedByCircuit = 0
  /// Endpoints that were ejected.
  public internal(set) var ejections = 0

  /// Counts a further attempt.
  mutating func count(isHedge: Bool) {
    if isHedge { hedges += 1 } else { retries += 1 }
  }
}
