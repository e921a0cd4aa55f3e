import ClusterModel
import Foundation
import Glibc
import NetworkAddresses
import Registry
import Synchronization

@testable import RegistryStores

/// A folder that goes with the test.
final class Place: Sendable {
  let path = FileManager.default.temporaryDirectory.appending(path: "clusterdns-state-\(UUID().uuidString)").path

  var folder: StateFolder { StateFolder(path + "/state") }
  var file: String { folder.file.text }

  init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Opens the folder; a registry that this process has just let go may have it for a moment.
  func open(historyOctets: Int = 4 << 20) throws -> Registry {
    let (store, state) = try store(historyOctets: historyOctets)
    return Registry(RegistrySettings(), state, keptBy: store)
  }

  func store(historyOctets: Int = 4 << 20) throws -> (store: SQLiteStore, state: StoredState) {
    waitUntilFree()
    return try SQLiteStore.open(folder, historyOctets: historyOctets)
  }

  func waitUntilFree() {
    for _ in 0..<5_000 where isTaken { usleep(1_000) }
  }

  /// Whether somebody has the folder.
  private var isTaken: Bool {
    let descriptor = Glibc.open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_EX | LOCK_NB) != 0
  }

  /// A copy of the folder as it is at this moment, as if the process had been killed.
  func copy() throws -> Place {
    let other = try Place()
    try FileManager.default.createDirectory(atPath: other.folder.path, withIntermediateDirectories: true)
    for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: file + suffix) {
      try FileManager.default.copyItem(atPath: file + suffix, toPath: other.file + suffix)
    }
    return other
  }

  func octets(_ suffix: String = "") throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: file + suffix))) }

  func write(_ octets: [UInt8], _ suffix: String = "") throws {
    try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
    try Data(octets).write(to: URL(filePath: file + suffix))
  }

  /// What the folder keeps, or why that cannot be said.
  func kept() -> Result<StoredState, RegistryStoreError> {
    do throws(RegistryStoreError) {
      return .success(try StateFile(folder.file).readMigrated())
    } catch {
      return .failure(error)
    }
  }
}

extension Registry {
  @discardableResult
  func create(_ object: ClusterObject) throws(RegistryError) -> ClusterObject {
    try transaction { (registry) throws(RegistryError) in try registry.create(object) }
  }

  @discardableResult
  func update(_ object: ClusterObject) throws(RegistryError) -> ClusterObject {
    try transaction { (registry) throws(RegistryError) in try registry.update(object) }
  }

  func delete(_ key: ObjectKey) throws(RegistryError) {
    try transaction { (registry) throws(RegistryError) in _ = try registry.delete(key) }
  }
}

extension StoredState {
  /// What is kept, whatever the order of rows.
  var contents: Contents {
    Contents(version: version, objects: Set(objects), events: history.map { $0.events.map(\.text) }, oldest: oldest)
  }

  struct Contents: Hashable {
    var version: UInt64
    var objects: Set<StoredObject>
    var events: [[String]]
    var oldest: UInt64
  }
}

extension RegistryEvent {
  /// `added Service shop/web 7 (6)`.
  var text: String {
    "\(change) \(key) \(version) (\(previous.map { String($0.metadata.resourceVersion) } ?? "-"))"
  }
}

func service(_ name: String, note: String = "") -> ClusterObject {
  Service(
    metadata: ObjectMeta(name: name, namespace: "shop", annotations: ["note": note]),
    spec: ServiceSpec(ports: [ServicePort(port: 80)])
  ).object
}

func serviceKey(_ name: String) -> ObjectKey { ObjectKey(.service, namespace: "shop", name: name) }
