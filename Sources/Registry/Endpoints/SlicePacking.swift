import ClusterModel

/// How the endpoints of one group are spread over slices: so that few of them move, and few slices change.
///
/// The steps are those of Kubernetes' controller: keep what is right where it is; fill the slices that change anyway;
/// make full slices of what is left; put the rest where it fits best.
struct SlicePacking {
  /// The endpoints of the slices that there are, as they are to be.
  private(set) var kept: [[Endpoint]]
  /// For each of those slices, whether its endpoints are others than before.
  private(set) var isChanged: [Bool]
  /// The endpoints of new slices.
  private(set) var added: [[Endpoint]] = []
  private let limit: Int

  /// - Parameters:
  ///   - endpoints: the endpoints as they are to be, of those that change.
  ///   - slices: the endpoints of the slices that there are.
  ///   - limit: the most endpoints of one slice, at least 1.
  ///   - mayChange: whether an endpoint is one of those that change; the others stay as they are. O(1).
  init(
    _ endpoints: [Endpoint], into slices: [[Endpoint]], limit: Int, where mayChange: (Endpoint) -> Bool = { _ in true }
  ) {
    self.limit = max(1, limit)
    var wanted = Dictionary(endpoints.map { (EndpointIdentity($0), $0) }, uniquingKeysWith: { first, _ in first })
    kept = slices.map { slice in
      guard slice.contains(where: mayChange) else { return slice }
      return slice.compactMap { mayChange($0) ? wanted.removeValue(forKey: EndpointIdentity($0)) : $0 }
    }
    isChanged = zip(kept, slices).map { $0 != $1 }
    var rest = endpoints.filter { wanted.removeValue(forKey: EndpointIdentity($0)) != nil }[...]
    for index in kept.indices where isChanged[index] { fill(index, from: &rest) }
    while rest.count >= self.limit {
      added.append(Array(rest.prefix(self.limit)))
      rest = rest.dropFirst(self.limit)
    }
    guard !rest.isEmpty else { return }
    if let index = bestFit(for: rest.count) { fill(index, from: &rest) } else { added.append(Array(rest)) }
  }

  private mutating func fill(_ index: Int, from rest: inout ArraySlice<Endpoint>) {
    let room = rest.prefix(max(0, limit - kept[index].count))
    if room.isEmpty { return }
    kept[index] += room
    isChanged[index] = true
    rest = rest.dropFirst(room.count)
  }

  /// The slice with the least room that has enough.
  private func bestFit(for count: Int) -> Int? {
    kept.indices.filter { kept[$0].count + count <= limit }.max { kept[$0].count < kept[$1].count }
  }
}
