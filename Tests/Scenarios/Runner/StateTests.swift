import DNSWire
import Foundation
import LiveServer
import Synchronization
import Testing

/// `serve --data FOLDER`, `backup` and `restore`, as a user meets them.
@Suite("State of the program")
struct StateTests {
  private final class Folder {
    let path = FileManager.default.temporaryDirectory.appending(path: "clusterdns-data-\(UUID().uuidString)").path
    deinit { try? FileManager.default.removeItem(atPath: path) }
  }

  private static let corefile = "cluster.local {\n  bind 127.0.0.1\n  kubernetes cluster.local\n}\n"
  private static let manifests = """
    {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "namespace": "shop"}, "spec": {"ports": [{"port": 80}]}}
    """

  private static func start(_ data: String, manifests: String? = nil) throws -> LiveServer {
    try LiveServer(corefile: corefile, manifests: manifests, arguments: ["--data", data, "--api", "none"])
  }

  private static func address(from server: LiveServer) throws -> [String] {
    let socket = try Socket.connected(.tcp, to: server.endpoint)
    let name = try DomainName("web.shop.svc.cluster.local")
    try socket.sendMessage(Message(id: 1, questions: [Question(name: name, type: .a)]).encoded())
    return try ReceivedMessage(try #require(socket.receiveMessage(within: 8_000))).answer
  }

  @Test("what manifests made survives kill -9, and a start without them; the start says where state is")
  func kill() throws {
    let folder = Folder()
    let data = folder.path + "/registry"
    var server = try Self.start(data, manifests: Self.manifests)
    let before = try Self.address(from: server)
    #expect(before.count == 1)
    #expect(server.log.contains("the registry's state is in \(data)"))
    server.kill()
    server = try Self.start(data)
    #expect(try Self.address(from: server) == before)
  }

  @Test("what the API acknowledged is there after kill -9, at any moment")
  func killWhileWriting() throws {
    let folder = Folder()
    let api = try Endpoint.free()
    let arguments = ["--data", folder.path + "/registry", "--api", "\(api)"]
    let acknowledged = Mutex<[String]>([])
    for round in 0..<3 {
      let server = try LiveServer(corefile: Self.corefile, arguments: arguments)
      Self.waitUntilReady(api)
      let deadline = Date(timeIntervalSinceNow: 20)
      let writers = DispatchGroup()
      for writer in 0..<6 {
        writers.enter()
        Thread.detachNewThread {
          for number in 0... {
            let name = "r\(round)-w\(writer)-\(number)"
            guard Self.create(name, at: api) else { break }
            acknowledged.withLock { $0.append(name) }
          }
          writers.leave()
        }
      }
      while acknowledged.withLock({ $0.count }) < 40 * (round + 1), Date() < deadline { usleep(1_000) }
      server.kill()
      writers.wait()
    }
    let server = try LiveServer(corefile: Self.corefile, arguments: arguments)
    Self.waitUntilReady(api)
    let list = Self.exchange("GET /api/v1/namespaces HTTP/1.1", "", at: api)
    let missing = acknowledged.withLock { $0.filter { !list.contains("\"name\":\"\($0)\"") } }
    #expect(acknowledged.withLock { $0.count } >= 120)
    #expect(missing.isEmpty, "\(missing) \(list.prefix(200)) \(server.log)")
  }

  /// Returns when the API answers, which may be after DNS does.
  private static func waitUntilReady(_ api: Endpoint) {
    let deadline = Date(timeIntervalSinceNow: 20)
    while exchange("GET /readyz HTTP/1.1", "", at: api).isEmpty, Date() < deadline { usleep(10_000) }
  }

  /// Whether a namespace was made, as the server says.
  private static func create(_ name: String, at api: Endpoint) -> Bool {
    let body = #"{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"\#(name)"}}"#
    return exchange("POST /api/v1/namespaces HTTP/1.1", body, at: api).hasPrefix("HTTP/1.1 201")
  }

  /// One request on a connection of its own; empty when the server is gone.
  private static func exchange(_ line: String, _ body: String, at api: Endpoint) -> String {
    let head =
      "\(line)\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n"
    guard let socket = try? Socket.connected(.tcp, to: api), (try? socket.send(Array((head + body).utf8))) != nil
    else { return "" }
    var octets: [UInt8] = []
    while let part = socket.receive(within: 10_000), !part.isEmpty { octets += part }
    return String(decoding: octets, as: UTF8.self)
  }

  @Test("a second server on the folder, a damaged file, and state in etcd end the start with what to do")
  func refusals() throws {
    let folder = Folder()
    let data = folder.path + "/registry"
    let server = try Self.start(data)
    let serve = ["serve", "--conf", "Corefile", "--api", "none", "--dns-port", "1", "--data"]
    let files = ["Corefile": Array(Self.corefile.utf8)]
    var (status, output) = try LiveServer.run(serve + [data], files: files)
    #expect(status == 1 && output.contains("another process has this folder"), "\(output)")
    server.kill()
    try Data("no database".utf8).write(to: URL(filePath: data + "/registry.db"))
    (status, output) = try LiveServer.run(serve + [data], files: files)
    #expect(status == 1 && output.contains("is damaged") && output.contains("clusterdns restore"), "\(output)")
    (status, output) = try LiveServer.run(serve + ["etcd://127.0.0.1:2379/x"], files: files)
    #expect(status == 2 && output.contains("comes with a later version"), "\(output)")
  }

  @Test("a backup of a running server is restored into another folder, and only with --force over another state")
  func backup() throws {
    let folder = Folder()
    let (data, other, file) = (folder.path + "/registry", folder.path + "/other", folder.path + "/backup.db")
    var server = try Self.start(data, manifests: Self.manifests)
    let before = try Self.address(from: server)
    var (status, output) = try LiveServer.run(["backup", file, "--data", data], files: [:])
    #expect(status == 0 && output.contains("objects at version") && output.contains("whole"), "\(output)")
    (status, output) = try LiveServer.run(["restore", file, "--data", data, "--force"], files: [:])
    #expect(status == 1 && output.contains("another process has this folder"), "\(output)")
    (status, output) = try LiveServer.run(["restore", file, "--data", other], files: [:])
    #expect(status == 0 && output.contains("restored"), "\(output)")
    (status, output) = try LiveServer.run(["restore", file, "--data", other], files: [:])
    #expect(status == 1 && output.contains("--force"), "\(output)")
    (status, output) = try LiveServer.run(["restore", file, "--data", other, "--force"], files: [:])
    #expect(status == 0 && output.contains("registry.db.old-1"), "\(output)")
    server = try Self.start(other)
    #expect(try Self.address(from: server) == before)
  }
}
