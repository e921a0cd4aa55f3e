import ClusterDiscovery
import NetworkAddresses
import Testing

@testable import ClusterDiscovery

@Suite("Stages before the policy") struct StageTests {
  private func place(_ number: Int, zone: String? = nil, node: String? = nil) -> Endpoint {
    Endpoint(address(of: number), zone: zone, node: node)
  }

  /// The share of each endpoint that the stages leave.
  private func shares(_ balancer: Balancer, _ view: StageView) -> [Int: Double] {
    let candidates = balancer.candidates(view)
    let total = candidates.reduce(0) { $0 + $1.weight }
    return Dictionary(uniqueKeysWithValues: candidates.map { ($0.place, $0.weight / total) })
  }

  @Test(
    "ejected endpoints are not picked, unless fewer than the threshold are left",
    arguments: [(4, 0.5, 6), (6, 0.5, 10), (9, 0, 1), (10, 0, 0), (10, 0.5, 10), (5, 0.5, 5)])
  func panic(ejected: Int, threshold: Double, used: Int) {
    let cell = PickerCell(Balancer(.roundRobin, panicThreshold: PanicThreshold(threshold)), seed: 1)
    cell.update(endpoints(10), ejected: Set((0..<ejected).map(address)))
    let picks = cell.picks(20).filter { $0 >= 0 }
    #expect(Set(picks).count == used)
    if used < 10 { #expect(picks.allSatisfy { $0 >= ejected }) }
  }

  @Test("a new endpoint's weight rises over the window; the first ones and those that stay have all of theirs")
  func slowStart() {
    let slowStart = SlowStart(window: .seconds(20), minimumShare: 0.1)
    let cell = PickerCell(Balancer(.roundRobin, slowStart: slowStart), seed: 1)
    let start = ContinuousClock.now
    let list = endpoints(2)
    #expect(cell.update([list[0]], at: start) == nil)
    func share(_ seconds: Int, ejected: Set<SocketAddress> = []) -> Double {
      cell.update(list, ejected: ejected, at: start + .seconds(seconds))
      return Double(cell.spread(10_000, over: 2)[1]) / 10_000
    }
    #expect(cell.update(list, at: start) == .seconds(1))
    #expect(abs(share(0) - 0.1 / 1.1) < 0.01)
    #expect(abs(share(10) - 0.5 / 1.5) < 0.01)
    #expect(abs(share(15) - 0.75 / 1.75) < 0.01)
    #expect(abs(share(20) - 0.5) < 0.01)
    #expect(cell.update(list, at: start + .seconds(21)) == nil)
    // Who comes back from an ejection is new again.
    #expect(share(30, ejected: [address(of: 1)]) == 0)
    #expect(abs(share(31) - 0.1 / 1.1) < 0.01)
  }

  @Test("slow start's curve", arguments: [(1.0, 0.25, 0.25), (2, 0.25, 0.5), (1, 0.05, 0.1), (1, 2, 1)])
  func curve(aggression: Double, part: Double, share: Double) {
    let slowStart = SlowStart(window: .seconds(100), aggression: aggression, minimumShare: 0.1)
    #expect(abs(slowStart.share(at: .seconds(part * 100)) - share) < 1e-9)
  }

  @Test("subsets: each client has its size, the same each time, and endpoints have equally many clients")
  func subsetting() {
    let view = StageView(endpoints: endpoints(60))
    var clients = [Int](repeating: 0, count: 60)
    for client in 0..<120 {
      var candidates = Balancer.roundRobin.candidates(view)
      Subsetting(client: client, size: 10).apply(to: &candidates, view)
      #expect(candidates.count == 10)
      for candidate in candidates { clients[candidate.place] += 1 }
    }
    #expect(clients.allSatisfy { $0 == 20 })
    let first = Balancer(.roundRobin, subsetting: Subsetting(client: 3, size: 10)).candidates(view)
    #expect(first == Balancer(.random, subsetting: Subsetting(client: 3, size: 10)).candidates(view))
    #expect(Balancer(.roundRobin, subsetting: Subsetting(client: 3, size: 60)).candidates(view).count == 60)
  }

  @Test("near endpoints get everything while they have capacity for their clients")
  func zoneFirst() {
    let view = StageView(endpoints: (0..<6).map { place($0, zone: ["a", "b", "c"][$0 % 3]) })
    let shares = shares(Balancer(.roundRobin, locality: Locality(zone: "a")), view)
    #expect(shares == [0: 0.5, 3: 0.5])
  }

  @Test("what a zone has no capacity for spills to zones that have some left, by how much")
  func spill() {
    // Zone a has 1 of 10 endpoints for half of the clients; b has 6, c has 3.
    let zones = ["a"] + [String](repeating: "b", count: 6) + [String](repeating: "c", count: 3)
    let view = StageView(endpoints: zones.enumerated().map { place($0.offset, zone: $0.element) })
    let locality = Locality(zone: "a", clientShares: ["a": 0.5, "b": 0.3, "c": 0.2], overload: 0)
    let shares = shares(Balancer(.roundRobin, locality: locality), view)
    #expect(abs((shares[0] ?? 0) - 0.2) < 1e-9)
    // b has 0.3 to spare, c 0.1.
    let (b, c) = ((1...6).reduce(0) { $0 + (shares[$1] ?? 0) }, (7...9).reduce(0) { $0 + (shares[$1] ?? 0) })
    #expect(abs(b - 0.8 * 0.75) < 1e-9 && abs(c - 0.8 * 0.25) < 1e-9)
  }

  @Test("ejections take capacity from a zone, and a zone without endpoints uses all others")
  func lostZone() {
    let list = (0..<6).map { place($0, zone: ["a", "b"][$0 % 2]) }
    let balancer = Balancer(.roundRobin, panicThreshold: PanicThreshold(0), locality: Locality(zone: "a", overload: 0))
    let view = StageView(endpoints: list, isEjected: [true, false, true, false, false, false])
    // Of four left one is in zone a: half of a's requests find room there.
    #expect(abs((shares(balancer, view)[4] ?? 0) - 0.5) < 1e-9)
    let gone = StageView(endpoints: list, isEjected: [true, false, true, false, true, false])
    #expect(shares(balancer, gone).keys.sorted() == [1, 3, 5])
  }

  @Test("the same Node comes before the zone")
  func node() {
    let list = (0..<6).map { place($0, zone: ["a", "b"][$0 % 2], node: "node-\($0 % 3)") }
    let near = shares(Balancer(.roundRobin, locality: Locality(node: "node-0", zone: "a")), StageView(endpoints: list))
    #expect(near == [0: 0.5, 3: 0.5])
    let away = shares(
      Balancer(.roundRobin, locality: Locality(node: "elsewhere", zone: "a")), StageView(endpoints: list))
    #expect(away.keys.sorted() == [0, 2, 4])
  }

  @Test("hashing policies keep their keys while others start slowly")
  func hashingWithoutSlowStart() {
    let view = StageView(endpoints: endpoints(2), since: [nil, .now])
    #expect(Balancer(.maglev(Maglev()), slowStart: SlowStart()).candidates(view).allSatisfy { $0.weight == 1 })
    #expect(Balancer(.random, slowStart: SlowStart()).candidates(view).contains { $0.weight < 1 })
  }
}
