import Foundation
import LiveServer
import Testing

/// The built program serving its API, and tools that talk to it.
struct LiveAPI: Sendable {
  let server: LiveServer
  let port: UInt16
  let folder: Scratch

  private static let corefile = """
    . {
        bind 127.0.0.1
        kubernetes cluster.local
    }
    """

  static let manifests = """
    apiVersion: v1
    kind: Service
    metadata: {name: web, namespace: shop}
    spec: {clusterIP: 10.96.0.20, selector: {app: web}, ports: [{name: http, port: 80}]}
    """

  /// - Parameters:
  ///   - manifests: what the server begins with; `nil` for nothing.
  ///   - arguments: further ones of `serve`.
  init(in folder: Scratch, manifests: String? = Self.manifests, _ arguments: [String] = []) throws {
    self.folder = folder
    port = try Endpoint.free().port
    server = try LiveServer(
      corefile: Self.corefile, manifests: manifests, arguments: ["--api", "127.0.0.1:\(port)"] + arguments)
  }

  /// The shell's line for a command of kubectl, which finds this API and no configuration of its user's.
  func kubectl(_ arguments: String) -> String {
    "KUBECONFIG=/dev/null HOME=. kubectl --server http://127.0.0.1:\(port) --cache-dir cache \(arguments) 2>&1"
  }

  /// The API with TLS, tokens and client certificates from the folder.
  static func secure(in folder: Scratch) throws -> LiveAPI {
    try LiveAPI(
      in: folder,
      [
        "--api-tls-cert", folder.path("server.crt"), "--api-tls-key", folder.path("server.key"),
        "--api-client-ca", folder.path("ca.crt"), "--api-tokens", folder.path("tokens"),
      ])
  }
}

/// A folder of a test's own, and the commands that run in it.
final class Scratch: Sendable {
  private let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "clusterdns-api-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appending(path: name).path }

  func write(_ name: String, _ content: some Collection<UInt8>) throws {
    try Data(content).write(to: url.appending(path: name))
  }

  func text(_ name: String) -> String {
    String(decoding: (try? Data(contentsOf: url.appending(path: name))) ?? Data(), as: UTF8.self)
  }

  /// What came of a command.
  struct Outcome: Sendable {
    let status: Int32?
    let output: String
  }

  /// Runs a line of the shell in the folder, for 30 s at most.
  func run(_ line: String) async throws -> Outcome {
    let command = try start(line)
    return await command.end()
  }

  /// Starts a line of the shell in the folder.
  func start(_ line: String) throws -> Command { try Command(line, in: self, log: path("log-\(UUID().uuidString)")) }

  /// A certificate authority, a server's certificate and keys, and clients' ones.
  func makeCertificates() async throws {
    try write("names", "subjectAltName=IP:127.0.0.1,DNS:localhost".utf8)
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
    _ = try await run("openssl req -x509 \(key) -keyout ca.key -out ca.crt -days 2 -subj /CN=ca")
    try await sign("server", "/CN=clusterdns", "-extfile names")
    try await sign("alice", "/O=register:shop/O=friends/CN=alice")
    try write("tokens", "0123456789abcdef,root,admin\nfedcba9876543210,bob,read\n".utf8)
    _ = try await run("chmod 600 tokens")
  }

  func sign(_ name: String, _ subject: String, _ options: String = "") async throws {
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
    let outcome = try await run(
      """
      openssl req \(key) -keyout \(name).key -out \(name).csr -subj '\(subject)' &&
      openssl x509 -req -in \(name).csr -CA ca.crt -CAkey ca.key -CAcreateserial -out \(name).new -days 2 \(options) &&
      mv \(name).new \(name).crt
      """)
    try #require(outcome.status == 0, "\(outcome.output)")
  }
}

/// A command that runs.
final class Command: @unchecked Sendable {
  private let process: ServerProcess
  private let log: String

  init(_ line: String, in folder: Scratch, log: String) throws {
    self.log = log
    process = try ServerProcess("/bin/sh", ["-c", line], folder: folder.path(""), log: log)
  }

  /// All that it has said.
  var output: String { (try? String(contentsOfFile: log, encoding: .utf8)) ?? "" }

  /// Waits until what it said is as wanted, for 30 s at most.
  func wait(until isWanted: (String) -> Bool) async -> String {
    let deadline = ContinuousClock.now + .seconds(30)
    while !isWanted(output), ContinuousClock.now < deadline { try? await Task.sleep(for: .milliseconds(20)) }
    return output
  }

  /// Waits for its end, for 30 s at most.
  func end() async -> Scratch.Outcome {
    let deadline = ContinuousClock.now + .seconds(30)
    while process.isRunning, ContinuousClock.now < deadline { try? await Task.sleep(for: .milliseconds(5)) }
    return Scratch.Outcome(status: process.exitStatus, output: output)
  }

  func signal(_ number: Int32) { process.signal(number) }

  func stop() { process.stop() }
}

/// Programs that tests use where they are installed.
enum Tools {
  static func has(_ name: String) -> Bool {
    let found = ["/usr/bin", "/usr/local/bin", "/bin"].contains {
      FileManager.default.isExecutableFile(atPath: "\($0)/\(name)")
    }
    if !found { print("SKIPPED: \(name) is not installed, so what it would have shown was not tested") }
    return found
  }

  /// Whether kubectl 1.N or a later one is installed.
  static func hasKubectl(since minor: Int) -> Bool {
    guard has("kubectl") else { return false }
    if kubectlMinor >= minor { return true }
    print("SKIPPED: kubectl 1.\(kubectlMinor) is older than 1.\(minor), so what that one shows was not tested")
    return false
  }

  /// The N of the installed kubectl 1.N.
  private static let kubectlMinor: Int = {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["kubectl", "version", "--client", "-o", "json"]
    process.standardOutput = output
    guard (try? process.run()) != nil else { return 0 }
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    let digits = text.components(separatedBy: "\"minor\": \"").dropFirst().first?.prefix { $0.isNumber } ?? ""
    return Int(digits) ?? 0
  }()
}
