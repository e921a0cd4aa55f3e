/// Prefers endpoints on the same Node, then in the same zone, and spills over to others what these have no capacity for.
///
/// Near endpoints get all requests as long as their share of all capacity is not below the share of clients that they would serve by more than
/// ``overload`` (the test of Kubernetes' topology aware hints, KEP-2433). Otherwise they get what they have capacity for, and the rest goes to
/// other zones, to each by the capacity that its own clients leave (Envoy's zone aware routing). Ejected endpoints are no capacity.
public struct Locality: Sendable, Hashable {
  /// The Node that this client runs on; `nil`: Nodes are all alike.
  public var node: String?
  /// The zone that this client runs in; `nil`: zones are all alike.
  public var zone: String?
  /// The share of clients in each zone; without it clients are taken to be spread evenly over zones.
  public var clientShares: [String: Double]?
  /// How much more than their share near endpoints may have to bear, 0.2 for a fifth.
  public var overload: Double

  /// A place in the cluster.
  public init(
    node: String? = nil, zone: String? = nil, clientShares: [String: Double]? = nil, overload: Double = 0.2
  ) {
    self.node = node
    self.zone = zone
    self.clientShares = clientShares
    self.overload = overload.isFinite && overload >= 0 ? overload : 0.2
  }
}

extension Locality: BalancingStage {
  func apply(to candidates: inout [Candidate], _ view: StageView) {
    var rest = candidates
    var chosen: [Candidate] = []
    var amount = 1.0
    if let node {
      let groups = Groups(rest, own: node) { view.endpoints[$0].node }
      let share = localShare(groups, clients: 1 / Double(groups.count))
      chosen += groups.local.scaled(to: amount * share)
      amount *= 1 - share
      if amount > 0 { rest = groups.others }
    }
    if amount > 0 { chosen += byZone(rest, view, amount) }
    var weights = [Double](repeating: 0, count: view.endpoints.count)
    for candidate in chosen { weights[candidate.place] = candidate.weight }
    candidates = candidates.map { Candidate(place: $0.place, weight: weights[$0.place]) }.filter { $0.weight > 0 }
  }

  /// Shares an amount out over zones.
  private func byZone(_ candidates: [Candidate], _ view: StageView, _ amount: Double) -> [Candidate] {
    guard let zone else { return candidates.scaled(to: amount) }
    let groups = Groups(candidates, own: zone) { view.endpoints[$0].zone }
    func clients(_ zone: String) -> Double { clientShares.map { $0[zone] ?? 0 } ?? 1 / Double(groups.count) }
    let share = localShare(groups, clients: clients(zone))
    var chosen = groups.local.scaled(to: amount * share)
    if share == 1 { return chosen }
    let left = groups.capacity.mapValues { $0 / groups.total }.map { zone, capacity in
      (zone: zone, spare: max(capacity - clients(zone), 0), capacity: capacity)
    }.filter { $0.zone != zone }
    let spare = left.reduce(0) { $0 + $1.spare }
    let whole = left.reduce(0) { $0 + $1.capacity }
    // Only differences of roundings are left where every zone is just full.
    let bySpare = spare > 1e-9
    let shares = Dictionary(
      uniqueKeysWithValues: left.map { ($0.zone, (bySpare ? $0.spare / spare : $0.capacity / whole) / $0.capacity) })
    for candidate in groups.others {
      let share = shares[view.endpoints[candidate.place].zone ?? ""] ?? 0
      chosen.append(Candidate(place: candidate.place, weight: candidate.weight / groups.total * share))
    }
    let others = chosen.dropFirst(groups.local.count)
    return Array(chosen.prefix(groups.local.count)) + Array(others).scaled(to: amount * (1 - share))
  }

  /// The share of requests that the near ones get.
  private func localShare(_ groups: Groups, clients: Double) -> Double {
    guard !groups.local.isEmpty else { return 0 }
    guard !groups.others.isEmpty, clients > 0 else { return 1 }
    return min(1, groups.local.weight / groups.total * (1 + overload) / clients)
  }

  /// Candidates by where they are.
  private struct Groups {
    var local: [Candidate] = []
    var others: [Candidate] = []
    /// The sum of weights of each place.
    var capacity: [String: Double] = [:]

    init(_ candidates: [Candidate], own: String, _ name: (Int) -> String?) {
      capacity[own] = 0
      for candidate in candidates {
        let name = name(candidate.place) ?? ""
        capacity[name, default: 0] += candidate.weight
        if name == own { local.append(candidate) } else { others.append(candidate) }
      }
    }

    /// How many places there are, this client's among them.
    var count: Int { capacity.count }
    var total: Double { local.weight + others.weight }
  }
}

extension [Candidate] {
  /// The sum of weights.
  fileprivate var weight: Double { reduce(0) { $0 + $1.weight } }

  /// The same shares of an amount.
  fileprivate func scaled(to amount: Double) -> [Candidate] {
    let weight = weight
    guard weight > 0 else { return [] }
    return map { Candidate(place: $0.place, weight: $0.weight / weight * amount) }
  }
}
