import ClusterModel
import GRDB
import Registry

/// The latest changes, so that a watch goes on after a restart. The oldest batches go when they hold too much.
struct EventTable {
  /// How much the table holds: the texts of older objects, and some octets for each row.
  private(set) var octets: Int
  private let limit: Int
  private static let rowOctets = 128

  init(octets: Int, limit: Int) {
    self.octets = octets
    self.limit = limit
  }

  /// How much a table holds.
  static func octets(_ db: Database) throws -> Int {
    try Int.fetchOne(db, sql: "SELECT total(coalesce(length(CAST(previous AS BLOB)), 0) + \(rowOctets)) FROM events")
      ?? 0
  }

  /// Adds a batch. One that is too much by itself ends the history: watches of the next process begin behind it.
  mutating func append(_ batch: RegistryBatch, _ db: Database) throws {
    let events = batch.events.filter { $0.key.kind != .lease }
    guard let rows = rows(of: events) else { return try clear(db, upTo: batch.version) }
    let statement = try db.cachedStatement(sql: "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
    for (event, previous) in zip(events, rows) {
      let key = event.key
      try statement.execute(arguments: [
        Int64(clamping: event.version), Int64(clamping: batch.version), event.change.text, key.kind.name,
        key.namespace, key.name, previous?.json, previous?.checksum ?? StoredText.checksum(key, ""),
      ])
      octets += Self.rowOctets + (previous?.json.utf8.count ?? 0)
    }
  }

  /// What the objects were before; `nil` when that is too much to keep.
  private func rows(of events: [RegistryEvent]) -> [StoredText?]? {
    var sum = events.count * Self.rowOctets
    var rows: [StoredText?] = []
    for event in events {
      let previous = event.previous.map(StoredText.init)
      sum += previous?.json.utf8.count ?? 0
      guard sum <= limit else { return nil }
      rows.append(previous)
    }
    return rows
  }

  private mutating func clear(_ db: Database, upTo version: UInt64) throws {
    try db.execute(
      sql: "DELETE FROM events; UPDATE state SET oldest = ?", arguments: [Int64(clamping: version)])
    octets = 0
  }

  /// Lets the oldest batches go once there is a quarter too much.
  mutating func prune(_ db: Database) throws {
    guard octets > limit + limit / 4 else { return }
    let sql = "SELECT batch, length(CAST(previous AS BLOB)) FROM events ORDER BY version"
    let rows = try Row.fetchCursor(db, sql: sql)
    var last: Int64 = 0
    var rest = octets
    while let row = try rows.next() {
      let batch = try row.decode(Int64.self, atIndex: 0)
      if rest <= limit, batch != last { break }
      rest -= Self.rowOctets + (try row.decode(Int?.self, atIndex: 1) ?? 0)
      last = batch
    }
    try db.execute(sql: "DELETE FROM events WHERE version <= ?", arguments: [last])
    try db.execute(sql: "UPDATE state SET oldest = ?", arguments: [last])
    octets = rest
  }
}
