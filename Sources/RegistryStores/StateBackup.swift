import GRDB
public import Registry

/// What a backup, or a restored registry, holds.
public struct StateSummary: Sendable {
  /// How many objects there are.
  public let objects: Int
  /// The version of the last change.
  public let version: UInt64

  init(_ state: StoredState) {
    objects = state.objects.count
    version = state.version
  }
}

extension StateSummary: CustomStringConvertible {
  /// `42 objects at version 107`.
  public var description: String { "\(objects) objects at version \(version)" }
}

extension StateFolder {
  /// Writes the registry, as it is at one moment, into a file of its own, and reads that to see that it is whole. The registry
  /// may be in use.
  ///
  /// - Throws: that there is no registry or that it is damaged, that the file is there already, or that it cannot be written.
  public func backUp(to path: String) throws(RegistryStoreError) -> StateSummary {
    let (target, draft) = (FilePath(path), FilePath(path + ".part"))
    guard file.exists else { throw file.failure("no registry is kept here") }
    guard !target.exists else { throw target.failure("the file is there already; name another one, or move it away") }
    try draft.makeFile()
    do throws(RegistryStoreError) {
      try StateFile(file).copy(to: draft)
      let summary = StateSummary(try StateFile(draft).readMigrated())
      try draft.link(to: target)
      draft.remove()
      try target.folder.sync()
      return summary
    } catch {
      draft.remove()
      throw error
    }
  }

  /// Puts a backup in the folder's place, which no process may be using.
  ///
  /// Watches begin anew behind it, and versions go on behind those of the registry that was there, as far as these can be read.
  ///
  /// - Parameters:
  ///   - path: the backup; it is checked before anything is done.
  ///   - replacing: whether a registry that is there may go; it is kept beside the new one.
  /// - Returns: what was restored, and where the older registry is now.
  public func restore(
    from path: String, replacing: Bool
  ) throws(RegistryStoreError) -> (summary: StateSummary, kept: String?) {
    let backup = StateFile(FilePath(path))
    _ = try backup.read()
    let lock = try FolderLock(self)
    defer { withExtendedLifetime(lock) {} }
    guard replacing || !isInUse else {
      throw file.failure("a registry is kept here; --force keeps it aside and restores the backup")
    }
    try draft.makeFile()
    try backup.copy(to: draft)
    try advance(draft, behind: StateFile(file).lastVersion() ?? 0)
    let summary = StateSummary(try StateFile(draft).readMigrated())
    return (summary, try exchange())
  }

  /// Lets versions go on behind all that were used, and the history begin there.
  private func advance(_ draft: FilePath, behind version: UInt64) throws(RegistryStoreError) {
    try DatabaseQueue.open(draft) { queue in
      try queue.writeWithoutTransaction { db in
        try db.execute(
          sql: """
            DELETE FROM events;
            UPDATE state SET reserved = max(reserved, version, :used) + 1;
            UPDATE state SET oldest = reserved;
            """, arguments: ["used": Int64(clamping: version)])
      }
    }
    try draft.sync()
  }

  /// Sets the older registry aside and the draft in its place. The mark makes a start fail that comes in between.
  private func exchange() throws(RegistryStoreError) -> String? {
    let kept = isInUse ? freeName() : nil
    if let kept {
      try restoring.makeFile()
      try folder.sync()
      if file.exists { try file.rename(to: kept) }
      if file.log.exists { try file.log.rename(to: kept.log) }
      file.remove()
    }
    try draft.rename(to: file)
    draft.remove()
    restoring.remove()
    try folder.sync()
    return kept?.text
  }

  /// `registry.db.old-1`, or the next one that is free.
  private func freeName() -> FilePath {
    var number = 1
    while true {
      let name = FilePath("\(file.text).old-\(number)")
      if !name.exists, !name.log.exists { return name }
      number += 1
    }
  }
}
