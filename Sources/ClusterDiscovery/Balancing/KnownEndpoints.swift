/// Which slot each address has, from set to set: what the writer of a cell knows.
///
/// An address that is in no set any more keeps its slot for one more set, and as long as requests to it are under way.
struct KnownEndpoints {
  /// An address that has a slot.
  struct Known {
    let key: SocketAddressKey
    let slot: UInt32
    /// Since when it is used; `nil` from the beginning.
    var since: ContinuousClock.Instant?
    var isEjected = false
    /// In how many sets in a row it was missing.
    var missed: UInt8 = 0
  }

  /// In the order of addresses.
  private var known: [Known] = []
  /// Slots that nobody has, the one that was left first at the front.
  private var free: [UInt32] = []
  /// How many of them a set has taken so far.
  private var taken = 0
  private var next: UInt32 = 0
  /// Whether a set with endpoints was there.
  private var hasBegun = false

  /// The endpoints of a new set, in its order.
  ///
  /// Complexity: O(known + new).
  ///
  /// - Parameters:
  ///   - keys: the addresses, rising.
  ///   - ejected: those that are ejected, rising.
  ///   - loads: whose blocks say what is under way; new slots get a block.
  mutating func follow(
    _ keys: [SocketAddressKey], ejected: [SocketAddressKey], _ loads: EndpointLoads, at now: ContinuousClock.Instant
  ) -> [Known] {
    let old = known
    known = []
    known.reserveCapacity(keys.count)
    var present: [Known] = []
    present.reserveCapacity(keys.count)
    var (place, ejection) = (0, 0)
    for key in keys {
      while place < old.count, old[place].key < key {
        keep(old[place], loads)
        place += 1
      }
      while ejection < ejected.count, ejected[ejection] < key { ejection += 1 }
      let isEjected = ejection < ejected.count && ejected[ejection] == key
      var entry: Known
      if place < old.count, old[place].key == key {
        entry = old[place]
        place += 1
        if entry.missed > 0 || (entry.isEjected && !isEjected) { entry.since = now }
        entry.missed = 0
      } else {
        entry = Known(key: key, slot: takeSlot(loads), since: hasBegun ? now : nil)
      }
      entry.isEjected = isEjected
      known.append(entry)
      present.append(entry)
    }
    free.removeFirst(taken)
    taken = 0
    for entry in old[place...] { keep(entry, loads) }
    hasBegun = hasBegun || !present.isEmpty
    return present
  }

  /// Keeps an address that is missing, or frees its slot.
  private mutating func keep(_ entry: Known, _ loads: EndpointLoads) {
    var entry = entry
    entry.missed = min(entry.missed + 1, 2)
    let block = unsafe loads.block(entry.slot)
    if unsafe entry.missed < 2 || block?.pointee.requests != 0 {
      known.append(entry)
    } else {
      unsafe block?.pointee.latency.store(0, ordering: .relaxed)
      free.append(entry.slot)
    }
  }

  /// A slot for a new address.
  private mutating func takeSlot(_ loads: EndpointLoads) -> UInt32 {
    if taken < free.count {
      taken += 1
      return free[taken - 1]
    }
    unsafe loads.reserve(next)
    next += 1
    return next - 1
  }
}
