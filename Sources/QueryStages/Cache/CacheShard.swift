/// One part of a cache: answers up to a number and a sum of octets, evicted at random. Pure: it knows no clock and no lock.
struct CacheShard: Sendable {
  private struct Slot {
    let key: CacheKey
    var entry: CacheEntry
  }

  /// The most answers.
  let capacity: Int
  /// The most octets, as ``size(of:_:)`` counts them.
  let room: Int
  private var slots: [Slot] = []
  private var positions: [CacheKey: Int] = [:]
  /// How many octets the answers take.
  private(set) var octets = 0

  init(capacity: Int, room: Int) {
    self.capacity = max(1, capacity)
    self.room = room
  }

  /// How many answers there are.
  var count: Int { slots.count }

  /// What an answer takes of the memory, in octets: its own and about as much as the tables need for it.
  static func size(of entry: CacheEntry, _ key: CacheKey) -> Int { entry.octets.count + key.name.wire.count + 200 }

  /// The answer under a key. O(1).
  subscript(key: CacheKey) -> CacheEntry? { positions[key].map { slots[$0].entry } }

  /// Changes the answer under a key where it stands; its octets stay. O(1).
  mutating func update<Result>(_ key: CacheKey, _ change: (inout CacheEntry) -> Result) -> Result? {
    positions[key].map { change(&slots[$0].entry) }
  }

  /// Keeps an answer in the place of an older one, whose popularity it takes over; others make room for it at random.
  /// O(1), but for what is evicted.
  ///
  /// - Parameters:
  ///   - random: draws an index in a range from 0.
  ///   - evict: is told the key of each answer that makes room.
  /// - Returns: how many others were evicted; `nil` when the answer is larger than all the room.
  mutating func store(
    _ entry: CacheEntry, under key: CacheKey, random: (Int) -> Int, evict: (CacheKey) -> Void = { _ in }
  ) -> Int? {
    let size = Self.size(of: entry, key)
    guard size <= room else { return nil }
    var entry = entry
    if let old = remove(key) { entry.popularity = old.popularity }
    var evicted = 0
    while slots.count >= capacity || octets + size > room {
      let position = random(slots.count)
      evict(slots[position].key)
      removeSlot(position)
      evicted += 1
    }
    positions[key] = slots.count
    slots.append(Slot(key: key, entry: entry))
    octets += size
    return evicted
  }

  /// Takes out the answer under a key. O(1).
  @discardableResult
  mutating func remove(_ key: CacheKey) -> CacheEntry? {
    guard let position = positions[key] else { return nil }
    let entry = slots[position].entry
    removeSlot(position)
    return entry
  }

  private mutating func removeSlot(_ position: Int) {
    let last = slots.count - 1
    slots.swapAt(position, last)
    let slot = slots.removeLast()
    positions[slot.key] = nil
    octets -= Self.size(of: slot.entry, slot.key)
    if position < last { positions[slots[position].key] = position }
  }
}
