/// When what is due, to a quarter of a second: a wheel of buckets in which what is put off stays where it is until its bucket
/// comes up, so that putting something off is one write in a table.
///
/// Times are in milliseconds of a clock that never goes back.
package struct Deadlines<Key: Hashable & Sendable>: Sendable {
  /// How far apart buckets are.
  static var grain: Int64 { 250 }

  fileprivate struct Entry: Sendable {
    var deadline: Int64
    /// The bucket that the key is looked for in; it may lie before the deadline.
    var bucket: Int64
  }

  private var entries: [Key: Entry] = [:]
  /// The keys by the number of their bucket; a key may be in others that it was in before, too.
  private var buckets: [Int64: [Key]] = [:]
  /// How many keys the buckets hold, those that are there in vain too.
  private(set) var held = 0
  /// The numbers of the buckets, the lowest first (a binary heap).
  private var order: [Int64] = []

  /// Nothing is due.
  package init() {}

  /// How many keys have a deadline.
  package var count: Int { entries.count }

  /// When something may be due: never after the first deadline, by at most one grain after it; `nil` for nothing.
  package var next: Int64? { order.first.map { $0 * Self.grain } }

  /// The deadline of a key; `nil` when it has none. Setting it is O(1) when it is put off, else O(log buckets).
  package subscript(key: Key) -> Int64? {
    get { entries[key]?.deadline }
    set {
      guard let deadline = newValue else {
        entries[key] = nil
        return
      }
      let bucket = Self.bucket(of: deadline)
      if entries[key, default: Entry(deadline: deadline, bucket: .max)].setsDeadline(deadline, bucket) {
        add(key, to: bucket)
      }
    }
  }

  /// Takes out what is due by then, in no order. O(what is due or was put off since its bucket was chosen).
  package mutating func take(until now: Int64) -> [Key] {
    var due: [Key] = []
    while let first = order.first, first * Self.grain <= now {
      popFirst()
      let keys = buckets.removeValue(forKey: first) ?? []
      held -= keys.count
      for key in keys {
        guard let entry = entries[key], entry.bucket == first else { continue }
        let bucket = Self.bucket(of: entry.deadline)
        if bucket <= first {
          entries[key] = nil
          due.append(key)
        } else {
          entries[key]?.bucket = bucket
          add(key, to: bucket)
        }
      }
    }
    return due
  }

  /// The bucket that comes up at the deadline, or up to a grain later.
  private static func bucket(of deadline: Int64) -> Int64 { (max(0, deadline) + grain - 1) / grain }

  private mutating func add(_ key: Key, to bucket: Int64) {
    if buckets[bucket, default: []].isEmpty { push(bucket) }
    buckets[bucket, default: []].append(key)
    held += 1
    if held > 2 * entries.count + 1024 { tidy() }
  }

  /// Fills the buckets anew, so that keys that came and went do not pile up in buckets that are far away.
  private mutating func tidy() {
    (buckets, order, held) = ([:], [], 0)
    for (key, entry) in entries {
      let bucket = Self.bucket(of: entry.deadline)
      entries[key]?.bucket = bucket
      if buckets[bucket, default: []].isEmpty { push(bucket) }
      buckets[bucket, default: []].append(key)
    }
    held = entries.count
  }

  private mutating func push(_ bucket: Int64) {
    order.append(bucket)
    var child = order.count - 1
    while child > 0, order[(child - 1) / 2] > order[child] {
      order.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  private mutating func popFirst() {
    order.swapAt(0, order.count - 1)
    order.removeLast()
    var parent = 0
    while let child = [2 * parent + 1, 2 * parent + 2].filter({ $0 < order.count }).min(by: { order[$0] < order[$1] }),
      order[child] < order[parent]
    {
      order.swapAt(child, parent)
      parent = child
    }
  }
}

extension Deadlines.Entry {
  /// Sets the deadline; whether the key must be put into that bucket, because it would come up too late.
  fileprivate mutating func setsDeadline(_ deadline: Int64, _ bucket: Int64) -> Bool {
    self.deadline = deadline
    if bucket >= self.bucket { return false }
    self.bucket = bucket
    return true
  }
}
