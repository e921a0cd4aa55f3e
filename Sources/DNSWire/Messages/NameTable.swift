/// The names that a message already has, for pointers to them (RFC 1035 §4.1.4).
///
/// A name is known by its first label and the place of the rest of it, so that one step a label, from the right, finds
/// the longest suffix that is there: a name costs time linear in its length. Places beyond 16,383 can't be pointed to,
/// which bounds the memory: at most 8,192 names, 64 KiB. A search looks at sixteen slots at most; a name that finds no
/// room in them is not remembered.
struct NameTable: Sendable {
  /// The place of a name's first label in the upper half, the place of the rest in the lower one, 0 for the root; 0 is a
  /// free slot. The count is a power of two.
  private var slots = [UInt32](repeating: 0, count: 64)
  private var count = 0

  /// The last place that a pointer can lead to.
  static let lastPlace = 0x3FFF
  private static let longestProbe = 16
  /// Keeps what comes from outside from choosing names that meet in one slot.
  private static let seed = UInt64.random(in: .min ... .max)

  /// The place of the name that has the label at `start` of `wire` in front of the name at `rest`.
  func place(ofLabelAt start: Int, of wire: [UInt8], before rest: Int, in message: [UInt8]) -> Int? {
    var slot = Self.hash(wire, at: start, rest: rest)
    for _ in 0..<Self.longestProbe {
      let entry = slots[slot & (slots.count - 1)]
      if entry == 0 { return nil }
      let place = Int(entry >> 16)
      if Int(entry & 0xFFFF) == rest, Self.isSameLabel(message, at: place, wire, at: start) { return place }
      slot &+= 1
    }
    return nil
  }

  /// Remembers the name at `place`, 12–16,383, whose rest is at `rest`. Says whether there was room.
  mutating func insert(_ place: Int, rest: Int, in message: [UInt8]) -> Bool {
    if count * 2 >= slots.count { grow(message) }
    return put(UInt32(place) << 16 | UInt32(rest), in: message)
  }

  /// Forgets the names at `place` and behind it. Linear in the table's size.
  mutating func removeAll(from place: Int) {
    for slot in slots.indices where Int(slots[slot] >> 16) >= place {
      slots[slot] = 0
      count -= 1
    }
  }

  private mutating func put(_ entry: UInt32, in message: [UInt8]) -> Bool {
    var slot = Self.hash(message, at: Int(entry >> 16), rest: Int(entry & 0xFFFF))
    for _ in 0..<Self.longestProbe {
      if slots[slot & (slots.count - 1)] == 0 {
        slots[slot & (slots.count - 1)] = entry
        count += 1
        return true
      }
      slot &+= 1
    }
    return false
  }

  private mutating func grow(_ message: [UInt8]) {
    let entries = slots
    slots = [UInt32](repeating: 0, count: entries.count * 4)
    count = 0
    for entry in entries where entry != 0 { _ = put(entry, in: message) }
  }

  private static func hash(_ bytes: [UInt8], at start: Int, rest: Int) -> Int {
    var hash = seed ^ UInt64(rest)
    for octet in bytes[start...(start + Int(bytes[start]))] { hash = (hash ^ UInt64(octet)) &* 0x9E37_79B9_7F4A_7C15 }
    return Int(truncatingIfNeeded: (hash ^ hash >> 32) & 0xFFFF_FFFF)
  }

  private static func isSameLabel(_ a: [UInt8], at i: Int, _ b: [UInt8], at j: Int) -> Bool {
    guard a[i] == b[j] else { return false }
    for k in 1...max(1, Int(a[i])) where a[i + k] != b[j + k] { return false }
    return true
  }
}
