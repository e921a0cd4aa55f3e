import GRDB
import Registry

/// A database of a registry that is only looked at: nothing of it, and nothing of its log, is changed.
struct StateFile: Sendable {
  let path: FilePath
  let schema: Schema

  init(_ path: FilePath, _ schema: Schema = .current) {
    self.path = path
    self.schema = schema
  }

  /// Checks the whole file and reads what it keeps; `nil` when it is whole, but of an older schema.
  ///
  /// - Throws: what is wrong, and what to do.
  func read() throws(RegistryStoreError) -> StoredState? {
    try checkShape()
    return try look { db in
      guard try checkContents(db) == schema.version else { return nil }
      do {
        return try StateReader(db).state()
      } catch let error as RegistryStoreError {
        throw damaged(error.message)
      }
    }
  }

  /// The same, after a file of an older schema was brought on.
  func readMigrated() throws(RegistryStoreError) -> StoredState {
    if let state = try read() { return state }
    try DatabaseQueue.open(path) { queue in
      try queue.writeWithoutTransaction(schema.migrate)
    }
    guard let state = try read() else { throw path.failure("the file cannot be brought to schema \(schema.version)") }
    return state
  }

  /// The last version that was used; `nil` when that cannot be read any more.
  func lastVersion() -> UInt64? {
    let version = try? look { db in try Int64.fetchOne(db, sql: "SELECT max(version, reserved) FROM state") }
    return version.flatMap { UInt64(exactly: $0) }
  }

  /// Writes a copy of the contents at one moment; whoever has the file open goes on writing.
  func copy(to other: FilePath) throws(RegistryStoreError) {
    try look { db in try db.execute(sql: "VACUUM INTO ?", arguments: [other.text]) }
    try other.sync()
  }

  /// Opens the file for reading alone: such a connection neither writes nor empties the log, not even when it is closed.
  private func look<Value>(_ body: (Database) throws -> Value) throws(RegistryStoreError) -> Value {
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(10)
    do {
      let queue = try DatabaseQueue(path: path.text, configuration: configuration)
      defer { try? queue.close() }
      return try queue.writeWithoutTransaction(body)
    } catch let error as RegistryStoreError {
      throw error
    } catch let error as DatabaseError where !error.isDamage {
      throw path.failure(error.summary)
    } catch {
      throw damaged((error as? DatabaseError)?.summary ?? "\(error)")
    }
  }
}

extension DatabaseError {
  /// Whether the file is not what it should be, and not only out of reach.
  fileprivate var isDamage: Bool {
    [.SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_ERROR].contains(resultCode)
  }

  /// SQLite's words and number: `disk I/O error (SQLite 10)`.
  var summary: String { "\(message ?? "failed") (SQLite \(extendedResultCode.rawValue))" }
}

// MARK: - Checks

extension StateFile {
  /// What is to be seen without SQLite.
  private func checkShape() throws(RegistryStoreError) {
    guard path.isFile else { throw path.failure("no file is here, or something else than a file") }
    let head = try path.prefix(100)
    if head.isEmpty { throw damaged("the file is empty") }
    guard head.starts(with: "SQLite format 3\0".utf8) else { throw damaged("this is no SQLite database") }
    if let problem = try WriteAheadLog.problem(in: path.log) { throw damaged(problem) }
  }

  /// What SQLite sees. Returns the version of the schema.
  private func checkContents(_ db: Database) throws -> Int {
    let id = try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0
    guard id == Schema.applicationID else { throw path.failure("this database is not a registry's") }
    let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
    guard version <= schema.version else {
      throw path.failure(
        "a newer version of clusterdns wrote this (schema \(version), this program knows \(schema.version)); it was not touched: run that version, or name another folder"
      )
    }
    let findings = try String.fetchAll(db, sql: "PRAGMA integrity_check(3)")
    if findings != ["ok"] { throw damaged(findings.joined(separator: "; ")) }
    return version
  }

  /// The words on a file that cannot be trusted.
  func damaged(_ what: String) -> RegistryStoreError {
    RegistryStoreError(
      "\(path.text) is damaged: \(what.split(separator: "\n").joined(separator: " ")); it was not touched: restore a backup with `clusterdns restore FILE --force`, or move the file and \(path.log.text) away to begin empty"
    )
  }
}
