import ClusterDiscovery
import NetworkAddresses
import Testing

@testable import ClusterDiscovery

@Suite("Hashing policies") struct HashingTests {
  /// Where each of the first keys goes.
  private func assignment(_ policy: BalancingPolicy, _ endpoints: [Endpoint], keys: Int) -> [Int] {
    PickerCell(policy, endpoints).picks(keys) { PickContext(key: UInt64($0)) }
  }

  @Test(
    "the hash is FNV-1a of 64 bits, finished: the same everywhere",
    arguments: [("", 0xCBF2_9CE4_8422_2325), ("a", 0xAF63_DC4C_8601_EC8C), ("foobar", 0x8594_4171_F739_67E8)]
      as [(String, UInt64)])
  func fnv(text: String, hash: UInt64) {
    #expect(KeyHash.fnv1a(text.utf8) == hash)
    #expect(KeyHash.of(text) == KeyHash.mix(hash))
  }

  @Test(
    "processes agree where a key goes, whatever the seed and the order of endpoints",
    arguments: ["ring-hash", "maglev"])
  func agreement(name: String) throws {
    let policy = try BalancingPolicy(name)
    let (a, b) = (PickerCell(policy, endpoints(20), seed: 1), PickerCell(policy, endpoints(20).reversed(), seed: 2))
    let picks = a.picks(1000) { PickContext(key: KeyHash.of("\($0)")) }
    #expect(picks == b.picks(1000) { PickContext(key: KeyHash.of("\($0)")) })
    // Fixed, so that a change of the hash is seen: it would move the keys of all clients at an upgrade.
    #expect(Array(picks.prefix(6)) == (name == "maglev" ? Self.maglevPicks : Self.ringPicks))
  }

  static let maglevPicks = [5, 11, 13, 16, 6, 1]
  static let ringPicks = [5, 18, 1, 11, 5, 12]

  @Test("Maglev: when one of N leaves, at most 1 % of keys move beside its own", arguments: [3, 10, 100])
  func maglevDisruption(count: Int) {
    let keys = 100_000
    let all = endpoints(count)
    let before = assignment(.maglev(Maglev()), all, keys: keys)
    for leaving in [0, count / 2, count - 1] {
      var left = all
      left.remove(at: leaving)
      let after = assignment(.maglev(Maglev()), left, keys: keys)
      let others = zip(before, after).filter { $0 != leaving && $0 != $1 }.count
      #expect(Double(others) <= 0.01 * Double(keys), "\(others) of \(keys)")
      #expect(!after.contains(leaving))
    }
  }

  @Test("ring hash: when an endpoint leaves only its keys move, when one comes keys move only to it")
  func ringMovement() {
    let all = endpoints(50)
    let policy = BalancingPolicy.ringHash(RingHash(minimumSize: 5000, maximumSize: 5000))
    let before = assignment(policy, all, keys: 50_000)
    // The ring of 49 has other sizes: 103 hashes an endpoint instead of 100, so some keys move beside those of the one that left.
    let fixed = BalancingPolicy.ringHash(RingHash(minimumSize: 1, maximumSize: 50))
    let (whole, less) = (assignment(fixed, all, keys: 50_000), assignment(fixed, Array(all.dropLast()), keys: 50_000))
    #expect(zip(whole, less).allSatisfy { $0 == 49 || $0 == $1 })
    #expect(whole.contains(49) && !less.contains(49))
    let after = assignment(policy, Array(all.dropLast()), keys: 50_000)
    let others = zip(before, after).filter { $0 != 49 && $0 != $1 }.count
    #expect(others < 2500)
  }

  @Test("the ring's guide finds what a search of the whole ring finds")
  func ringSearch() {
    let identities = (0..<200).map { KeyHash.mix(UInt64($0), 0) }
    let points = Ring.points(of: identities, shares: [Int](repeating: 7, count: 200))
    let sorted = points.sorted { ($0.hash, $0.place) < ($1.hash, $1.place) }
    var memory = PickerMemory()
    defer { memory.free() }
    let ring = Ring(
      points, hashes: memory.room(1400, of: UInt64.self), places: memory.room(1400, of: UInt32.self),
      guide: memory.room(1 << WeightedDraw.guideLog(1400), of: UInt32.self))
    for key in (0..<5000).map({ KeyHash.mix(UInt64($0), 9) }) + [0, .max] + sorted.map(\.hash) {
      let expected = sorted.first { $0.hash >= key } ?? sorted[0]
      #expect(ring.place(key) == Int(expected.place))
    }
  }

  @Test("Maglev's end is reckoned as it would be walked, and the table is whole", arguments: [7, 251, 65_537])
  func maglevTable(size: Int) {
    let identities = (0..<5).map { KeyHash.mix(UInt64($0), 3) }
    var memory = PickerMemory()
    defer { memory.free() }
    let table = memory.room(size, of: UInt32.self)
    Maglev(tableSize: size).fill(table, identities: identities, weights: [1, 1, 1, 1, 1])
    var expected = [UInt32?](repeating: nil, count: size)
    var next = identities.map { Int(KeyHash.mix($0, 1).multipliedFullWidth(by: UInt64(size)).high) }
    let skip = identities.map { 1 + Int(KeyHash.mix($0, 2).multipliedFullWidth(by: UInt64(size - 1)).high) }
    for turn in 0..<size {
      while expected[next[turn % 5]] != nil { next[turn % 5] = (next[turn % 5] + skip[turn % 5]) % size }
      expected[next[turn % 5]] = UInt32(turn % 5)
    }
    #expect((0..<size).allSatisfy { table[$0] == expected[$0] })
  }

  @Test(
    "table sizes are primes", arguments: [(0, 2), (8, 11), (65_537, 65_537), (65_538, 65_539), (9_999_999, 5_000_011)])
  func primes(asked: Int, size: Int) {
    #expect(Maglev(tableSize: asked).tableSize == size)
  }
}
