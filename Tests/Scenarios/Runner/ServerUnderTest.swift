import Foundation
import LiveServer

/// A running clusterdns with a folder of its own, on a free port of 127.0.0.1; or the server that CLUSTERDNS_TEST_SERVER names.
final class ServerUnderTest: @unchecked Sendable {
  /// Where it answers DNS over UDP and TCP.
  let endpoint: Endpoint
  /// Corefile, cluster.yaml and what else a scenario writes; `nil` for a server that is not ours.
  let folder: URL?
  private var process: ServerProcess?
  /// Ports by name: `{port:ready}` in files means the same port each time.
  private var ports: [String: UInt16] = [:]

  /// The server that the tests shall talk to instead of their own: ADDR:PORT.
  static let named: Endpoint? = ProcessInfo.processInfo.environment["CLUSTERDNS_TEST_SERVER"].flatMap { text in
    let parts = text.split(separator: ":").map(String.init)
    return parts.count == 2 ? UInt16(parts[1]).map { Endpoint(address: parts[0], port: $0) } : nil
  }

  /// The server of all scenarios that use the files in Tests/Scenarios/default.
  static let shared = Result { () throws -> ServerUnderTest in
    if let named { return ServerUnderTest(named) }
    let server = try ServerUnderTest()
    for file in ["Corefile", "cluster.yaml"] { try server.write(file, Corpus.defaultFile(file)) }
    try server.start()
    return server
  }

  private init(_ endpoint: Endpoint) {
    self.endpoint = endpoint
    folder = nil
  }

  /// A server that is not started yet.
  init() throws {
    endpoint = try Endpoint.free()
    let folder = FileManager.default.temporaryDirectory.appending(path: "clusterdns-scenario-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    self.folder = folder
  }

  deinit { stop() }

  var isRunning: Bool { process?.isRunning ?? (folder == nil) }

  /// Ends the server and waits for it.
  func stop() {
    guard let folder else { return }
    process?.stop()
    process = nil
    try? FileManager.default.removeItem(at: folder)
  }

  // MARK: Files

  /// Writes a file as a whole, so that no reader sees half of it.
  func write(_ file: String, _ text: String) throws {
    guard let folder else { return }
    let url = folder.appending(path: file)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(try filled(text).utf8).write(to: url, options: .atomic)
  }

  func remove(_ file: String) throws {
    guard let folder else { return }
    try FileManager.default.removeItem(at: folder.appending(path: file))
  }

  /// Replaces `{dns}` by the server's port, `{dir}` by its folder, and `{port:NAME}` by a free port or one that was named before.
  func filled(_ text: String) throws -> String {
    var text = text.replacing("{dns}", with: "\(endpoint.port)").replacing("{dir}", with: folder?.path ?? "")
    while let match = text.firstMatch(of: /\{port:([a-z0-9-]+)\}/) {
      text.replaceSubrange(match.range, with: "\(try port(String(match.1)))")
    }
    return text
  }

  func name(_ port: UInt16, _ name: String) { ports[name] = port }

  private func port(_ name: String) throws -> UInt16 {
    if let known = ports[name] { return known }
    ports[name] = try Endpoint.free().port
    return ports[name]!
  }

  /// All that the server has said.
  var log: String { (try? text(of: "log")) ?? "" }

  private func text(of file: String) throws -> String {
    guard let folder else { return "" }
    return try String(contentsOf: folder.appending(path: file), encoding: .utf8)
  }

  // MARK: The process

  /// Starts the program and waits until it answers.
  func start() throws {
    try launch()
    let deadline = Date(timeIntervalSinceNow: 20)
    while !answers() {
      guard isRunning, Date() < deadline else {
        throw StartError(text: "the server did not come up:\n\(log)")
      }
      usleep(10_000)
    }
  }

  /// Starts the program without waiting for anything.
  func launch() throws {
    guard let folder else { return }
    process = try ServerProcess(
      LiveServer.program(), arguments(in: folder), folder: folder.path, log: folder.appending(path: "log").path)
  }

  private func arguments(in folder: URL) -> [String] {
    var arguments = [
      "serve", "--conf", "Corefile", "--dns-port", "\(endpoint.port)", "--api", "none", "--data", "memory",
    ]
    if FileManager.default.fileExists(atPath: folder.appending(path: "cluster.yaml").path) {
      arguments += ["--manifests", "cluster.yaml"]
    }
    return arguments
  }

  /// The exit status, once it has ended.
  func exitStatus(within seconds: Double) -> Int32? {
    let deadline = Date(timeIntervalSinceNow: seconds)
    while isRunning {
      guard Date() < deadline else { return nil }
      usleep(10_000)
    }
    return process?.exitStatus
  }

  func signal(_ number: Int32) {
    process?.signal(number)
  }

  /// Whether it answers over UDP and TCP, with anything but SERVFAIL where it has a cluster: that is what a server says that does
  /// not know its cluster yet.
  private func answers() -> Bool {
    let servesCluster = (try? text(of: "Corefile"))?.contains("kubernetes") == true
    return [Transport.udp, .tcp].allSatisfy { transport in
      guard let socket = try? Socket.connected(transport, to: endpoint), (try? socket.sendMessage(Self.probe)) != nil,
        let reply = socket.receiveMessage(within: 200), reply.count >= 12
      else { return false }
      return reply[3] & 15 != 2 || !servesCluster
    }
  }

  /// `cluster.local. SOA`.
  private static let probe: [UInt8] =
    [0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 7] + Array("cluster".utf8) + [5] + Array("local".utf8) + [0, 0, 6, 0, 1]
}
