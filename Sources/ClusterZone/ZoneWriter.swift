import FinishedAnswers
import NetworkAddresses

/// One of the zones, and what is special to it.
struct ZoneLayout: Sendable {
  let answers: AnswerZone
  /// Whether the names of Services and Pods lie in it; a reverse zone has addresses only.
  let isForward: Bool

  /// The name in wire form.
  var wire: [UInt8] { answers.name.wire }
}

/// Collects the changes to the tables of all zones, and makes them a few at a time, so that a large change needs little memory.
struct ZoneWriter {
  let zones: [ZoneLayout]
  let ttl: UInt32
  private let forward: [Int]
  private var changes: [[AnswerTable.Change]]
  private var waiting = 0

  init(zones: [ZoneLayout], ttl: UInt32) {
    self.zones = zones
    self.ttl = ttl
    forward = zones.indices.filter { zones[$0].isForward }
    changes = zones.map { _ in [] }
  }

  /// Whether it is time to ``flush()``.
  var isFull: Bool { waiting >= 2048 }

  /// Makes the changes.
  mutating func flush() {
    for index in zones.indices where !changes[index].isEmpty {
      zones[index].answers.apply(changes[index])
      changes[index].removeAll(keepingCapacity: true)
    }
    waiting = 0
  }

  mutating func change(_ change: AnswerTable.Change, in zone: Int) {
    changes[zone].append(change)
    waiting += 1
  }

  /// Gives a name its content in one zone.
  mutating func set(_ content: NameContent, in zone: Int) {
    if let draft = content.draft(in: zones[zone].wire, ttl: ttl) { change(.set(draft), in: zone) }
  }

  /// Gives a name its content in all forward zones.
  mutating func set(_ content: NameContent) {
    for zone in forward { set(content, in: zone) }
  }

  /// Takes a name out of all forward zones.
  mutating func remove(_ key: NameKey) {
    for zone in forward { change(.remove(key), in: zone) }
  }

  /// Makes the names what they are now; those that stay as they were are left alone.
  mutating func replace(_ before: [NameContent], with after: [NameContent]) {
    guard !before.isEmpty else { return after.forEach { set($0) } }
    if before.count == after.count, zip(before, after).allSatisfy({ $0.key == $1.key }) {
      for (old, new) in zip(before, after) where old != new { set(new) }
      return
    }
    var old = Dictionary(before.map { ($0.key, $0) }, uniquingKeysWith: { $1 })
    for content in after where old.removeValue(forKey: content.key) != content { set(content) }
    for key in old.keys { remove(key) }
  }
}
