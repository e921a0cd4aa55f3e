import DNSWire
import Glibc
import Logging
import Synchronization

/// A folder of master files whose names tell their zones. Files may come, change and leave.
final class ZoneFolder: Sendable {
  let path: String
  /// What is outside of these zones is left to others, whatever the folder has.
  let zones: ZoneSet
  private let pattern: OriginPattern
  private let log: Logger
  private let state = Mutex(State())

  private struct State {
    var table = ZoneTable()
    /// Whether the log says already that the folder is not there.
    var isMissing = false
  }

  /// Nothing is read before ``refresh()``.
  init(path: String, zones: ZoneSet, pattern: OriginPattern, log: Logger) {
    self.path = path
    self.zones = zones
    self.pattern = pattern
    self.log = log
  }

  /// The zones that are there now. Files with mistakes from their beginning on have none.
  var table: ZoneTable { state.withLock { $0.table } }

  /// Looks at the folder, and at each file in it that tells a zone.
  func refresh() {
    let old = table
    var new = ZoneTable()
    for (origin, path) in files() where new[origin] == nil {
      let file = old[origin].flatMap { $0.path == path ? $0 : nil } ?? ZoneFile(path: path, origin: origin, log: log)
      _ = file.refresh()
      new[origin] = file
    }
    for origin in old.files.keys where new[origin] == nil { log.info("Deleting zone \"\(origin)\"") }
    state.withLock { $0.table = new }
  }

  /// The files that tell a zone, the folder's own before those of its folders.
  private func files() -> [(origin: DomainName, path: String)] {
    let entries = FolderEntry.all(in: path)
    let isNews = state.withLock { state in
      defer { state.isMissing = entries == nil }
      return entries == nil && !state.isMissing
    }
    if isNews { log.warning("Directory does not exist: \(path)") }
    return files(entries ?? [], in: path, depth: 0)
  }

  /// How many folders may lie in each other.
  private static let deepest = 16

  private func files(_ entries: [FolderEntry], in folder: String, depth: Int) -> [(origin: DomainName, path: String)] {
    var found = entries.filter { !$0.isFolder }.compactMap { entry in
      pattern.origin(of: entry.name).map { ($0, folder + "/" + entry.name) }
    }
    guard depth < Self.deepest else { return found }
    for entry in entries where entry.isFolder {
      let inner = folder + "/" + entry.name
      found += files(FolderEntry.all(in: inner) ?? [], in: inner, depth: depth + 1)
    }
    return found
  }
}

/// What lies in a folder.
struct FolderEntry: Sendable, Hashable {
  var name: String
  /// Links to folders are none: they could lead back.
  var isFolder: Bool

  /// The entries in the order of their names, without hidden ones; `nil` when the folder cannot be read.
  static func all(in path: String) -> [FolderEntry]? {
    guard let folder = unsafe opendir(path) else { return nil }
    defer { unsafe closedir(folder) }
    var entries: [FolderEntry] = []
    while let entry = unsafe readdir(folder) {
      // Safe: the name ends with a NUL within the entry, which lives until the next readdir.
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        unsafe tuple.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if !name.hasPrefix(".") { entries.append(FolderEntry(name: name, isFolder: isFolder(path + "/" + name))) }
    }
    return entries.sorted { $0.name < $1.name }
  }

  private static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return unsafe lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}
