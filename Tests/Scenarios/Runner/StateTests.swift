import DNSWire
import Foundation
import LiveServer
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
