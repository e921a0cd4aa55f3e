import ClusterModel
import Logging
import NetworkAddresses
import Registry
import RegistryAPI
import RegistryClient
import Testing

/// Serves a registry on a free port while the body runs.
private func withServer(_ registry: Registry = Registry(), _ body: @Sendable (RegistryClient) async throws -> Void)
  async throws
{
  let address = try #require(SocketAddress("127.0.0.1:0", defaultPort: 0))
  let (ports, found) = AsyncStream.makeStream(of: UInt16.self)
  try await withThrowingTaskGroup(of: Void.self) { group in
    group.addTask {
      try await RegistryAPIServer(registry: registry, address: address, logger: Logger(label: "test")).run {
        found.yield($0.port)
      }
    }
    var iterator = ports.makeAsyncIterator()
    let port = try #require(await iterator.next())
    try await body(try RegistryClient(RegistryLocation(url: "http://127.0.0.1:\(port)/")))
    group.cancelAll()
  }
}

@Suite struct RegistryClientTests {
  static let namespace = Array(#"{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop"}}"#.utf8)

  @Test func writesAndReads() async throws {
    try await withServer { client in
      let made = try await client.send(.init("POST", "/api/v1/namespaces", body: Self.namespace))
      #expect(made.code == 201)
      let read = try await client.send(.init("GET", ObjectKey(.namespace, name: "shop").path)).document()
      #expect(read["metadata"]?["name"]?.string == "shop")
    }
  }

  @Test func saysWhatTheServerRefuses() async throws {
    try await withServer { client in
      let error = await #expect(throws: RegistryClientError.self) {
        try await client.send(.init("GET", ObjectKey(.service, namespace: "shop", name: "web").path))
      }
      #expect(
        error == .refused(code: 404, reason: "NotFound", message: #"services "web" not found"#),
        "\(String(describing: error))")
      #expect(error?.description == #"Error from server (NotFound): services "web" not found"#)
    }
  }

  @Test("a watch begins before there is anything to tell", .timeLimit(.minutes(1)))
  func watchBegins() async throws {
    try await withServer { client in
      let list = try await client.send(.init("GET", "/api/v1/services")).document()
      let version = try #require(list["metadata"]?["resourceVersion"]?.string)
      let (opened, open) = AsyncStream.makeStream(of: Void.self)
      let watch = Task {
        let request = RegistryClient.Request("GET", "/api/v1/services?watch=true&resourceVersion=\(version)")
        try? await client.follow(request, opened: { open.yield() }) { _ in true }
      }
      var openings = opened.makeAsyncIterator()
      await openings.next()
      watch.cancel()
      await watch.value
    }
  }

  @Test func saysThatNobodyAnswers() async throws {
    // Port 0 is nobody's.
    let client = try RegistryClient(RegistryLocation(url: "http://127.0.0.1:1"))
    let error = await #expect(throws: RegistryClientError.self) { try await client.send(.init("GET", "/version")) }
    guard case .unreachable(let url, let reason) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(url == "http://127.0.0.1:1")
    #expect(reason.contains("refused"))
  }

  @Test func refusesCertificatesThatAreNotThere() {
    var location = RegistryLocation(url: "https://127.0.0.1:1")
    location.certificate = ("/nowhere/chain.pem", "/nowhere/key.pem")
    #expect(throws: RegistryClientError.self) { try RegistryClient(location) }
  }
}

@Suite struct ResourceNameTests {
  @Test(arguments: [
    ("svc", ObjectKind.service), ("service", .service), ("services", .service), ("Service", .service),
    ("ep", .endpoints),
    ("endpoints", .endpoints), ("endpointslices", .endpointSlice), ("EndpointSlice", .endpointSlice), ("po", .pod),
    ("ns", .namespace), ("no", .node), ("lease", .lease),
  ])
  func kindsAreFound(_ name: String, _ kind: ObjectKind) { #expect(ObjectKind(spelled: name) == kind) }

  @Test(arguments: ["", "deployments", "svcs", "s"])
  func othersAreNot(_ name: String) { #expect(ObjectKind(spelled: name) == nil) }

  @Test func pathsAreThoseOfTheAPI() {
    #expect(ObjectKind.service.path(namespace: nil) == "/api/v1/services")
    #expect(
      ObjectKind.endpointSlice.path(namespace: "shop") == "/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices")
    #expect(ObjectKind.node.path(namespace: "shop") == "/api/v1/nodes")
    #expect(ObjectKey(.service, namespace: "a/b", name: "c?d%").path == "/api/v1/namespaces/a%2Fb/services/c%3Fd%25")
  }

  @Test func namesAreThoseOfKubectl() {
    #expect(ObjectKey(.service, namespace: "shop", name: "web").shortDescription == "service/web")
    #expect(
      ObjectKey(.endpointSlice, namespace: "shop", name: "web-1").shortDescription
        == "endpointslice.discovery.k8s.io/web-1")
  }
}
