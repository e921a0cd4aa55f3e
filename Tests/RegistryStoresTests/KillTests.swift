import ClusterModel
import Foundation
import LiveServer
import Registry
import Testing

@testable import RegistryStores

@Suite("State: kill -9")
struct KillTests {
  @Test("nothing that was acknowledged is lost, whenever the process is killed")
  func kill() throws {
    let place = try Place()
    var values: [String: Set<Int>] = [:]
    var last: UInt64 = 0
    for round in 0..<15 {
      let log = place.path + "/said-\(round)"
      try run(until: Int.random(in: 1...300), log: log)
      let said = try String(contentsOfFile: log, encoding: .utf8)
      #expect(!said.contains("failed"), "\(said.suffix(500))")
      Self.note(said, in: &values)
      let state = try place.kept().get()
      #expect(state.version >= last)
      last = state.version
      try Self.check(state, values)
      // What is there now is what the next round begins with.
      for name in values.keys { values[name] = [Self.value(name, in: state)] }
    }
    #expect(values.count > 10)
  }

  /// Runs the writer until it has said so many lines, and kills it.
  private func run(until lines: Int, log: String) throws {
    let folder = FileManager.default.temporaryDirectory.path
    let place = (log as NSString).deletingLastPathComponent + "/state"
    let process = try ServerProcess(LiveServer.built("StoreWriter"), [place], folder: folder, log: log)
    let deadline = Date(timeIntervalSinceNow: 60)
    while process.isRunning, Date() < deadline {
      let said = (try? Data(contentsOf: URL(filePath: log))) ?? Data()
      if said.count(where: { $0 == UInt8(ascii: "\n") }) >= lines { break }
      usleep(500)
    }
    process.signal(SIGKILL)
    process.stop()
    #expect(process.exitStatus == 128 + SIGKILL)
  }

  /// What each object may be: what was acknowledged last, and what was tried after that.
  private static func note(_ said: String, in values: inout [String: Set<Int>]) {
    for line in said.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count == 3, let value = Int(words[2]) else { continue }
      let name = String(words[1])
      if words[0] == "done" { values[name] = [value] } else { values[name, default: [0]].insert(value) }
    }
  }

  private static func check(_ state: StoredState, _ values: [String: Set<Int>]) throws {
    for (name, possible) in values {
      let value = value(name, in: state)
      #expect(possible.contains(value), "\(name) is \(value), not one of \(possible)")
    }
  }

  private static func value(_ name: String, in state: StoredState) -> Int {
    let key = ObjectKey(.service, namespace: "default", name: name)
    let object = state.objects.first { $0.object.key == key }?.object
    return object?.metadata.labels["value"].flatMap { Int($0) } ?? 0
  }
}
