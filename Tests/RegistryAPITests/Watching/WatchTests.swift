import ClusterModel
import Logging
import NetworkAddresses
import Registry
import Testing

@testable import RegistryAPI

extension OverHTTP {
  @Suite("watches", .serialized)
  struct WatchTests {
    private static let services = "/api/v1/namespaces/shop/services"

    /// Runs against a server whose registry the test changes.
    private func withRegistry<Result: Sendable>(
      _ body: @escaping @Sendable (Registry, UInt16) async throws -> Result
    ) async throws -> Result {
      let registry = try demoRegistry()
      return try await withServer(registry) { port in try await body(registry, port) }
    }

    @Test("without a version: the objects there are as ADDED, then what changes")
    func fromState() async throws {
      let events = try await withRegistry { registry, port in
        let watch = try #require(WatchClient(port: port, Self.services))
        var events = watch.next(2)
        try registry.put("new")
        try registry.put("new", labels: ["a": "b"])
        try registry.remove("new")
        events += watch.next(3)
        #expect(watch.head.lowercased().contains("content-type: application/json\r\n"))
        return events
      }
      #expect(events == ["ADDED api", "ADDED web", "ADDED new", "MODIFIED new", "DELETED new"])
    }

    @Test("from a version: what changed behind it, and a DELETED has the version of the deletion")
    func fromVersion() async throws {
      try await withRegistry { registry, port in
        let version = registry.version
        try registry.put("new")
        try registry.remove("new")
        let deletion = registry.version
        let watch = try #require(WatchClient(port: port, Self.services + "?resourceVersion=\(version)"))
        #expect(watch.next() == "ADDED new")
        let event = try parse(Array(try #require(watch.nextLine()).utf8))
        #expect(event.text("type") == "DELETED")
        let shown = try #require(event.text("object.metadata.resourceVersion").flatMap { UInt64($0) })
        #expect(shown > version && shown <= deletion)
      }
    }

    @Test(
      "one name, and selections of labels and fields",
      arguments: [
        ("fieldSelector=metadata.name%3Dweb&resourceVersion=0", ["ADDED web"]),
        ("labelSelector=tier%3Dback", ["ADDED api"]),
        ("fieldSelector=spec.type%3DClusterIP,metadata.name!%3Dapi", ["ADDED web"]),
      ])
    func selections(_ query: String, _ expected: [String]) async throws {
      let events = try await withRegistry { registry, port in
        let watch = try #require(WatchClient(port: port, Self.services + "?timeoutSeconds=1&" + query))
        var events: [String] = []
        while let line = watch.nextLine() {
          let event = try parse(Array(line.utf8))
          events.append("\(event.text("type") ?? "") \(event.text("object.metadata.name") ?? "")")
        }
        return events
      }
      #expect(events == expected)
    }

    @Test("an object that enters a selection is ADDED; one that leaves it is DELETED, as it was, with the new version")
    func enterAndLeave() async throws {
      try await withRegistry { registry, port in
        let watch = try #require(
          WatchClient(port: port, Self.services + "?labelSelector=a&resourceVersion=\(registry.version)"))
        try registry.put("new")
        try registry.put("new", labels: ["a": "1"])
        try registry.put("new", labels: ["a": "2"])
        try registry.put("new", labels: ["b": "1"])
        #expect(watch.next(2) == ["ADDED new", "MODIFIED new"])
        let event = try parse(Array(try #require(watch.nextLine()).utf8))
        #expect(event.text("type") == "DELETED")
        #expect(event.text("object.metadata.labels.a") == "2")
        let now = registry.object(ObjectKey(.service, namespace: "shop", name: "new"))
        #expect(event.text("object.metadata.resourceVersion") == now.map { String($0.metadata.resourceVersion) })
      }
    }

    @Test("a streaming list: ADDED objects, then a bookmark that says so, then what changes")
    func streamingList() async throws {
      let query = "?sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true"
      let events = try await withRegistry { registry, port in
        let watch = try #require(WatchClient(port: port, Self.services + query))
        var events = watch.next(3)
        try registry.put("new")
        events.append(watch.next())
        return events
      }
      #expect(events == ["ADDED api", "ADDED web", "BOOKMARK initial", "ADDED new"])
    }

    @Test("the end of its time is a bookmark, if that was wanted, and the end of the reply; the connection goes on")
    func timeout() async throws {
      try await withRegistry { registry, port in
        let version = registry.version
        let watch = try #require(
          WatchClient(
            port: port, Self.services + "?timeoutSeconds=1&allowWatchBookmarks=true&resourceVersion=\(version)"))
        // What other kinds do moves the bookmark on.
        _ = try registry.transaction { transaction throws(RegistryError) in
          try transaction.create(Node(metadata: ObjectMeta(name: "n9")).object)
        }
        let event = try parse(Array(try #require(watch.nextLine()).utf8))
        #expect(event.text("type") == "BOOKMARK")
        #expect(event.text("object.metadata.resourceVersion") == String(registry.version))
        #expect(event.text("object.kind") == "Service")
        #expect(watch.next() == "END")
      }
    }

    @Test("a version that the history has lost is an ERROR event with 410 Expired, and the end")
    func expired() async throws {
      var settings = RegistrySettings()
      settings.historyOctets = 4_096
      let registry = Registry(settings)
      _ = try registry.transaction { $0.apply(manifests: [Namespace(metadata: ObjectMeta(name: "shop")).object]) }
      let version = registry.version
      for index in 0..<20 { try registry.put("s\(index)") }
      try await withServer(registry) { port in
        let watch = try #require(WatchClient(port: port, Self.services + "?resourceVersion=\(version)"))
        let event = try parse(Array(try #require(watch.nextLine()).utf8))
        #expect(event.text("type") == "ERROR")
        #expect(event.text("object.reason") == "Expired")
        #expect(event.text("object.message")?.hasPrefix("too old resource version: \(version) (") == true)
        #expect(watch.next() == "END")
      }
    }

    @Test("what went away before the server began is shown to who watches from before")
    func beforeTheStart() async throws {
      let registry = try demoRegistry()
      let version = registry.version
      for name in ["api", "web"] { try registry.remove(name) }
      try registry.remove("db", in: "data")
      let events = try await withServer(registry) { port in
        try #require(WatchClient(port: port, Self.services + "?resourceVersion=\(version)")).next(2)
      }
      #expect(events == ["DELETED api", "DELETED web"])
    }

    @Test("a kind that has not changed is watched from any version, however much of the others is forgotten")
    func quietKind() async throws {
      var settings = RegistrySettings()
      settings.historyOctets = 4_096
      let registry = Registry(settings)
      _ = try registry.transaction { $0.apply(manifests: [Namespace(metadata: ObjectMeta(name: "shop")).object]) }
      try await withServer(registry) { port in
        let watch = try #require(
          WatchClient(
            port: port, "/api/v1/nodes?allowWatchBookmarks=true&timeoutSeconds=2&resourceVersion=\(registry.version)"))
        for index in 0..<20 { try registry.put("s\(index)") }
        #expect(watch.next(2) == ["BOOKMARK", "END"])
      }
    }

    @Test(
      "what is refused before it begins",
      arguments: [
        ("resourceVersion=99999999", 504, "Timeout"),
        ("resourceVersion=x", 400, "BadRequest"),
        ("timeoutSeconds=x", 400, "BadRequest"),
        ("labelSelector=%3D%3D", 400, "BadRequest"),
        ("fieldSelector=spec.color%3Dred", 400, "BadRequest"),
        ("sendInitialEvents=true", 422, "Invalid"),
        ("resourceVersionMatch=NotOlderThan&resourceVersion=1", 422, "Invalid"),
        ("resourceVersionMatch=Exact&sendInitialEvents=true", 422, "Invalid"),
      ])
    func refused(_ query: String, _ code: Int, _ reason: String) async throws {
      let text = try await withRegistry { _, port in
        let connection = try #require(TestConnection(port: port))
        connection.send(
          "GET \(Self.services)?watch=true&\(query) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        return connection.receiveAll()
      }
      #expect(text.hasPrefix("HTTP/1.1 \(code)"))
      #expect(text.contains("\"reason\":\"\(reason)\""), "\(text)")
    }

    @Test("in tables, for who asks for them")
    func tables() async throws {
      try await withRegistry { registry, port in
        let accept = "Accept: application/json;as=Table;v=v1;g=meta.k8s.io\r\n"
        let watch = try #require(WatchClient(port: port, Self.services, header: accept))
        let first = try parse(Array(try #require(watch.nextLine()).utf8))
        #expect(first.text("object.kind") == "Table")
        #expect(first.text("object.columnDefinitions.0.name") == "Name")
        #expect(first.text("object.rows.0.cells.0") == "api")
        let second = try parse(Array(try #require(watch.nextLine()).utf8))
        #expect(second.text("object.rows.0.cells.0") == "web")
      }
    }

    @Test("a streaming list without its match is refused in Kubernetes' words")
    func unmatched() async throws {
      let text = try await withRegistry { _, port in
        let connection = try #require(TestConnection(port: port))
        connection.send(
          "GET \(Self.services)?watch=true&sendInitialEvents=true HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        )
        return connection.receiveAll()
      }
      let status = try parse(Array(text.split(separator: "\r\n\r\n", maxSplits: 1)[1].utf8))
      let forbidden = "Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"
      #expect(
        status.text("message")
          == "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: \(forbidden)")
      #expect(status.text("details.kind") == "ListOptions")
      #expect(status.text("details.causes.0.message") == forbidden)
      #expect(status.text("details.causes.0.field") == "resourceVersionMatch")
    }

    @Test("a client that goes away takes its watch with it")
    func leaving() async throws {
      let registry = try demoRegistry()
      let hub = WatchHub(registry)
      try await withServer(registry, hub) { port in
        let watch = try #require(WatchClient(port: port, Self.services))
        _ = watch.next(2)
        #expect(hub.count == 1)
        watch.leave()
        #expect(watch.next() == "END")
        for _ in 0..<2_000 where hub.count > 0 { try await Task.sleep(for: .milliseconds(5)) }
        #expect(hub.count == 0)
      }
    }

    @Test("more watches than there may be get 429 and when to come back")
    func tooMany() async throws {
      let registry = try demoRegistry()
      let hub = WatchHub(registry, WatchHub.Bounds(watches: 2))
      let text = try await withServer(registry, hub) { port in
        let watches = try (0..<2).map { _ in try #require(WatchClient(port: port, Self.services)) }
        let connection = try #require(TestConnection(port: port))
        connection.send(
          "GET \(Self.services)?watch=true HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        let text = connection.receiveAll()
        _ = watches.map { $0.next() }
        return text
      }
      #expect(text.hasPrefix("HTTP/1.1 429"))
      #expect(text.lowercased().contains("retry-after: 1\r\n"))
      #expect(text.contains(#""reason":"TooManyRequests""#))
    }

    @Test("the server's end is the watch's orderly end")
    func serverEnds() async throws {
      let watch = try await withRegistry { registry, port in
        let watch = try #require(WatchClient(port: port, Self.services + "?allowWatchBookmarks=true"))
        _ = watch.next(2)
        return Kept(watch)
      }
      #expect(watch.client.next(2) == ["BOOKMARK", "END"])
    }

    /// A client that leaves the task that made it.
    private struct Kept: @unchecked Sendable {
      let client: WatchClient
      init(_ client: WatchClient) { self.client = client }
    }

    @Test("each change is written once for all watches of it, and forgotten with the last of them")
    func encodedOnce() async throws {
      let registry = try demoRegistry()
      let hub = WatchHub(registry)
      try await withServer(registry, hub) { port in
        let watches = try (0..<20).map { _ in
          try #require(WatchClient(port: port, Self.services + "?resourceVersion=\(registry.version)"))
        }
        try registry.put("new")
        let lines = watches.map { $0.nextLine() ?? "" }
        #expect(Set(lines).count == 1)
        #expect(hub.encoded.count == lines[0].utf8.count + 1)
        for watch in watches { watch.leave() }
        for _ in 0..<2_000 where hub.count > 0 { try await Task.sleep(for: .milliseconds(5)) }
        #expect(hub.encoded.count == 0)
      }
    }
  }
}
