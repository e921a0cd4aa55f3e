import FinishedAnswers
import Reclamation
import Synchronization

/// The answers of one kind, in shards with a lock each, for workers on all cores.
final class CacheStore: Sendable {
  /// A shard of a class of its own: locks cannot be moved.
  private final class Shard: Sendable {
    let state: Mutex<CacheShard>
    init(_ shard: CacheShard) { state = Mutex(shard) }
  }

  private let shards: [Shard]
  private let total = Atomic<Int>(0)
  private let random: @Sendable (Int) -> Int
  /// Those of the answers that the fast path may give; it changes under the lock of a key's shard, so that both say the same of each key.
  let finished: AnswerTable

  /// As many octets an answer may take on average, before there is room for fewer answers than the capacity says.
  private static let octetsPerAnswer = 1024
  /// Room for at least one answer of any length in each shard.
  private static let leastRoom = 1 << 17
  /// A small cache has one shard, so that its capacity is exact.
  private static let smallestSharded = 1024
  private static let shardCount = 16

  /// - Parameters:
  ///   - capacity: the most answers.
  ///   - reclaimer: that of the fast path's workers.
  ///   - random: draws an index in a range from 0.
  init(capacity: Int, reclaimer: Reclaimer, random: @escaping @Sendable (Int) -> Int = { Int.random(in: 0..<$0) }) {
    let count = capacity < Self.smallestSharded ? 1 : Self.shardCount
    let share = capacity / count
    let room = max(Self.leastRoom, share.multipliedReportingOverflow(by: Self.octetsPerAnswer).partialValue)
    shards = (0..<count).map { _ in Shard(CacheShard(capacity: share, room: room)) }
    self.random = random
    finished = AnswerTable(reclaimer: reclaimer)
  }

  /// How many answers there are.
  var count: Int { total.load(ordering: .relaxed) }

  /// How many octets they take.
  var octets: Int { shards.reduce(0) { $0 + $1.state.withLock(\.octets) } }

  private func shard(_ key: CacheKey) -> Shard {
    shards[Int(truncatingIfNeeded: UInt(bitPattern: key.hashValue) >> 40) % shards.count]
  }

  /// Reads and changes the answer under a key.
  func update<Result: Sendable>(_ key: CacheKey, _ change: (inout CacheEntry) -> Result) -> Result? {
    shard(key).state.withLock { $0.update(key, change) }
  }

  /// Keeps an answer.
  ///
  /// - Parameter draft: the same answer for the fast path; `nil` when the stage must see the queries for it.
  /// - Returns: how many others were evicted for it.
  func store(_ entry: CacheEntry, under key: CacheKey, finished draft: CachedAnswerDraft? = nil) -> Int {
    let (evicted, change) = shard(key).state.withLock { shard in
      let before = shard.count
      var changes: [AnswerTable.Change] = []
      let evicted = shard.store(entry, under: key, random: random) { changes.append(.remove($0.finished)) }
      if evicted != nil { changes.append(draft.map { .set($0.answer) } ?? .remove(key.finished)) }
      finished.apply(changes)
      return (evicted ?? 0, shard.count - before)
    }
    total.wrappingAdd(change, ordering: .relaxed)
    return evicted
  }

  /// Takes out the answer under a key.
  func remove(_ key: CacheKey) {
    let removed = shard(key).state.withLock { shard in
      guard shard.remove(key) != nil else { return false }
      finished.apply([.remove(key.finished)])
      return true
    }
    guard removed else { return }
    total.wrappingSubtract(1, ordering: .relaxed)
  }
}
