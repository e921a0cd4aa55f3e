import Foundation
import LiveServer
import Testing

extension LiveTests {
  @Suite("kubectl watches", .enabled(if: Tools.has("kubectl")), .serialized)
  struct KubectlWatchTests {
    let folder: Scratch
    let api: LiveAPI
    private let manifest: String

    init() throws {
      folder = try Scratch()
      try folder.write("extra.yaml", Self.service("first").utf8)
      manifest = folder.path("extra.yaml")
      api = try LiveAPI(in: folder, ["--manifests", folder.path("extra.yaml")])
    }

    private static func service(_ name: String, _ labels: String = "") -> String {
      "{apiVersion: v1, kind: Service, metadata: {name: \(name), namespace: shop, labels: {\(labels)}}, spec: {ports: [{port: 80}]}}\n"
    }

    private func kubectl(_ arguments: String, environment: String = "") throws -> Command {
      try folder.start(
        "\(environment) " + api.kubectl("-n shop \(arguments)")
      )
    }

    @Test("get -w shows what is there, and then what comes and goes")
    func getWatch() async throws {
      let watch = try kubectl("get services -w --output-watch-events")
      defer { watch.stop() }
      #expect(await watch.wait { $0.contains("first") && $0.contains("web") }.contains("ADDED"))
      try folder.write("extra.yaml", (Self.service("first", "a: b") + "---\n" + Self.service("second")).utf8)
      #expect(await watch.wait { $0.contains("second") }.contains("second"))
      try folder.write("extra.yaml", Self.service("first").utf8)
      #expect(await watch.wait { $0.contains("DELETED") }.contains("DELETED"), "\(watch.output)")
    }

    @Test("get -w of one name")
    func getOne() async throws {
      let watch = try kubectl("get service first -w -o name")
      defer { watch.stop() }
      _ = await watch.wait { $0.contains("service/first") }
      try folder.write("extra.yaml", Self.service("first", "a: b").utf8)
      let output = await watch.wait { $0.components(separatedBy: "service/first").count > 2 }
      #expect(output.components(separatedBy: "service/first").count > 2, "\(output)")
    }

    @Test("wait for a field, and for a deletion", .enabled(if: Tools.hasKubectl(since: 24)))
    func wait() async throws {
      let field = try kubectl("wait service/first --for=jsonpath='{.metadata.labels.a}'=b --timeout=25s")
      try await Task.sleep(for: .milliseconds(500))
      try folder.write("extra.yaml", Self.service("first", "a: b").utf8)
      let met = await field.end()
      #expect(met.status == 0, "\(met.output)")
      let deletion = try kubectl("wait service/first --for=delete --timeout=25s")
      try await Task.sleep(for: .milliseconds(500))
      try folder.write("extra.yaml", Self.service("other").utf8)
      let gone = await deletion.end()
      #expect(gone.status == 0, "\(gone.output)")
    }

    @Test(
      "wait with client-go's streaming list: objects, the bookmark that ends them, then changes",
      .enabled(if: Tools.hasKubectl(since: 32)))
    func streamingList() async throws {
      let field = try kubectl(
        "-v=8 wait service/first --for=jsonpath='{.metadata.labels.a}'=b --timeout=25s",
        environment: "KUBE_FEATURE_WatchListClient=true")
      _ = await field.wait { $0.contains("sendInitialEvents=true") }
      try folder.write("extra.yaml", Self.service("first", "a: b").utf8)
      let met = await field.end()
      #expect(met.status == 0, "\(met.output)")
      #expect(met.output.contains("sendInitialEvents=true"))
    }
  }

  @Suite("the server's end", .enabled(if: Tools.has("curl")))
  struct EndTests {
    @Test("SIGTERM ends watches in order: a bookmark, and a reply that is whole")
    func stop() async throws {
      let folder = try Scratch()
      var api: LiveAPI? = try LiveAPI(in: folder)
      let port = try #require(api?.port)
      let watch = try folder.start(
        "curl -sSN 'http://127.0.0.1:\(port)/api/v1/namespaces/shop/services?watch=true&allowWatchBookmarks=true'; echo status $?"
      )
      _ = await watch.wait { $0.contains("ADDED") }
      // Letting go of the server sends it SIGTERM, and waits for its end.
      api = nil
      let outcome = await watch.end()
      #expect(outcome.output.contains("BOOKMARK"), "\(outcome.output)")
      #expect(outcome.output.hasSuffix("status 0\n"), "\(outcome.output)")
    }
  }
}
