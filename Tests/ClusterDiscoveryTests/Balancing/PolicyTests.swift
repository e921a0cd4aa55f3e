import ClusterDiscovery
import NetworkAddresses
import Testing

@Suite("Balancing policies") struct PolicyTests {
  @Test("a cell without endpoints gives none, whatever the policy", arguments: BalancingPolicy.names)
  func empty(name: String) throws {
    let cell = PickerCell(Balancer(try BalancingPolicy(name)))
    #expect(cell.pick() == nil)
    cell.update(endpoints(3))
    #expect(cell.pick(PickContext(key: 1)) != nil)
    cell.update([])
    #expect(cell.pick() == nil)
  }

  @Test("round robin takes one after the other, and begins anywhere")
  func roundRobin() {
    let cell = PickerCell(.roundRobin, endpoints(5))
    let picks = cell.picks(20)
    #expect(Set(picks.prefix(5)).count == 5)
    #expect(zip(picks, picks.dropFirst(5)).allSatisfy { $0 == $1 })
    let starts = (0..<200).map { PickerCell(.roundRobin, endpoints(5), seed: $0).picks(1)[0] }
    #expect(Set(starts).count == 5)
  }

  @Test("weighted picks are smooth: shares hold in every short run, and nobody waits long for a turn")
  func smooth() {
    let weights: [UInt16] = [5, 3, 1, 1]
    let picks = PickerCell(.weighted, endpoints(4) { weights[$0] }).picks(2000)
    for place in weights.indices {
      let turns = picks.indices.filter { picks[$0] == place }
      let ideal = 10 / Double(weights[place])
      #expect(abs(Double(turns.count) - 2000 / ideal) <= 3)
      let gaps = zip(turns, turns.dropFirst()).map { $1 - $0 }
      #expect(Set(gaps).count <= 3)
      #expect(Double(gaps.max() ?? 0) < 2.7 * ideal)
    }
  }

  @Test("least requests takes the one of two that has fewer under way")
  func leastRequests() throws {
    let cell = PickerCell(.leastRequests, endpoints(2))
    let busy = try #require(cell.pick())
    cell.begin(busy)
    #expect(cell.requestsUnderWay(busy) == 1)
    #expect(cell.picks(50).allSatisfy { $0 != number(of: busy.address) })
    cell.end(busy, latency: .milliseconds(1), succeeded: true)
    #expect(cell.requestsUnderWay(busy) == 0)
    #expect(Set(cell.picks(50)).count == 2)
  }

  @Test("power of two choices keeps the most loaded of 100 near the average")
  func powerOfTwo() throws {
    let (two, one) = (PickerCell(.leastRequests, endpoints(100)), PickerCell(.random, endpoints(100)))
    func highest(_ cell: PickerCell) throws -> Int {
      var loads = [Int](repeating: 0, count: 100)
      for _ in 0..<10_000 {
        let pick = try #require(cell.pick())
        cell.begin(pick)
        loads[number(of: pick.address)] += 1
      }
      return try #require(loads.max())
    }
    #expect(try highest(two) <= 104)
    #expect(try highest(one) > 115)
  }

  @Test("peak EWMA leaves a slow endpoint, whose average decays, and one that fails fast")
  func peakEWMA() throws {
    let second: UInt64 = 1_000_000_000
    let cell = PickerCell(.peakEWMA(PeakEWMA(decay: .seconds(10))), endpoints(2))
    func ask(_ latency: [Duration], at now: UInt64, succeeded: Bool = true) throws {
      // Requests under way keep an endpoint from being picked again, so that two picks meet both.
      let picks = try (0..<2).map { _ in
        let pick = try #require(cell.pick(PickContext(now: now)))
        cell.begin(pick)
        return pick
      }
      try #require(Set(picks).count == 2)
      for pick in picks {
        let place = number(of: pick.address)
        cell.end(pick, latency: latency[place], succeeded: succeeded || place == 0, now: now)
      }
    }
    try ask([.milliseconds(1), .milliseconds(100)], at: second)
    #expect(cell.picks(50) { _ in PickContext(now: second) }.allSatisfy { $0 == 0 })
    // After 5 time constants the 100 ms count for 0.7, and 1 ms that was noted just now for 1.
    let later = 51 * second
    let pick = try #require(cell.pick(PickContext(now: second)))
    cell.begin(pick)
    cell.end(pick, latency: .milliseconds(1), succeeded: true, now: later)
    #expect(cell.picks(50) { _ in PickContext(now: later) }.allSatisfy { $0 == 1 })
    try ask([.milliseconds(1), .microseconds(10)], at: later, succeeded: false)
    #expect(cell.picks(50) { _ in PickContext(now: later) }.allSatisfy { $0 == 0 })
  }

  @Test("pick first stays with its endpoint as long as it is there")
  func pickFirst() {
    let cell = PickerCell(.pickFirst, Array(endpoints(5).dropFirst()))
    #expect(cell.picks(3) == [1, 1, 1])
    cell.update(endpoints(5))
    #expect(cell.picks(2) == [1, 1])
    cell.update(endpoints(5), ejected: [address(of: 1)])
    #expect(cell.picks(2) == [0, 0])
  }
}
