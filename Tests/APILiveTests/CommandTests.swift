import Foundation
import LiveServer
import Testing

extension LiveTests {
  /// The commands for machines without kubectl.
  @Suite("get, apply, delete and watch", .serialized)
  struct CommandTests {
    let folder: Scratch
    let api: LiveAPI

    init() throws {
      folder = try Scratch()
      api = try LiveAPI(in: folder)
      try folder.write("shop.yaml", Self.manifest.utf8)
    }

    private static let manifest = """
      apiVersion: v1
      kind: Namespace
      metadata: {name: kiosk}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: news, namespace: kiosk, labels: {app: news}}
      spec: {clusterIP: 10.96.0.77, ports: [{name: http, port: 80}]}
      """

    private func clusterdns(_ arguments: String) async throws -> Scratch.Outcome {
      try await folder.run(
        "CLUSTERDNS_SERVER=http://127.0.0.1:\(api.port) \(try LiveServer.program()) \(arguments) 2>&1")
    }

    @Test("apply makes objects, and says what has come of each")
    func apply() async throws {
      let first = try await clusterdns("apply -f shop.yaml")
      #expect(first.status == 0)
      #expect(first.output == "namespace/kiosk created\nservice/news created\n")
      let again = try await clusterdns("apply -f - < shop.yaml")
      #expect(again.output == "namespace/kiosk unchanged\nservice/news unchanged\n")
      try folder.write("shop.yaml", Self.manifest.replacingOccurrences(of: "port: 80", with: "port: 81").utf8)
      #expect(try await clusterdns("apply -f shop.yaml --dry-run").output.contains("service/news configured (dry run)"))
      #expect(try await clusterdns("apply -f shop.yaml").output.contains("service/news configured"))
      #expect(try await clusterdns("get svc news -n kiosk -o json").output.contains("\"port\": 81"))
    }

    @Test("what is wrong with a file, and what the server refuses, is said with file, line and column")
    func mistakes() async throws {
      try folder.write(
        "bad.yaml",
        "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}], slector: {}}\n".utf8)
      let refused = try await clusterdns("apply -f bad.yaml")
      #expect(refused.status == 1)
      #expect(refused.output.contains("bad.yaml:1:1"), "\(refused.output)")
      #expect(refused.output.contains("slector"), "\(refused.output)")
      try folder.write("worse.yaml", "a: [\n".utf8)
      let unreadable = try await clusterdns("apply -f worse.yaml")
      #expect(unreadable.status == 2)
      #expect(unreadable.output.contains("worse.yaml:"), "\(unreadable.output)")
    }

    @Test("get prints tables, names, JSON and YAML")
    func get() async throws {
      let table = try await clusterdns("get services -A")
      #expect(table.output.split(separator: "\n").first?.hasPrefix("NAMESPACE   NAME") == true, "\(table.output)")
      #expect(table.output.contains("10.96.0.20"))
      #expect(try await clusterdns("get svc web -n shop -o name").output == "service/web\n")
      #expect(try await clusterdns("get svc web -n shop -o yaml").output.contains("10.96.0.20"))
      let missing = try await clusterdns("get svc nothing")
      #expect(missing.status == 1)
      #expect(missing.output == "clusterdns: Error from server (NotFound): services \"nothing\" not found\n")
      #expect(try await clusterdns("get pods -n shop").output.contains("No resources found in shop namespace."))
      #expect(try await clusterdns("get nonsense").status == 2)
    }

    @Test("delete takes objects away")
    func delete() async throws {
      _ = try await clusterdns("apply -f shop.yaml")
      #expect(try await clusterdns("delete svc news -n kiosk").output == "service/news deleted\n")
      #expect(try await clusterdns("delete svc news -n kiosk").status == 1)
      let rest = try await clusterdns("delete -f shop.yaml --ignore-not-found")
      #expect(rest.status == 0, "\(rest.output)")
      #expect(try await clusterdns("get ns kiosk").status == 1)
    }

    @Test("watch prints a line a change")
    func watch() async throws {
      let watch = try folder.start(
        "CLUSTERDNS_SERVER=http://127.0.0.1:\(api.port) \(try LiveServer.program()) watch services -A")
      defer { watch.stop() }
      _ = await watch.wait { $0.contains("web") }
      _ = try await clusterdns("apply -f shop.yaml")
      #expect(await watch.wait { $0.contains("ADDED") }.contains("news"))
      _ = try await clusterdns("delete svc news -n kiosk")
      #expect(await watch.wait { $0.contains("DELETED") }.contains("DELETED"))
    }

    @Test("a registry that is not there is one line that says the mend")
    func unreachable() async throws {
      let outcome = try await folder.run("\(try LiveServer.program()) get svc --server http://127.0.0.1:1 2>&1")
      #expect(outcome.status == 1)
      #expect(outcome.output.contains("start one with `clusterdns serve`"), "\(outcome.output)")
    }
  }
}
