import Synchronization

/// Options of ``BalancingPolicy/sessionAffinity(_:)``: a client keeps its endpoint as long as that can be used, and forgets it
/// ``timeout`` after its last request (a Service's `sessionAffinity: ClientIP`).
///
/// Whom a client had is kept in a table of fixed size, one word a client, without locks: a known client costs a look at one cache line, a
/// new one an exchange of one word. When a table's bucket is full, its longest unseen client is forgotten.
public struct SessionAffinity: Sendable, Hashable {
  /// How long after its last request a client is remembered at least; at most 1/128 of it longer. `nil`: as long as the endpoint set says
  /// (``EndpointSet/sessionAffinity``), to 4 seconds, and 10,800 s where it says nothing.
  public var timeout: Duration?
  /// How many clients can be remembered, 8 to 16,777,216; rounded up to a power of two. Each takes 8 octets.
  public var clients: Int

  /// Options.
  public init(timeout: Duration? = nil, clients: Int = 65_536) {
    self.timeout = timeout.map { max($0, .milliseconds(1)) }
    self.clients = min(max(clients, 8), 1 << 24)
  }

  /// What Kubernetes takes where a Service names no time: three hours.
  static let defaultTimeout = Duration.seconds(10_800)
  /// The longest that a Service may say: a day.
  static let longestTimeout = Duration.seconds(86_400)
}

/// Which slot each client had last.
///
/// A word holds 24 bits of the client's hash (beside those that choose the bucket), 16 bits of time, and the slot. Two clients of one bucket
/// with equal bits share an endpoint, which does no harm.
///
/// Safety: the words are used only through atomics. A copy is a view of the same words; whoever made the table frees it, after its last use.
@safe
struct AffinityTable: @unchecked Sendable {
  /// How many words a bucket has: a cache line.
  static let ways = 8

  fileprivate let words: UnsafeMutablePointer<Atomic<UInt64>>
  fileprivate let buckets: UInt64
  /// A unit of time is so many bits of a nanosecond's count, whatever the timeout becomes.
  fileprivate let unitLog: UInt64
  /// In units.
  fileprivate private(set) var timeout: UInt16

  init(_ options: SessionAffinity) {
    let log = Int.bitWidth - (max(options.clients, 8) - 1).leadingZeroBitCount
    let count = 1 << log
    let memory = UnsafeMutableRawPointer.allocate(byteCount: count * 8, alignment: 64)
    for index in 0..<count {
      unsafe (memory + index * 8).initializeMemory(as: Atomic<UInt64>.self, to: Atomic(0))
    }
    unsafe words = memory.assumingMemoryBound(to: Atomic<UInt64>.self)
    buckets = UInt64(count / Self.ways)
    // A timeout of our own is 256 to 511 units; one that the set says is at most 40,234 of 2.1 s, which leaves room for ages beyond it.
    let nanoseconds = (options.timeout ?? SessionAffinity.longestTimeout).nanosecondsClamped
    let bits = 63 - (nanoseconds | 1).leadingZeroBitCount
    unitLog = UInt64(max(bits - (options.timeout == nil ? 15 : 8), 0))
    timeout = 0
    remember(options.timeout ?? SessionAffinity.defaultTimeout)
  }

  /// Sets the time after which a client is forgotten: at most the one that the options had, or a day.
  private mutating func remember(_ duration: Duration) {
    timeout = UInt16(min(duration.nanosecondsClamped >> unitLog + 1, 0xFE00))
  }

  /// The same words, with another time after which a client is forgotten: at most a day.
  func remembering(_ duration: Duration) -> Self {
    var table = self
    table.remember(duration)
    return table
  }

  func free() { unsafe words.deallocate() }
}

extension AffinityTable {
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

  /// Notes that the client had its endpoint again: at most one write a unit of time.
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
