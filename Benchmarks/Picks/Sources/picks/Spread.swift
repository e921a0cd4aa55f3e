import ClusterDiscovery
import NetworkAddresses

/// How evenly a million picks are spread over ten endpoints, and how many keys Maglev moves that need not move.
func measureSpread() throws {
  for name in ["round-robin", "random", "weighted", "least-requests", "peak-ewma", "maglev", "session-affinity"] {
    let list = endpoints(10, isWeighted: name == "weighted")
    let counts = spread(try BalancingPolicy(name), list, picks: 1_000_000)
    let weights = list.map { Double($0.weight) }
    let total = weights.reduce(0, +)
    let pairs = zip(counts, weights.map { $0 / total * 1_000_000 })
    let worst = pairs.map { abs(Double($0) / $1 - 1) }.max() ?? 1
    let chiSquare = pairs.reduce(0) { sum, pair in sum + (Double(pair.0) - pair.1) * (Double(pair.0) - pair.1) / pair.1
    }
    say("a million picks over 10 endpoints, \(name): the worst share is off by", worst * 100, "%", 1)
    // 9 degrees of freedom: above that with a chance of a thousandth.
    say("a million picks over 10 endpoints, \(name): chi-square", chiSquare, "", 27.88)
  }
  for count in [10, 100] {
    let list = endpoints(count)
    let (before, after) = (try keys(list), try keys(Array(list.dropFirst())))
    let moved = zip(before, after).filter { $0 != list[0].address && $0 != $1 }.count
    say("Maglev, one of \(count) endpoints leaves: keys of others that move", Double(moved) / 1000, "%", 1)
  }
}

/// How often each endpoint is picked, each time for another client.
private func spread(_ policy: BalancingPolicy, _ endpoints: [Endpoint], picks: Int) -> [Int] {
  let cell = PickerCell(Balancer(policy), seed: 7)
  cell.update(endpoints)
  var counts = [Int](repeating: 0, count: endpoints.count)
  for number in 0..<picks {
    guard let pick = cell.pick(PickContext(key: KeyHash.of("client \(number)"))) else { continue }
    counts[Int(pick.slot)] += 1
  }
  return counts
}

/// What Maglev picks for each of 100,000 keys.
private func keys(_ endpoints: [Endpoint]) throws -> [SocketAddress] {
  let cell = PickerCell(Balancer(try BalancingPolicy("maglev")), seed: 7)
  cell.update(endpoints)
  return (0..<100_000).compactMap { cell.pick(PickContext(key: KeyHash.of("client \($0)")))?.address }
}
