import ClusterDiscovery
import NetworkAddresses
import Synchronization
import Testing

@testable import ClusterDiscovery

@Suite("Picker cells", .timeLimit(.minutes(5))) struct PickerCellTests {
  /// Whether the writer has done its work.
  private final class Changes: Sendable {
    let areDone = Atomic(false)
  }

  @Test(
    "picks from four threads while sets change a thousand times are always of an address that was in a set",
    arguments: BalancingPolicy.names)
  func concurrent(name: String) async throws {
    let policy = try BalancingPolicy(name == "maglev" ? "maglev:table-size=251" : name)
    let cell = PickerCell(Balancer(policy, slowStart: SlowStart()), seed: 5)
    // Two endpoints are always there, and up to 38 others.
    let all = endpoints(40)
    cell.update(all)
    let changes = Changes()
    try await withThrowingTaskGroup(of: Int.self) { group in
      for thread in 0..<4 {
        group.addTask {
          var (seed, wrong, picks) = (UInt64(thread), 0, 0)
          while !changes.areDone.load(ordering: .relaxed) || picks < 100 {
            seed = KeyHash.mix(seed, 1)
            guard let pick = cell.pick(PickContext(key: seed)), (0..<40).contains(number(of: pick.address)) else {
              wrong += 1
              break
            }
            cell.begin(pick)
            cell.end(pick, latency: .microseconds(Int(seed & 1023)), succeeded: seed & 7 != 0)
            picks += 1
            if picks & 255 == 0 { await Task.yield() }
          }
          return wrong
        }
      }
      for change in 0..<1000 {
        let count = 2 + Int(KeyHash.mix(UInt64(change), 2) % 39)
        cell.update(Array(all.prefix(count)), ejected: change % 3 == 0 ? [address(of: 1)] : [])
        if change & 15 == 0 { await Task.yield() }
      }
      changes.areDone.store(true, ordering: .relaxed)
      for try await wrong in group { #expect(wrong == 0) }
    }
    let slots = (UInt32(0)..<200).map { Pick(address: address(of: 0), slot: $0) }
    #expect(slots.allSatisfy { cell.requestsUnderWay($0) == 0 })
  }

  @Test("a slot stays with its address from set to set, and is given away only when nothing is under way to it")
  func slots() throws {
    let cell = PickerCell(.roundRobin, endpoints(1))
    let pick = try #require(cell.pick())
    cell.begin(pick)
    cell.update(Array(endpoints(2).dropFirst()))
    #expect(cell.pick()?.slot == 1)
    cell.update(endpoints(1))
    #expect(cell.pick() == pick)
    for set in 1..<5 { cell.update([endpoints(9)[set]]) }
    let slots = try (5..<8).map { set in
      cell.update([endpoints(9)[set]])
      return try #require(cell.pick()).slot
    }
    #expect(!slots.contains(pick.slot))
    cell.end(pick, latency: nil, succeeded: true)
    for set in 1..<5 { cell.update([endpoints(9)[set]]) }
    let later = try (0..<9).map { set in
      cell.update([endpoints(20)[set + 10]])
      return try #require(cell.pick()).slot
    }
    #expect(later.contains(pick.slot))
    #expect((later.max() ?? 0) < 10)
  }

  @Test("endless changes of addresses leave the number of slots bounded")
  func bounded() throws {
    let cell = PickerCell(.roundRobin, [])
    for turn in 0..<200 {
      cell.update((0..<10).map { Endpoint(address(of: turn * 10 + $0)) })
      for _ in 0..<10 { #expect(try #require(cell.pick()).slot < 40) }
    }
  }

  @Test("endpoints may come in any order, and an address twice")
  func order() {
    let cell = PickerCell(.roundRobin, endpoints(4).reversed() + endpoints(4))
    #expect(Set(cell.picks(4)) == [0, 1, 2, 3])
  }

  @Test("both families are picked, and a set of 100,000 has a block for each")
  func many() throws {
    let six = Endpoint(SocketAddress(.v6(.loopback), port: 1))
    let cell = PickerCell(.roundRobin, endpoints(100_000) + [six])
    var seen = Set<UInt32>()
    var hasSix = false
    for _ in 0...100_000 {
      let pick = try #require(cell.pick())
      seen.insert(pick.slot)
      hasSix = hasSix || pick.address == six.address
      cell.begin(pick)
    }
    #expect(seen.count == 100_001 && hasSix)
    #expect(cell.requestsUnderWay(Pick(address: six.address, slot: 100_000)) == 1)
    #expect(cell.requestsUnderWay(Pick(address: six.address, slot: .max)) == 0)
  }
}

@Suite("Names of balancers") struct BalancerTextTests {
  @Test(
    "names and options",
    arguments: [
      ("round-robin", .roundRobin), ("pick-first", .pickFirst), ("least-requests", .leastRequests),
      ("peak-ewma:decay=500ms", .peakEWMA(PeakEWMA(decay: .milliseconds(500)))),
      ("ring-hash:min-size=64,max-size=128", .ringHash(RingHash(minimumSize: 64, maximumSize: 128))),
      ("maglev", .maglev(Maglev())), ("maglev:table-size=8", .maglev(Maglev(tableSize: 11))),
      (
        "session-affinity:timeout=3h,clients=100",
        .sessionAffinity(SessionAffinity(timeout: .seconds(10_800), clients: 100))
      ),
      ("session-affinity", .sessionAffinity(SessionAffinity())),
    ] as [(String, BalancingPolicy)])
  func read(text: String, policy: BalancingPolicy) throws {
    #expect(try BalancingPolicy(text) == policy)
  }

  @Test(
    "what is none is refused with what would be right",
    arguments: [
      ("", "there are round-robin, random"), ("robin", "there is no balancer \"robin\""),
      ("random:seed=1", "random has no options"), ("maglev:size=7", "it has table-size"),
      ("maglev:table-size=x", "table-size is 2 to 5000011"), ("maglev:table-size", "write OPTION=VALUE"),
      ("maglev:table-size=7,table-size=7", "there twice"), ("peak-ewma:decay=10", "a time as 500ms"),
      ("peak-ewma:decay=0s", "a time as"), ("session-affinity:timeout=99999999999999999999s", "a time as"),
      ("ring-hash:min-size=9,max-size=8", "above max-size"),
    ])
  func refused(text: String, problem: String) {
    let error = #expect(throws: BalancerError.self) { try BalancingPolicy(text) }
    #expect(error?.description.contains(problem) == true, "\(error?.description ?? "")")
  }
}
