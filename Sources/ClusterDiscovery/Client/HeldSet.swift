/// The endpoint set that a client uses: the source's newest, or the last one while the source does not answer, up to a limit.
///
/// A value: updates and times go in.
struct HeldSet {
  private let target: Target
  private let limit: Duration

  /// The set in use.
  private(set) var set: EndpointSet?
  /// What is known.
  private(set) var state = ServiceClientState.waiting
  /// Whether there ever was a set.
  private(set) var hadSet = false
  /// What the source said last, if that was an error.
  private var lastError: DiscoveryError?

  /// Nothing known, of a target whose last set may be used for so long.
  init(_ target: Target, limit: Duration) {
    self.target = target
    self.limit = limit.bounded
  }

  /// Takes what the source says.
  mutating func take(_ update: EndpointUpdate, at now: ContinuousClock.Instant) {
    switch update {
    case .success(let set): take(set, at: now)
    case .failure(let error): take(error, at: now)
    }
  }

  /// When ``advance(to:)`` has something to do.
  var nextTime: ContinuousClock.Instant? {
    if case .stale(let since) = state { since + limit } else { nil }
  }

  /// Lets the set go that is too old.
  mutating func advance(to now: ContinuousClock.Instant) {
    guard let end = nextTime, end <= now else { return }
    let reason = lastError.map { ": \($0.message)" } ?? ""
    fail(
      DiscoveryError(
        .tooOld, "the endpoints of \(target) are older than \(limit), and the source does not answer\(reason)"))
  }

  private mutating func take(_ set: EndpointSet, at now: ContinuousClock.Instant) {
    hadSet = true
    self.set = set
    if let since = set.staleSince {
      state = .stale(since: min(since, now))
      advance(to: now)
    } else {
      lastError = nil
      state = .fresh
    }
  }

  private mutating func take(_ error: DiscoveryError, at now: ContinuousClock.Instant) {
    switch error.reason {
    case .cancelled: return
    case .notFound, .tooOld: fail(error)
    case .unavailable, .denied, .malformed:
      guard set != nil else { return fail(error) }
      lastError = error
      if state == .fresh { state = .stale(since: now) }
      advance(to: now)
    }
  }

  private mutating func fail(_ error: DiscoveryError) {
    set = nil
    lastError = error
    state = .failed(error)
  }
}
