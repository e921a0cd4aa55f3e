/// What comes before a policy: a value that takes candidates away, or changes their weights.
protocol BalancingStage {
  /// Changes the candidates, whose order stays.
  func apply(to candidates: inout [Candidate], _ view: StageView)
}

/// An endpoint that may be picked.
struct Candidate: Sendable, Hashable {
  /// Its place among the endpoints of the view.
  let place: Int
  /// Its share beside the others'; positive.
  var weight: Double
}

/// What stages know of the endpoints.
struct StageView {
  /// The endpoints, in the order of addresses.
  let endpoints: [Endpoint]
  /// Which of them are ejected, by place; empty when none is.
  var isEjected: [Bool] = []
  /// Since when each is used, by place; `nil` for those that were there from the beginning.
  var since: [ContinuousClock.Instant?] = []
  /// The time.
  var now: ContinuousClock.Instant = .now
}

extension Balancer {
  /// The endpoints that may be picked, and their weights: all stages, in their order.
  func candidates(_ view: StageView) -> [Candidate] {
    let usesWeights = policy.usesWeights
    var candidates = view.endpoints.indices.map { place in
      Candidate(place: place, weight: usesWeights ? Double(view.endpoints[place].weight) : 1)
    }
    subsetting?.apply(to: &candidates, view)
    panicThreshold.apply(to: &candidates, view)
    locality?.apply(to: &candidates, view)
    if !policy.isHashing { slowStart?.apply(to: &candidates, view) }
    return candidates
  }
}
