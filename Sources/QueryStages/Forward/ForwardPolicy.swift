/// In which order the upstreams of a `forward` line are asked.
enum ForwardPolicy: String, Sendable, CaseIterable {
  case random
  case roundRobin = "round_robin"
  case sequential

  /// The indices of the upstreams in the order in which they are asked.
  ///
  /// - Parameters:
  ///   - count: how many upstreams there are.
  ///   - turn: how many questions came before this one.
  func order(count: Int, turn: Int, using random: inout some RandomNumberGenerator) -> [Int] {
    let indices = Array(0..<count)
    guard count > 1 else { return indices }
    switch self {
    case .random: return indices.shuffled(using: &random)
    case .roundRobin:
      let first = turn % count
      return Array(indices[first...] + indices[..<first])
    case .sequential: return indices
    }
  }
}
