import ClusterDiscovery
import ClusterModel
import Foundation
import Logging
import NetworkAddresses
import Registry
import RegistryAPI
import Testing

@testable import ClusterDiscoveryAPI

/// What a Pod is given, made with openssl(1): the API's CA and certificate, and a token.
private final class PodFolder: Sendable {
  static let openssl = "/usr/bin/openssl"
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "pod-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    try run(["req", "-x509"] + key + ["-keyout", "ca.key", "-out", "ca.crt", "-days", "2", "-subj", "/CN=ca"])
    try run(["req"] + key + ["-keyout", "tls.key", "-out", "tls.csr", "-subj", "/CN=api"])
    try put("subjectAltName=IP:127.0.0.1\n", in: "names")
    let signed = ["-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-out", "tls.crt", "-days", "2"]
    try run(["x509", "-req", "-in", "tls.csr", "-extfile", "names"] + signed)
    try put("0123456789abcdef,pod,read\n", in: "tokens")
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func put(_ text: String, in name: String) throws {
    try text.write(toFile: "\(path)/\(name)", atomically: true, encoding: .utf8)
  }

  private func run(_ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Self.openssl)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: path)
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "openssl \(arguments.joined(separator: " "))")
  }

  var files: RegistryAPI.APIAccess.Files {
    var files = RegistryAPI.APIAccess.Files()
    (files.certificate, files.key, files.tokens) = ("\(path)/tls.crt", "\(path)/tls.key", "\(path)/tokens")
    return files
  }
}

@Suite(
  "A Pod's own cluster as source", .timeLimit(.minutes(1)),
  .enabled(if: FileManager.default.isExecutableFile(atPath: PodFolder.openssl)))
struct InClusterTests {
  @Test("it is found by the environment, trusted by its CA, and asked with the token that the file has at the time")
  func found() async throws {
    let (folder, address) = (try PodFolder(), SocketAddress(.v4(.loopback), port: 0))
    let access = try RegistryAPI.APIAccess(folder.files, on: address) { _ in }
    let (ports, found) = AsyncStream.makeStream(of: UInt16.self)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        let server = RegistryAPIServer(
          registry: Registry(), address: address, logger: Logger(label: "test"), access: access)
        try await server.run { found.yield($0.port) }
      }
      var iterator = ports.makeAsyncIterator()
      let port = try #require(await iterator.next())
      try await ask(port, folder)
      group.cancelAll()
    }
  }

  private func ask(_ port: UInt16, _ folder: PodFolder) async throws {
    let variables = ["KUBERNETES_SERVICE_HOST": "127.0.0.1", "KUBERNETES_SERVICE_PORT": "\(port)"]
    let account = ServiceAccount(folder: folder.path) { variables[$0] }
    #expect(throws: DiscoveryError.self) { try account.login() }
    try folder.put("an-old-token-that-nobody-knows\n", in: "token")
    let source = APIWatches(login: try account.login(), families: .first, patience: APIPatience())
    #expect(await reason(source) == .denied)
    try folder.put("0123456789abcdef\n", in: "token")
    #expect(await reason(source) == .notFound)
    var stranger = try account.login()
    stranger.location.authorities = nil
    #expect(await reason(APIWatches(login: stranger, families: .first, patience: APIPatience())) == .unavailable)
  }

  private func reason(_ source: APIWatches) async -> DiscoveryError.Reason? {
    do throws(DiscoveryError) {
      _ = try await source.lookup(Self.nobody)
      return nil
    } catch {
      return error.reason
    }
  }

  private static let nobody: Target = {
    guard let target = try? Target("nobody.default") else { preconditionFailure("nobody.default is a target") }
    return target
  }()
}
