import Synchronization

/// Options of ``BalancingPolicy/sessionAffinity(_:)``: a client keeps its endpoint as long as that can be used, and forgets it
/// ``timeout`` after its last request (a Service's `sessionAffinity: ClientIP`).
///
/// Whom a client had is kept in a table of fixed size, one word a client, without locks: a known client costs a look at one cache line, a
/// new one an exchange of one word. When a table's bucket is full, its longest unseen client is forgotten.
public struct SessionAffinity: Sendable, Hashable {
  /// How long after its last request a client is remembered, to about 1/256 of it.
  public var timeout: Duration
  /// How many clients can be remembered, 8 to 16,777,216; rounded up to a power of two. Each takes 8 octets.
  public var clients: Int

  /// Options; Kubernetes' timeout is three hours.
  public init(timeout: Duration = .seconds(10_800), clients: Int = 65_536) {
    self.timeout = max(timeout, .milliseconds(1))
    self.clients = min(max(clients, 8), 1 << 24)
  }
}

/// Which slot each client had last.
///
/// A word holds 24 bits of the client's hash (beside those that choose the bucket), 16 bits of time, and the slot. Two clients of one bucket
/// with equal bits share an endpoint, which does no harm.
@safe
final class AffinityTable: Sendable {
  /// What picks use; it must not outlive the table.
  let reader: Reader

  init(_ options: SessionAffinity) {
    let log = Int.bitWidth - (max(options.clients, 8) - 1).leadingZeroBitCount
    let count = 1 << log
    let words = UnsafeMutableRawPointer.allocate(byteCount: count * 8, alignment: 64)
    for index in 0..<count {
      unsafe (words + index * 8).initializeMemory(as: Atomic<UInt64>.self, to: Atomic(0))
    }
    let timeout = options.timeout.nanosecondsClamped
    let unitLog = UInt64(max(63 - (timeout >> 8 | 1).leadingZeroBitCount, 0))
    reader = unsafe Reader(
      words: words.assumingMemoryBound(to: Atomic<UInt64>.self), buckets: UInt64(count / Reader.ways),
      unitLog: unitLog, timeout: UInt16(truncatingIfNeeded: max(timeout >> unitLog, 1)))
  }

  deinit { unsafe reader.words.deallocate() }

  /// The table's words, copied without counting references.
  ///
  /// Safety: the words are used only through atomics, and live as long as the table.
  @safe
  struct Reader: @unchecked Sendable {
    /// How many words a bucket has: a cache line.
    static let ways = 8

    fileprivate let words: UnsafeMutablePointer<Atomic<UInt64>>
    fileprivate let buckets: UInt64
    fileprivate let unitLog: UInt64
    fileprivate let timeout: UInt16
  }
}

extension AffinityTable.Reader {
  /// A word of a client's bucket: the client's own, or the one that may be taken for it.
  struct Entry {
    fileprivate let index: Int
    fileprivate let word: UInt64
    /// The slot that the client had; `nil` when it is not remembered.
    let slot: UInt32?
  }

  /// The client's entry, or the empty, expired or longest unseen one of its bucket.
  @inline(__always)
  func find(_ key: UInt64, at now: UInt64) -> Entry {
    let first = Int(truncatingIfNeeded: ((key & 0xFFFF_FFFF) &* buckets) >> 32) * Self.ways
    var (oldest, age, word) = (first, -1, UInt64(0))
    for index in first..<first + Self.ways {
      let seen = unsafe words[index].load(ordering: .relaxed)
      let seenAge = self.age(of: seen, at: now)
      if seen != 0, seen >> 40 == key >> 40, seenAge <= timeout {
        return Entry(index: index, word: seen, slot: UInt32(truncatingIfNeeded: seen & 0xFF_FFFF) &- 1)
      }
      if seenAge > age { (oldest, age, word) = (index, seenAge, seen) }
    }
    return Entry(index: oldest, word: word, slot: nil)
  }

  /// Notes that the client had its endpoint again: a write at most 256 times in a timeout.
  @inline(__always)
  func touch(_ entry: Entry, at now: UInt64) {
    let word = entry.word & ~(0xFFFF << 24) | time(now) << 24
    if word != entry.word { _ = exchange(entry, word) }
  }

  /// Gives the client a slot; `false` when somebody else wrote the entry in the meantime. Slots from 2²⁴ - 1 on are not remembered.
  func assign(_ entry: Entry, key: UInt64, slot: UInt32, at now: UInt64) -> Bool {
    guard slot < 0xFF_FFFF else { return true }
    return exchange(entry, (key >> 40) << 40 | time(now) << 24 | UInt64(slot + 1))
  }

  @inline(__always)
  private func exchange(_ entry: Entry, _ word: UInt64) -> Bool {
    unsafe words[entry.index].compareExchange(expected: entry.word, desired: word, ordering: .relaxed).exchanged
  }

  @inline(__always)
  private func time(_ now: UInt64) -> UInt64 { (now >> unitLog) & 0xFFFF }

  /// The age of a word in units; an empty one is older than any. Threads read their clocks before they come here: a time shortly
  /// ahead is none.
  @inline(__always)
  private func age(of word: UInt64, at now: UInt64) -> Int {
    if word == 0 { return Int.max }
    let age = UInt16(truncatingIfNeeded: time(now)) &- UInt16(truncatingIfNeeded: word >> 24)
    return age >= 0xFF00 ? 0 : Int(age)
  }
}
