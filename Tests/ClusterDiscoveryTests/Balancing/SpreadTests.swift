import ClusterDiscovery
import NetworkAddresses
import Testing

/// A million picks each, with fixed seeds.
@Suite("Spread of picks") struct SpreadTests {
  static let picks = 1_000_000

  /// Pearson's chi-square of counts against shares.
  private func chiSquare(_ counts: [Int], _ shares: [Double]) -> Double {
    let total = Double(counts.reduce(0, +))
    return zip(counts, shares).reduce(0) { sum, pair in
      let expected = pair.1 * total
      return sum + (Double(pair.0) - expected) * (Double(pair.0) - expected) / expected
    }
  }

  /// How far the worst count is off its share, as a part of the share.
  private func worst(_ counts: [Int], _ shares: [Double]) -> Double {
    let total = Double(counts.reduce(0, +))
    return zip(counts, shares).map { abs(Double($0) / (total * $1) - 1) }.max() ?? 0
  }

  @Test(
    "policies without weights are within 1 % of even over ten endpoints",
    arguments: ["round-robin", "random", "least-requests", "peak-ewma", "session-affinity"])
  func even(name: String) throws {
    let cell = PickerCell(try BalancingPolicy(name), endpoints(10))
    let shares = [Double](repeating: 0.1, count: 10)
    let counts = cell.spread(Self.picks, over: 10) { _ in PickContext(now: 1) }
    #expect(counts.reduce(0, +) == Self.picks)
    // 9 degrees of freedom: above 27.88 with a chance of a thousandth.
    #expect(chiSquare(counts, shares) < 27.88)
    #expect(worst(counts, shares) < 0.01)
  }

  @Test(
    "weights are kept to within 1 %, however unequal", arguments: [[1, 2, 3, 4], [1, 1, 1, 97], [1, 65_535], [7]])
  func weighted(weights: [UInt16]) {
    let cell = PickerCell(.weighted, endpoints(weights.count) { weights[$0] })
    let total = Double(weights.reduce(0) { $0 + Int($1) })
    let shares = weights.map { Double($0) / total }
    let counts = cell.spread(Self.picks, over: weights.count)
    for place in weights.indices {
      let expected = shares[place] * Double(Self.picks)
      #expect(abs(Double(counts[place]) - expected) <= max(0.01 * expected, 3))
    }
  }

  @Test("random draws by weight, when stages make weights unequal, pass the chi-square test")
  func randomByWeight() {
    let list = endpoints(4)
    let cell = PickerCell(
      Balancer(.random, slowStart: SlowStart(window: .seconds(10), minimumShare: 0.1)), seed: 3)
    let start = ContinuousClock.now
    cell.update(Array(list.prefix(2)), at: start)
    cell.update(list, at: start)
    let counts = cell.spread(Self.picks, over: 4)
    let shares = [1, 1, 0.1, 0.1].map { $0 / 2.2 }
    // 3 degrees of freedom: above 16.27 with a chance of a thousandth.
    #expect(chiSquare(counts, shares) < 16.27)
    #expect(worst(counts, shares) < 0.02)
  }

  @Test(
    "Maglev's shares are within 1 % of even over ten endpoints, within 2 % as the weights", arguments: [false, true])
  func maglev(isWeighted: Bool) {
    let weights: [UInt16] = isWeighted ? [1, 2, 3, 4, 5, 1, 2, 3, 4, 5] : [UInt16](repeating: 1, count: 10)
    let cell = PickerCell(.maglev(Maglev()), endpoints(10) { weights[$0] })
    let total = Double(weights.reduce(0, +))
    let counts = cell.spread(Self.picks, over: 10) { PickContext(key: KeyHash.of("client \($0)")) }
    // A weight of 1 in 30 is 33,333 picks, which chance alone moves by half a per cent.
    #expect(worst(counts, weights.map { Double($0) / total }) < (isWeighted ? 0.02 : 0.01))
  }

  @Test("a large ring's shares are within a tenth of even")
  func ring() {
    let cell = PickerCell(.ringHash(RingHash(minimumSize: 1 << 14)), endpoints(10))
    let counts = cell.spread(200_000, over: 10) { PickContext(key: UInt64($0)) }
    #expect(worst(counts, [Double](repeating: 0.1, count: 10)) < 0.1)
  }
}
