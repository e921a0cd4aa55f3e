import Foundation

/// The built program, serving in a folder of its own on a free port of 127.0.0.1.
package final class LiveServer: @unchecked Sendable {
  /// Where it answers DNS.
  package let endpoint: Endpoint
  private let folder: URL
  private let process: ServerProcess

  /// Starts it and waits until it answers over TCP.
  ///
  /// - Parameters:
  ///   - corefile: the configuration; `{dns}` is the server's port.
  ///   - manifests: Kubernetes objects in YAML.
  ///   - arguments: further ones of `serve`; without `--data` the registry's state is in memory.
  package init(corefile: String, manifests: String? = nil, arguments: [String] = ["--api", "none"]) throws {
    endpoint = try Endpoint.free()
    folder = try Self.makeFolder()
    try Data(corefile.utf8).write(to: folder.appending(path: "Corefile"))
    var all = ["serve", "--conf", "Corefile", "--dns-port", "\(endpoint.port)"] + arguments
    if !arguments.contains("--data") { all += ["--data", "memory"] }
    if let manifests {
      try Data(manifests.utf8).write(to: folder.appending(path: "cluster.yaml"))
      all += ["--manifests", "cluster.yaml"]
    }
    process = try ServerProcess(
      Self.program(), all, folder: folder.path, log: folder.appending(path: "log").path)
    try waitUntilListening()
  }

  deinit {
    process.stop()
    try? FileManager.default.removeItem(at: folder)
  }

  package var isRunning: Bool { process.isRunning }

  /// Ends it at once, as kill -9 does, and waits for that.
  package func kill() {
    process.signal(SIGKILL)
    process.stop()
  }

  /// All that the server has said.
  package var log: String {
    String(decoding: (try? Data(contentsOf: folder.appending(path: "log"))) ?? Data(), as: UTF8.self)
  }

  /// Its resident memory, in KiB.
  package var residentMemory: Int {
    let status = (try? String(contentsOfFile: "/proc/\(process.pid)/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS") }
    return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0
  }

  /// How many files and sockets it has open.
  package var descriptors: Int {
    ((try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process.pid)/fd")) ?? []).count
  }

  private func waitUntilListening() throws {
    let deadline = Date(timeIntervalSinceNow: 20)
    while (try? Socket.connected(.tcp, to: endpoint)) == nil {
      guard isRunning, Date() < deadline else { throw StartError(text: "the server did not come up:\n\(log)") }
      usleep(10_000)
    }
  }
}

extension LiveServer {
  /// Runs the program to its end: what it said, and its exit status; `nil` when it was still running after 30 s.
  package static func run(_ arguments: [String], files: [String: [UInt8]]) throws -> (status: Int32?, output: String) {
    let folder = try makeFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, bytes) in files { try Data(bytes).write(to: folder.appending(path: name)) }
    let log = folder.appending(path: "log").path
    let process = try ServerProcess(program(), arguments, folder: folder.path, log: log)
    let deadline = Date(timeIntervalSinceNow: 30)
    while process.isRunning, Date() < deadline { usleep(5_000) }
    let output = String(decoding: try Data(contentsOf: URL(filePath: log)), as: UTF8.self)
    return (process.exitStatus, output)
  }

  private static func makeFolder() throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appending(path: "clusterdns-live-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }

  /// Beside the test program, where the package manager puts both; CLUSTERDNS_TEST_PROGRAM names another one.
  package static func program() throws -> String {
    try ProcessInfo.processInfo.environment["CLUSTERDNS_TEST_PROGRAM"] ?? built("clusterdns")
  }

  /// A program that is built with the tests, by its name.
  package static func built(_ name: String) throws -> String {
    let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    return URL(filePath: own).deletingLastPathComponent().appending(path: name).path
  }
}

/// Why a server did not start.
package struct StartError: Error, CustomStringConvertible {
  package var text: String
  package var description: String { text }

  package init(text: String) { self.text = text }
}
