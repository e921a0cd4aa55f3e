import ClusterModel
import Foundation
import Registry
import Testing

@testable import RegistryStores

@Suite("State: backup and restore")
struct BackupTests {
  private static func filled(_ names: String...) throws -> (place: Place, registry: Registry) {
    let place = try Place()
    let registry = try place.open()
    try registry.create(Namespace(name: "shop").object)
    for name in names { try registry.create(service(name)) }
    return (place, registry)
  }

  private static func names(_ registry: Registry) -> [String] { registry.list(.service).objects.map(\.metadata.name) }

  @Test("a backup of a registry in use holds one moment, is a file of its own, and is never written over")
  func backUp() throws {
    let (place, registry) = try Self.filled("a", "b")
    let target = place.path + "/backup.db"
    let summary = try place.folder.backUp(to: target)
    #expect(summary.version == registry.version)
    #expect(summary.objects == ObjectKind.allCases.reduce(0) { $0 + registry.list($1).objects.count })
    try registry.create(service("c"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: place.path).sorted() == ["backup.db", "state"])
    #expect(try StateFile(FilePath(target)).readMigrated().objects.filter { $0.object.kind == .service }.count == 2)
    #expect(throws: RegistryStoreError.self) { try place.folder.backUp(to: target) }
    #expect(throws: RegistryStoreError.self) { try StateFolder(place.path + "/none").backUp(to: place.path + "/x") }
    #expect(throws: RegistryStoreError.self) { try place.folder.backUp(to: place.path + "/no/such/folder") }
  }

  @Test("a backup goes into an empty folder; versions go on behind it, watches begin anew")
  func restore() throws {
    let (place, registry) = try Self.filled("a", "b")
    let target = place.path + "/backup.db"
    _ = try place.folder.backUp(to: target)
    let other = try Place()
    let (_, kept) = try other.folder.restore(from: target, replacing: false)
    #expect(kept == nil)
    let restored = try other.open()
    #expect(Self.names(restored) == ["a", "b"])
    #expect(restored.version > registry.version)
    #expect(throws: RegistryError.self) { try restored.watch(after: registry.version, RegistryFilter([.service])) }
    try restored.create(service("c"))
  }

  @Test(
    "a registry that is there stays unless it is told to go, and is kept aside then; its versions do not come again")
  func replace() throws {
    var (place, registry): (Place, Registry?) = try Self.filled("a")
    let target = place.path + "/backup.db"
    _ = try place.folder.backUp(to: target)
    try registry?.create(service("b"))
    let last = try #require(registry?.version)
    // The registry is in use.
    #expect(throws: RegistryStoreError.self) { try place.folder.restore(from: target, replacing: true) }
    registry = nil
    _ = try place.store()
    let before = try place.octets()
    let error = #expect(throws: RegistryStoreError.self) { try place.folder.restore(from: target, replacing: false) }
    #expect(error?.message.contains("--force") == true)
    #expect(try place.octets() == before)
    let kept = try place.folder.restore(from: target, replacing: true).kept
    #expect(kept == place.file + ".old-1")
    #expect(Array(try Data(contentsOf: URL(filePath: place.file + ".old-1"))) == before)
    let restored = try place.open()
    #expect(Self.names(restored) == ["a"])
    #expect(restored.version > last)
  }

  @Test("a damaged backup changes nothing; a damaged registry goes aside as it is, with its log")
  func damaged() throws {
    var (place, registry): (Place, Registry?) = try Self.filled("a")
    let target = place.path + "/backup.db"
    _ = try place.folder.backUp(to: target)
    let killed = try place.copy()
    registry = nil
    _ = registry
    let log = try killed.octets("-wal")
    let broken = killed.path + "/broken.db"
    try Data(try Data(contentsOf: URL(filePath: target)).dropLast(5000)).write(to: URL(filePath: broken))
    #expect(throws: RegistryStoreError.self) { try killed.folder.restore(from: broken, replacing: true) }
    #expect(try killed.octets("-wal") == log)
    try killed.write([1, 2, 3])
    let kept = try #require(try killed.folder.restore(from: target, replacing: true).kept)
    #expect(Array(try Data(contentsOf: URL(filePath: kept))) == [1, 2, 3])
    #expect(Array(try Data(contentsOf: URL(filePath: kept + "-wal"))) == log)
    #expect(Self.names(try killed.open()) == ["a"])
  }

  @Test("a start after a restore that was interrupted says so")
  func interrupted() throws {
    var (place, registry): (Place, Registry?) = try Self.filled("a")
    let target = place.path + "/backup.db"
    _ = try place.folder.backUp(to: target)
    registry = nil
    _ = registry
    _ = try place.store()
    try place.folder.restoring.makeFile()
    let error = #expect(throws: RegistryStoreError.self) { try SQLiteStore.open(place.folder) }
    #expect(error?.message.contains("a restore was interrupted") == true)
    _ = try place.folder.restore(from: target, replacing: true)
    #expect(Self.names(try place.open()) == ["a"])
  }
}
