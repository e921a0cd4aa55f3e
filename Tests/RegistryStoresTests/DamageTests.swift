import ClusterModel
import Foundation
import GRDB
import Registry
import Testing

@testable import RegistryStores

@Suite("State: damaged files")
struct DamageTests {
  /// A registry's file, all of it in the file itself, and another one whose latest changes are in its log.
  private struct Sample {
    let whole: Place
    let withLog: Place
    let contents: StoredState.Contents
    /// What there is after each of the changes that are in the log.
    let steps: Set<StoredState.Contents>

    init() throws {
      let place = try Place()
      var registry: Registry? = try place.open()
      try registry?.create(Namespace(name: "shop").object)
      for number in 0..<40 {
        try registry?.create(service("s\(number)", note: String(repeating: "n", count: number * 9)))
      }
      registry = nil
      // The last connection that closes moves the log into the file.
      registry = try place.open()
      var steps: Set<StoredState.Contents> = []
      for number in 0..<12 {
        try registry?.update(service("s\(number)", note: "changed"))
        steps.insert(try place.kept().get().contents)
      }
      withLog = try place.copy()
      registry = nil
      _ = try place.store()
      whole = try place.copy()
      contents = try whole.kept().get().contents
      self.steps = steps
    }
  }

  private static let sample = Result { try Sample() }

  @Test("both samples hold the same")
  func samples() throws {
    let sample = try Self.sample.get()
    #expect(try sample.withLog.kept().get().contents == sample.contents)
    #expect(sample.contents.objects.count > 40 && sample.contents.events.count > 40)
    #expect(try sample.withLog.octets("-wal").count > 12 * 4096)
    #expect(FilePath(sample.whole.file).log.size == 0)
  }

  @Test(
    "a damaged file stops the start, with what to do, and is not touched",
    arguments: ["empty", "half", "one page", "odd length", "text", "head", "zeroed page"])
  func shapes(_ shape: String) throws {
    let whole = try Self.sample.get().whole.octets()
    let octets: [UInt8] =
      switch shape {
      case "empty": []
      case "half": Array(whole.prefix(whole.count / 8192 * 4096))
      case "one page": Array(whole.prefix(4096))
      case "odd length": Array(whole.dropLast(100))
      case "text": Array(repeating: UInt8(ascii: "x"), count: whole.count)
      case "head": [0] + whole.dropFirst()
      default: Array(whole.prefix(3 * 4096)) + Array(repeating: 0, count: 4096) + Array(whole.dropFirst(4 * 4096))
      }
    let place = try Place()
    try place.write(octets)
    let error = #expect(throws: RegistryStoreError.self) { try SQLiteStore.open(place.folder) }
    let message = error?.message ?? ""
    #expect(message.contains("\(place.file) is damaged") && message.contains("clusterdns restore"), "\(message)")
    #expect(try place.octets() == octets)
    #expect(FilePath(place.file).log.size == 0)
  }

  @Test("one flipped bit anywhere in the file is found, or is where nothing is kept")
  func flippedBits() throws {
    let sample = try Self.sample.get()
    let whole = try sample.whole.octets()
    var random = SystemRandomNumberGenerator()
    var found = 0
    for _ in 0..<150 {
      var octets = whole
      let index = Int.random(in: 0..<octets.count, using: &random)
      octets[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      let place = try Place()
      try place.write(octets)
      switch place.kept() {
      case .success(let state): #expect(state.contents == sample.contents, "octet \(index)")
      case .failure: found += 1
      }
      #expect(try place.octets() == octets)
    }
    #expect(found > 50)
  }

  @Test("one flipped bit anywhere in the log is found, or costs at most the last transaction")
  func flippedBitsInLog() throws {
    let sample = try Self.sample.get()
    let (file, log) = (try sample.withLog.octets(), try sample.withLog.octets("-wal"))
    var random = SystemRandomNumberGenerator()
    var found = 0
    let before = sample.steps.filter { $0.version < sample.contents.version }.max { $0.version < $1.version }
    for _ in 0..<150 {
      var octets = log
      let index = Int.random(in: 0..<octets.count, using: &random)
      octets[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      let place = try Place()
      try place.write(file)
      try place.write(octets, "-wal")
      switch place.kept() {
      case .success(let state):
        #expect(state.contents == sample.contents || state.contents == before, "octet \(index)")
      case .failure: found += 1
      }
      #expect(try place.octets() == file)
      #expect(try place.octets("-wal") == octets)
    }
    #expect(found > 50)
  }

  @Test("a log that ends anywhere is a write that was never finished: what was there before is there")
  func tornLog() throws {
    let sample = try Self.sample.get()
    let (file, log) = (try sample.withLog.octets(), try sample.withLog.octets("-wal"))
    var seen: Set<UInt64> = []
    for length in stride(from: 0, through: log.count, by: log.count / 60) {
      let place = try Place()
      try place.write(file)
      try place.write(Array(log.prefix(length)), "-wal")
      let contents = try place.kept().get().contents
      #expect(contents.version <= sample.contents.version)
      seen.insert(contents.version)
      let registry = try place.open()
      try registry.create(service("new"))
    }
    #expect(seen.count > 5)
  }

  @Test("what else may be where the file should be stops the start, and stays as it is")
  func othersInPlace() throws {
    let folder = try Place()
    try FileManager.default.createDirectory(atPath: folder.file, withIntermediateDirectories: true)
    #expect(throws: RegistryStoreError.self) { try SQLiteStore.open(folder.folder) }

    let file = try Place()
    try Data().write(to: URL(filePath: file.folder.path))
    let error = #expect(throws: RegistryStoreError.self) { try SQLiteStore.open(file.folder) }
    #expect(error?.message.contains("a folder is wanted") == true)

    let log = try Place()
    try log.write(try Self.sample.get().withLog.octets("-wal"), "-wal")
    let missing = #expect(throws: RegistryStoreError.self) { try SQLiteStore.open(log.folder) }
    #expect(missing?.message.contains("the file is missing, but its log") == true)
  }

  @Test("a database of others, and one of a newer program, are refused and not touched")
  func foreign() throws {
    let place = try Place()
    try FileManager.default.createDirectory(atPath: place.folder.path, withIntermediateDirectories: true)
    var queue: DatabaseQueue? = try DatabaseQueue(path: place.file)
    try queue?.write { try $0.execute(sql: "CREATE TABLE t (x)") }
    queue = nil
    var octets = try place.octets()
    var error = #expect(throws: RegistryStoreError.self) { try SQLiteStore.open(place.folder) }
    #expect(error?.message.contains("not a registry's") == true)
    #expect(try place.octets() == octets)

    let newer = try Place()
    octets = try Self.sample.get().whole.octets()
    octets[63] = 99  // the last octet of `user_version` (SQLite's file format, §1.3)
    try newer.write(octets)
    error = #expect(throws: RegistryStoreError.self) { try SQLiteStore.open(newer.folder) }
    #expect(error?.message.contains("newer version of clusterdns wrote this (schema 99") == true)
    #expect(try newer.octets() == octets)
  }

  @Test("a folder that cannot be written", .enabled(if: geteuid() != 0, "root may write everywhere"))
  func readOnly() throws {
    let place = try Place()
    try FileManager.default.createDirectory(
      atPath: place.folder.path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o500])
    let error = #expect(throws: RegistryStoreError.self) { try SQLiteStore.open(place.folder) }
    #expect(error?.message.contains("Permission denied") == true)
  }
}
