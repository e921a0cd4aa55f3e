import ClusterModel
import GRDB

/// The tables of `registry.db`, as the steps that lead to them: a file of an older version is brought on by the steps that
/// it has not seen.
struct Schema: Sendable {
  /// Each step makes one version of the next older one; the first one makes version 1 of nothing.
  var steps: [String]

  /// The version that the steps lead to: `PRAGMA user_version`.
  var version: Int { steps.count }

  /// What marks the file as ours: `PRAGMA application_id`, the letters `clus`.
  static let applicationID = 0x636C_7573

  /// The schema that this program writes.
  static let current = Schema(steps: [
    """
    -- Every object as the API gives it, whom it comes from, and the checksum of its name and text.
    CREATE TABLE objects (
      kind TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL,
      origin TEXT NOT NULL, object TEXT NOT NULL, checksum INTEGER NOT NULL,
      PRIMARY KEY (kind, namespace, name)
    ) STRICT;
    -- The latest changes but those of Leases. What an object became is what its next change, or the table of objects, has.
    CREATE TABLE events (
      version INTEGER PRIMARY KEY, batch INTEGER NOT NULL, change TEXT NOT NULL,
      kind TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL, previous TEXT, checksum INTEGER NOT NULL
    ) STRICT;
    -- One row: the last version, up to which one versions were used without being kept, and where the events begin.
    CREATE TABLE state (
      id INTEGER PRIMARY KEY CHECK (id = 1), version INTEGER NOT NULL, reserved INTEGER NOT NULL, oldest INTEGER NOT NULL
    ) STRICT;
    INSERT INTO state VALUES (1, 0, 0, 0);
    """
  ])

  /// Brings a database to the schema's version, from whichever older one it has.
  func migrate(_ db: Database) throws {
    let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
    guard version < self.version else { return }
    try db.inTransaction(.immediate) {
      for step in steps[version...] { try db.execute(sql: step) }
      try db.execute(sql: "PRAGMA application_id = \(Self.applicationID); PRAGMA user_version = \(self.version)")
      return .commit
    }
  }
}
