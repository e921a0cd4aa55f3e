import ClusterModel
import Logging
import NetworkAddresses
import Registry
import RegistryAPI
import Testing

/// Tests whose clients wait for a server in this process: one after the other, for each holds a thread while it waits.
@Suite("Registry API: over HTTP", .serialized)
enum OverHTTP {}

extension OverHTTP {
  @Suite("requests and replies", .serialized)
  struct ServerTests {
    /// What comes back for what is sent over a connection of its own.
    private func exchange(_ text: String) async throws -> String {
      try await withServer { port in
        let connection = try #require(TestConnection(port: port))
        connection.send(text)
        return connection.receiveAll()
      }
    }

    @Test("a request and its reply, and another one over the same connection")
    func twoRequests() async throws {
      let get = "GET /api/v1/services HTTP/1.1\r\nHost: localhost\r\n"
      let text = try await exchange(get + "\r\n" + get + "Connection: close\r\n\r\n")
      #expect(text.hasPrefix("HTTP/1.1 200"))
      #expect(text.split(separator: "HTTP/1.1 200").count == 2)
      #expect(text.lowercased().contains("content-type: application/json"))
      #expect(text.contains(#""kind":"ServiceList""#))
    }

    @Test("HEAD is GET without the body (RFC 9110 §9.3.2)")
    func head() async throws {
      let text = try await exchange("HEAD /version HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
      #expect(text.hasPrefix("HTTP/1.1 200"))
      #expect(text.lowercased().contains("content-length: "))
      #expect(text.hasSuffix("\r\n\r\n"))
    }

    @Test(
      "what is refused before anybody looks at it",
      arguments: [
        ("GET /api HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n", "403"),
        ("GET /%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", "400"),
        ("GET /\(String(repeating: "a", count: 10_000)) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "400"),
        ("POST /api/v1/namespaces HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999999\r\n\r\n{", "413"),
        ("GET /api HTTP/1.1\r\nHost: localhost\r\nX: \(String(repeating: "a", count: 200_000))\r\n\r\n", "4"),
        ("nonsense\r\n\r\n", "400"),
        (
          "POST /api/v1/namespaces HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
          "422"
        ),
        (
          "POST /api/v1/namespaces HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example\r\nConnection: close\r\n\r\n",
          "403"
        ),
      ])
    func refused(_ request: String, _ code: String) async throws {
      let text = try await exchange(request)
      #expect(text.hasPrefix("HTTP/1.1 \(code)"), "\(text.prefix(200))")
    }

    @Test("kubectl delete --cascade=foreground: the owner is there until what blocks it has gone")
    func foreground() async throws {
      let registry = try demoRegistry()
      let owner = try #require(registry.get(Service.self, namespace: "shop", name: "web"))
      let reference = OwnerReference(
        apiVersion: "v1", kind: "Service", name: "web", uid: owner.metadata.uid, blockOwnerDeletion: true)
      var metadata = ObjectMeta(name: "d", namespace: "shop")
      metadata.finalizers = ["x/y"]
      metadata.ownerReferences = [reference]
      let dependent = Service(metadata: metadata, spec: ServiceSpec(ports: [ServicePort(port: 80)])).object
      try registry.transaction { (registry) throws(RegistryError) in
        _ = try registry.create(dependent)
      }
      func ask(_ method: String, _ name: String, type: String = "application/json", body: String = "") -> String {
        "\(method) /api/v1/namespaces/shop/services/\(name) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
          + "Content-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
      }
      let requests = [
        ask("DELETE", "web", body: #"{"propagationPolicy":"Foreground"}"#), ask("GET", "web"),
        ask("PATCH", "d", type: "application/merge-patch+json", body: #"{"metadata":{"finalizers":null}}"#),
        ask("GET", "web"),
      ]
      let replies = try await withServer(registry) { port in
        try requests.map { request in
          let connection = try #require(TestConnection(port: port))
          connection.send(request)
          return connection.receiveAll()
        }
      }
      #expect(replies.map { String($0.dropFirst(9).prefix(3)) } == ["200", "200", "200", "404"])
      #expect(replies[0].contains(#""finalizers":["foregroundDeletion"]"#) && replies[1].contains("deletionTimestamp"))
    }

    @Test("a body without an end is cut off at the bound")
    func endlessBody() async throws {
      let text = try await withServer { port in
        let connection = try #require(TestConnection(port: port))
        connection.send("POST /api/v1/namespaces HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
        let chunk = "10000\r\n" + String(repeating: "x", count: 65536) + "\r\n"
        var chunks = 0
        while chunks < 2000, connection.send(chunk) { chunks += 1 }
        #expect(chunks < 2000)
        return connection.receiveAll()
      }
      #expect(text.isEmpty || text.hasPrefix("HTTP/1.1 413"))
    }

    @Test("more connections than there may be: the idlest go, and a new client is served")
    func crowd() async throws {
      let text = try await withServer { port in
        var crowd: [Int32] = []
        for _ in 0..<600 { if let descriptor = TestConnection.open(port: port) { crowd.append(descriptor) } }
        defer { for descriptor in crowd { TestConnection.close(descriptor) } }
        let connection = try #require(TestConnection(port: port))
        connection.send("GET /version HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        return connection.receiveAll()
      }
      #expect(text.hasPrefix("HTTP/1.1 200"))
    }

    @Test("a port in use is an error that says so, and what would help")
    func portInUse() async throws {
      let description = try await withServer { port in
        let second = RegistryAPIServer(
          registry: Registry(), address: SocketAddress(ip("127.0.0.1"), port: port),
          logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        do {
          try await second.run()
          return "ran"
        } catch {
          #expect(error is ListenError)
          return "\(error)"
        }
      }
      #expect(description.contains("the port is in use"))
      #expect(description.contains("--api"))
    }

    @Test("cancelling ends the server, clients or not")
    func cancelled() async throws {
      let server = RegistryAPIServer(
        registry: Registry(), address: SocketAddress(ip("127.0.0.1"), port: 0),
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
      let (ports, listening) = AsyncStream.makeStream(of: UInt16.self)
      let running = Task { try await server.run { listening.yield($0.port) } }
      var iterator = ports.makeAsyncIterator()
      let connection = TestConnection(port: await iterator.next() ?? 0)
      #expect(connection != nil)
      running.cancel()
      _ = await running.result
    }

    @Test("a server that ends while clients connect ends well")
    func endsInACrowd() async throws {
      for _ in 0..<20 {
        let server = RegistryAPIServer(
          registry: Registry(), address: SocketAddress(ip("127.0.0.1"), port: 0),
          logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let (ports, listening) = AsyncStream.makeStream(of: UInt16.self)
        let running = Task { try await server.run { listening.yield($0.port) } }
        var iterator = ports.makeAsyncIterator()
        let port = await iterator.next() ?? 0
        let crowd = (0..<100).compactMap { _ in TestConnection.open(port: port) }
        defer { for descriptor in crowd { TestConnection.close(descriptor) } }
        running.cancel()
        try await running.value
        #expect(TestConnection.open(port: port) == nil)
      }
    }
  }
}
