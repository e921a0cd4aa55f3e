import Glibc
import Registry

/// The folder that keeps a registry: `registry.db` in it, and what SQLite puts beside that. One process at a time has it.
public struct StateFolder: Sendable {
  /// Where it is.
  public let path: String

  /// The folder at a path; it need not be there.
  public init(_ path: String) {
    self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
  }

  var folder: FilePath { FilePath(path) }
  /// The database.
  var file: FilePath { FilePath(path + "/registry.db") }
  /// A database that is being made; it takes the place of the file when it is whole.
  var draft: FilePath { FilePath(path + "/registry.db.new") }
  /// There while a backup takes the file's place.
  var restoring: FilePath { FilePath(path + "/registry.db.restoring") }

  /// Whether a registry is kept there.
  public var isInUse: Bool { file.exists || file.log.size > 0 }
}

/// The right to use a folder, held until it is let go or the process ends, however it ends.
final class FolderLock: Sendable {
  private let descriptor: Int32

  /// Takes the folder, which is made when there is none.
  init(_ folder: StateFolder) throws(RegistryStoreError) {
    try folder.folder.makeFolder()
    guard unsafe access(folder.path, R_OK | W_OK | X_OK) == 0 else {
      throw folder.folder.failure("the registry's state cannot be kept here: \(systemMessage())")
    }
    // From here on deinit closes it, also when this initializer throws.
    descriptor = unsafe open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw folder.folder.failure() }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let isTaken = errno == EWOULDBLOCK
      throw folder.folder.failure(
        isTaken ? "another process has this folder; stop it, or name another folder" : systemMessage())
    }
  }

  deinit { close(descriptor) }
}
