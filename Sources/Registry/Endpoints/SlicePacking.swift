import ClusterModel

/// How the endpoints of one group are spread over slices: so that few of them move, and few slices change.
///
/// The steps are those of Kubernetes' controller: keep what is right where it is; fill the slices that change anyway;
/// make full slices of what is left; put the rest where it fits best.
struct SlicePacking {
  /// The slices as they are to be, by the index of the slice that was there; unchanged ones too.
  private(set) var kept: [[Endpoint]]
  /// The endpoints of new slices.
  private(set) var added: [[Endpoint]] = []
  private let limit: Int

  /// - Parameters:
  ///   - endpoints: the endpoints as they are to be.
  ///   - slices: the endpoints of the slices that there are.
  ///   - limit: the most endpoints of one slice, at least 1.
  init(_ endpoints: [Endpoint], into slices: [[Endpoint]], limit: Int) {
    self.limit = max(1, limit)
    kept = []
    var wanted = Dictionary(endpoints.map { (EndpointIdentity($0), $0) }, uniquingKeysWith: { first, _ in first })
    kept = slices.map { slice in
      slice.compactMap { wanted.removeValue(forKey: EndpointIdentity($0)) }
    }
    var rest = endpoints.filter { wanted.removeValue(forKey: EndpointIdentity($0)) != nil }[...]
    for index in kept.indices where kept[index] != slices[index] { fill(index, from: &rest) }
    while rest.count >= self.limit {
      added.append(Array(rest.prefix(self.limit)))
      rest = rest.dropFirst(self.limit)
    }
    guard !rest.isEmpty else { return }
    if let index = bestFit(for: rest.count) { fill(index, from: &rest) } else { added.append(Array(rest)) }
  }

  private mutating func fill(_ index: Int, from rest: inout ArraySlice<Endpoint>) {
    let room = rest.prefix(max(0, limit - kept[index].count))
    kept[index] += room
    rest = rest.dropFirst(room.count)
  }

  /// The slice with the least room that has enough.
  private func bestFit(for count: Int) -> Int? {
    kept.indices.filter { kept[$0].count + count <= limit }.max { kept[$0].count < kept[$1].count }
  }
}
