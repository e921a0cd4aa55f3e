import ClusterDiscovery
import ClusterDiscoveryGRPC
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import NetworkAddresses
import Testing

/// The method that the servers of these tests have: it answers with the server's name.
private let who = MethodDescriptor(fullyQualifiedService: "test.Who", method: "Ask")

/// Texts as messages.
private struct Text: MessageSerializer, MessageDeserializer {
  func serialize<Bytes: GRPCContiguousBytes>(_ message: String) throws -> Bytes { Bytes(message.utf8) }
  func deserialize<Bytes: GRPCContiguousBytes>(_ bytes: Bytes) throws -> String {
    bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
  }
}

private struct WhoService: RegistrableRPCService {
  let name: String

  func registerMethods<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
    router.registerHandler(forMethod: who, deserializer: Text(), serializer: Text()) { request, _ in
      StreamingServerResponse { writer in
        for try await _ in request.messages { try await writer.write(name) }
        return [:]
      }
    }
  }
}

/// A source whose sets a test pushes.
private struct PushedSource: DiscoverySource {
  let name = "test"
  let steps: AsyncStream<EndpointUpdate>

  func lookup(_ target: Target) async throws(DiscoveryError) -> EndpointSet {
    throw DiscoveryError(.unavailable, "only pushed")
  }

  func subscribe(to target: Target) -> EndpointUpdates {
    EndpointUpdates { publisher in for await step in steps { publisher.publish(step) } }
  }
}

/// Runs a gRPC server on a free port of 127.0.0.1.
private func withServer(_ name: String, _ body: (ClusterDiscovery.Endpoint) async throws -> Void) async throws {
  let transport = HTTP2ServerTransport.Posix(
    address: .ipv4(host: "127.0.0.1", port: 0), transportSecurity: .plaintext)
  try await withGRPCServer(transport: transport, services: [WhoService(name: name)]) { _ in
    let port = try #require(try await transport.listeningAddress.ipv4?.port)
    try await body(ClusterDiscovery.Endpoint(SocketAddress(.v4(.loopback), port: UInt16(port))))
  }
}

/// A client of a target, for as long as the body runs.
private func withClient(
  _ text: String, _ source: some DiscoverySource,
  _ body: (GRPCClient<HTTP2ClientTransport.Posix>) async throws -> Void
) async throws {
  let transport = try HTTP2ClientTransport.Posix(
    target: ClusterDNSTarget(text), transportSecurity: .plaintext, resolverRegistry: .clusterdns(source))
  try await withGRPCClient(transport: transport) { client in try await body(client) }
}

extension GRPCClient {
  /// The name of the server that answers.
  fileprivate func ask(waitForReady: Bool = true) async throws -> String {
    var options = CallOptions.defaults
    options.waitForReady = waitForReady
    options.timeout = .seconds(30)
    return try await unary(
      request: ClientRequest(message: "?"), descriptor: who, serializer: Text(), deserializer: Text(), options: options
    ) { try $0.message }
  }
}

@Suite("gRPC", .serialized, .timeLimit(.minutes(2))) struct GRPCTests {
  @Test("a call finds its server, and calls are spread over all of them")
  func spread() async throws {
    try await withServer("a") { a in
      try await withServer("b") { b in
        let source = FixedSource([try Target("web.shop:grpc"): [a, b]])
        try await withClient("clusterdns:///web.shop:grpc", source) { client in
          var names: Set<String> = []
          for _ in 0..<1000 where names.count < 2 { names.insert(try await client.ask()) }
          #expect(names == ["a", "b"])
        }
      }
    }
  }

  @Test("a set that is pushed moves the calls to its endpoints, and an error leaves them where they are")
  func pushed() async throws {
    try await withServer("a") { a in
      try await withServer("b") { b in
        let target = try Target("web.shop:grpc")
        let (steps, push) = AsyncStream.makeStream(of: EndpointUpdate.self)
        push.yield(.success(EndpointSet(target, [a])))
        try await withClient("web.shop:grpc", PushedSource(steps: steps)) { client in
          #expect(try await client.ask() == "a")
          push.yield(.success(EndpointSet(target, [b])))
          var last = ""
          for _ in 0..<100_000 where last != "b" { last = try await client.ask() }
          #expect(last == "b")
          push.yield(.failure(DiscoveryError(.unavailable, "the registry is away")))
          for _ in 0..<100 { #expect(try await client.ask() == "b") }
        }
      }
    }
  }

  @Test("what is not there is said in the source's words")
  func notFound() async throws {
    // The error leaves the client's closure: grpc-swift 2.4.3 does not end a channel by itself that never had an endpoint.
    let error = await #expect(throws: RPCError.self) {
      try await withClient("clusterdns:///web.shop:grpc", FixedSource([:])) { client in
        _ = try await client.ask(waitForReady: false)
      }
    }
    #expect(error?.code == .unavailable)
    #expect(error?.message.contains("web.shop:grpc is not in the fixed list") == true)
  }

  @Test(
    "targets with and without the scheme are the same",
    arguments: [
      "clusterdns:///web.shop:grpc", "clusterdns:web.shop:grpc", "web.shop:grpc", "CLUSTERDNS:///web.shop:grpc",
    ])
  func targets(text: String) throws {
    #expect(try ClusterDNSTarget(text).target == Target("web.shop:grpc"))
  }
}
