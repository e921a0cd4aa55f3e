// RegistryStores: what keeps a registry's objects when the process ends: an SQLite database in a folder.

import ClusterModel
import GRDB
public import Registry
import Synchronization

/// Keeps a registry in `registry.db` of a folder: one SQLite transaction, and one wait for the disk, for all that writers
/// have to be told at once.
///
/// SQLite writes ahead into its log and waits until the disk has it (`synchronous = FULL`), so that what was acknowledged
/// survives the end of the process and of the machine at any moment.
public final class SQLiteStore: RegistryStore {
  private let folder: StateFolder
  private let lock: FolderLock
  let queue: DatabaseQueue
  private let status: Mutex<Status>
  /// The most octets of older objects that the history holds.
  private let historyOctets: Int

  private struct Status: Sendable {
    /// How many octets the history holds.
    var historyOctets: Int
    /// Why nothing can be kept any more: after an error of the disk nobody knows what is on it until it was read anew.
    var failure: RegistryStoreError?
  }

  /// Opens a folder, which is made when there is none, and reads what it keeps.
  ///
  /// - Parameter folder: the folder.
  /// - Parameter historyOctets: how much of the past is kept for watches of the next process.
  /// - Throws: that another process has the folder, that it cannot be written, that its file is damaged or a newer program's;
  ///   with what to do. Then the file is as it was.
  public static func open(
    _ folder: StateFolder, historyOctets: Int = 4 << 20
  ) throws(RegistryStoreError) -> (store: SQLiteStore, state: StoredState) {
    try open(folder, historyOctets: historyOctets, schema: .current)
  }

  static func open(
    _ folder: StateFolder, historyOctets: Int, schema: Schema
  ) throws(RegistryStoreError) -> (store: SQLiteStore, state: StoredState) {
    let lock = try FolderLock(folder)
    if folder.restoring.exists {
      throw folder.file.failure("a restore was interrupted here; run `clusterdns restore FILE --force` again")
    }
    if !folder.file.exists { try create(folder, schema) }
    let state = try StateFile(folder.file, schema).readMigrated()
    let store = try SQLiteStore(folder, lock, historyOctets, schema)
    return (store, state)
  }

  /// Makes an empty database; it gets its name when it is whole, so that an empty file is never what is left of a start.
  private static func create(_ folder: StateFolder, _ schema: Schema) throws(RegistryStoreError) {
    if folder.file.log.size > 0 {
      throw folder.file.failure(
        "the file is missing, but its log \(folder.file.log.text) is here; put the file back, restore a backup with `clusterdns restore FILE --force`, or move the log away to begin empty"
      )
    }
    try folder.draft.makeFile()
    try DatabaseQueue.open(folder.draft) { queue in
      try queue.writeWithoutTransaction(schema.migrate)
    }
    try folder.draft.sync()
    try folder.draft.rename(to: folder.file)
    try folder.folder.sync()
  }

  private init(
    _ folder: StateFolder, _ lock: FolderLock, _ historyOctets: Int, _ schema: Schema
  ) throws(RegistryStoreError) {
    self.folder = folder
    self.lock = lock
    self.historyOctets = historyOctets
    do {
      queue = try DatabaseQueue(path: folder.file.text, configuration: .writing)
      let octets = try queue.read { try EventTable.octets($0) }
      status = Mutex(Status(historyOctets: octets))
    } catch {
      throw folder.file.failure((error as? DatabaseError)?.summary ?? "\(error)")
    }
  }
}

// MARK: - Writing

extension SQLiteStore {
  /// Keeps all of the transactions, in their order, or none.
  public func keep(_ transactions: [StoredTransaction]) throws(RegistryStoreError) {
    if let failure = status.withLock({ $0.failure }) { throw failure }
    do {
      var events = EventTable(octets: status.withLock { $0.historyOctets }, limit: historyOctets)
      try queue.writeWithoutTransaction { db in
        try db.inTransaction(.immediate) {
          for transaction in transactions { try write(transaction, db, &events) }
          try events.prune(db)
          return .commit
        }
      }
      let octets = events.octets
      status.withLock { $0.historyOctets = octets }
    } catch {
      throw failed(error)
    }
  }

  private func write(_ transaction: StoredTransaction, _ db: Database, _ events: inout EventTable) throws {
    for change in transaction.changes { try write(change, db) }
    if let batch = transaction.batch { try events.append(batch, db) }
    let statement = try db.cachedStatement(
      sql: "UPDATE state SET version = ?, reserved = max(reserved, ?)")
    try statement.execute(arguments: [
      Int64(clamping: transaction.version), Int64(clamping: transaction.reserved ?? 0),
    ])
  }

  private func write(_ change: StoredTransaction.Change, _ db: Database) throws {
    let key = change.key
    guard let stored = change.object else {
      let statement = try db.cachedStatement(sql: "DELETE FROM objects WHERE kind = ? AND namespace = ? AND name = ?")
      return try statement.execute(arguments: [key.kind.name, key.namespace, key.name])
    }
    let text = StoredText(stored.object)
    let statement = try db.cachedStatement(
      sql: """
        INSERT INTO objects (kind, namespace, name, origin, object, checksum) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (kind, namespace, name) DO UPDATE
        SET origin = excluded.origin, object = excluded.object, checksum = excluded.checksum
        """)
    try statement.execute(arguments: [
      key.kind.name, key.namespace, key.name, stored.origin.text, text.json, text.checksum,
    ])
  }

  /// A full disk may have room again for the next transaction; after any other error the file is left alone until a restart.
  private func failed(_ error: any Error) -> RegistryStoreError {
    guard let error = error as? DatabaseError else { return folder.file.failure("\(error)") }
    switch error.resultCode {
    case .SQLITE_FULL: return folder.file.failure("the disk is full")
    case .SQLITE_BUSY: return folder.file.failure("another process writes to the file")
    default:
      let failure = folder.file.failure("\(error.summary); restart clusterdns when the disk works again")
      status.withLock { $0.failure = failure }
      return failure
    }
  }
}

extension DatabaseQueue {
  /// Opens a file for writing, for as long as the body runs.
  static func open(
    _ path: FilePath, _ body: (DatabaseQueue) throws -> Void
  ) throws(RegistryStoreError) {
    do {
      let queue = try DatabaseQueue(path: path.text, configuration: .writing)
      try body(queue)
      try queue.close()
    } catch {
      throw path.failure((error as? DatabaseError)?.summary ?? "\(error)")
    }
  }
}

extension Configuration {
  /// How a registry's database is written.
  fileprivate static var writing: Configuration {
    var configuration = Configuration()
    configuration.label = "clusterdns.registry"
    configuration.busyMode = .timeout(5)
    configuration.prepareDatabase { db in
      // The log is moved into the file at 4,096 pages (16 MiB), and cut to 64 MiB when a reader held that up for long.
      try db.execute(
        sql: """
          PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4096;
          PRAGMA journal_size_limit = 67108864; PRAGMA cell_size_check = ON;
          """)
    }
    return configuration
  }
}
