/// What a reader is told of a target whose last good set is kept: told what the source says and what time it is, it says what follows.
struct KeptCourse {
  /// A set, and when the source last vouched for it.
  struct Kept: Equatable, Sendable {
    var set: EndpointSet
    var goodAt: ContinuousClock.Instant
  }

  private enum Source {
    /// It has not said anything yet.
    case silent
    case good
    case away(DiscoveryError)
  }

  let target: Target
  private let maximumAge: Duration
  private(set) var kept: Kept?
  private var source = Source.silent

  init(_ target: Target, maximumAge: Duration) { (self.target, self.maximumAge) = (target, maximumAge) }

  /// Whether the source vouches for what is kept at the moment.
  var isGood: Bool { if case .good = source { true } else { false } }

  /// Whether the source has said anything.
  var hasAnswer: Bool { if case .silent = source { false } else { true } }

  /// Whether the source says that the target is not there.
  var isGone: Bool { if case .away(let error) = source { error.reason == .notFound } else { false } }

  /// Whether what was kept earlier is wanted: the source does not answer, and nothing is known.
  var needsKept: Bool { !isGood && !isGone && kept == nil }

  /// What an earlier process, or an earlier subscription, knew.
  mutating func restore(_ kept: Kept) { if needsKept { self.kept = kept } }

  /// The source says something.
  mutating func take(_ update: EndpointUpdate, at now: ContinuousClock.Instant) {
    if isGood { kept?.goodAt = now }
    switch update {
    case .success(let set) where set.staleSince == nil:
      kept = Kept(set: set, goodAt: now)
      source = .good
    case .success(let set):
      if kept == nil, let since = set.staleSince { kept = Kept(set: set, goodAt: since) }
      source = .away(DiscoveryError(.unavailable, "the source only remembers"))
    case .failure(let error):
      if error.reason == .notFound { kept = nil }
      source = .away(error)
    }
  }

  /// The source has been silent for longer than a reader is to wait, or time has gone on.
  mutating func pass(to now: ContinuousClock.Instant) { if isGood { kept?.goodAt = now } }

  /// What the reader is to be told; `nil` for nothing yet.
  func verdict(at now: ContinuousClock.Instant) -> EndpointUpdate? {
    switch source {
    case .good: return (kept?.set).map { .success($0) }
    case .silent:
      return kept.map { remembered($0, now, DiscoveryError(.unavailable, "the source has not answered yet")) }
    case .away(let problem): return kept.map { remembered($0, now, problem) } ?? .failure(problem)
    }
  }

  private func remembered(
    _ kept: Kept, _ now: ContinuousClock.Instant, _ problem: DiscoveryError
  ) -> EndpointUpdate {
    guard now - kept.goodAt <= maximumAge else {
      return .failure(
        DiscoveryError(
          .tooOld, "what is known of \(target) is older than \(maximumAge), and the source is away: \(problem)"))
    }
    var set = kept.set
    set.staleSince = kept.goodAt
    return .success(set)
  }
}
