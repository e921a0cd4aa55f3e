import Corefile
import DNSWire
import DNSZone
import Logging
import Synchronization

/// A zone from a master file, read anew when that file, or one that it includes, changes. For `file` and `auto`.
final class ZoneFile: Sendable {
  let path: String
  /// The zone's name.
  let origin: DomainName
  private let log: Logger
  private let state = Mutex(State())

  private struct State {
    var zone: Zone?
    /// Grows with each new zone.
    var version: UInt64 = 0
    /// In which state each file was read last; `nil` for one that could not be read.
    var stamps: [String: FileStamp?] = [:]
  }

  /// Nothing is read before ``load()``.
  init(path: String, origin: DomainName, log: Logger) {
    self.path = path
    self.origin = origin
    self.log = log
  }

  /// The zone as it was read last without a mistake; `nil` before.
  var zone: Zone? { state.withLock { $0.zone } }

  /// The zone, and the version that it is of.
  var current: (zone: Zone, version: UInt64)? {
    state.withLock { state in state.zone.map { ($0, state.version) } }
  }

  /// Reads the zone for the first time.
  func load() throws(MasterFileError) {
    let stamps = FileStamps()
    defer { state.withLock { $0.stamps = stamps.all } }
    let zone = try read(noting: stamps)
    state.withLock { state in
      state.zone = zone
      state.version += 1
    }
  }

  /// Reads the zone anew when one of its files has changed; true when the zone says something else now. One with mistakes leaves the old one in
  /// force, and is not read again before it changes.
  func refresh() -> Bool {
    let known = state.withLock { $0.stamps }
    guard known.contains(where: { FileStamp(path: $0.key) != $0.value }) || known.isEmpty else { return false }
    let stamps = FileStamps()
    defer { state.withLock { $0.stamps = stamps.all } }
    do {
      return publish(try read(noting: stamps))
    } catch {
      log.error("Failed to load zone \(origin): \(error)\(zone == nil ? "" : "; the zone stays as it was")")
      return false
    }
  }

  private func publish(_ zone: Zone) -> Bool {
    let old = self.zone
    if let old, old.transferRecords().elementsEqual(zone.transferRecords()) { return false }
    state.withLock { state in
      state.zone = zone
      state.version += 1
    }
    let serial = zone.soa.serial
    log.info("Successfully \(old == nil ? "" : "re")loaded zone \"\(origin)\" in \"\(path)\" with \(serial) SOA serial")
    if old?.soa.serial == serial {
      log.warning("The zone \(origin) has changed, its serial has not: secondaries will not notice")
    }
    return true
  }

  /// Each file's state is noted from the descriptor that it is read through: no change can slip in between.
  private func read(noting stamps: FileStamps) throws(MasterFileError) -> Zone {
    let reader: MasterFile.Reader = { (path) throws(FileLoader.Failure) in try stamps.read(path) }
    let text: [UInt8]
    do {
      text = try stamps.read(path)
    } catch {
      throw MasterFileError(SourceLocation(file: path), "the zone's file cannot be read: \(error.reason)")
    }
    return try Zone.parse(text, file: path, origin: origin, reader: reader)
  }
}

/// The files that one zone is read from, in the states in which they are read.
private final class FileStamps: Sendable {
  private let stamps = Mutex<[String: FileStamp?]>([:])
  var all: [String: FileStamp?] { stamps.withLock { $0 } }

  func read(_ path: String) throws(FileLoader.Failure) -> [UInt8] {
    do {
      let contents = try FileContents.read(path, limit: MasterFile.largestFile)
      stamps.withLock { $0[path] = .some(contents.stamp) }
      return contents.bytes
    } catch {
      stamps.withLock { $0[path] = .some(nil) }
      throw FileLoader.Failure("\(error)")
    }
  }
}
