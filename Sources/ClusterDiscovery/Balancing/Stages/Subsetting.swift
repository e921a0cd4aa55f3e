/// Which endpoints this client uses when there are too many for each client to have connections to all: deterministic subsetting ("Site
/// Reliability Engineering", Beyer et al., chapter 20).
///
/// Clients have numbers from 0 on. As many of them as there are subsets make up a round, and share out all endpoints, in an order that is
/// shuffled anew each round; so each endpoint has the same number of clients, to one a round.
public struct Subsetting: Sendable, Hashable {
  /// This client's number, from 0 on; clients' numbers should be without gaps.
  public var client: Int
  /// How many endpoints a client uses, at least 1.
  public var size: Int

  /// A subset.
  public init(client: Int, size: Int) {
    self.client = max(client, 0)
    self.size = max(size, 1)
  }
}

extension Subsetting: BalancingStage {
  func apply(to candidates: inout [Candidate], _ view: StageView) {
    let subsets = candidates.count / size
    guard subsets > 1 else { return }
    let (round, subset) = client.quotientAndRemainder(dividingBy: subsets)
    var order = Array(candidates.indices)
    Self.shuffle(&order, seed: UInt64(round))
    let chosen = order[subset * size..<(subset + 1) * size].sorted()
    candidates = chosen.map { candidates[$0] }
  }

  /// Fisher and Yates, the same for equal seeds in every process.
  private static func shuffle(_ order: inout [Int], seed: UInt64) {
    let seed = KeyHash.mix(seed, 0)
    for last in stride(from: order.count - 1, to: 0, by: -1) {
      let bits = KeyHash.mix(seed, UInt64(last))
      order.swapAt(last, Int(bits.multipliedFullWidth(by: UInt64(last + 1)).high))
    }
  }
}
