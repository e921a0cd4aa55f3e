import AsyncHTTPClient
import ClusterDiscovery
import ClusterDiscoveryHTTP
import HTTPTypes
import Logging
import NetworkAddresses
import RegistryAPI
import Testing

private let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// A server that says its name and what it was asked, and answers `/broken` with 503 when it is told to.
private func withServer(
  _ name: String, isBroken: Bool = false, _ body: (Endpoint) async throws -> Void
) async throws {
  let server = BoundedHTTPServer(address: SocketAddress(.v4(.loopback), port: 0), logger: quiet) { request in
    guard case .whole(let head, _) = request else { return .init(code: 400, contentType: "text/plain", body: []) }
    let text = "\(name) \(head.method) \(head.authority ?? "-") \(head.path ?? "")"
    return .init(code: isBroken ? 503 : 200, contentType: "text/plain", body: Array(text.utf8))
  }
  let (addresses, listening) = AsyncStream.makeStream(of: SocketAddress.self)
  try await withThrowingTaskGroup(of: Void.self) { group in
    group.addTask { try await server.run { listening.yield($0) } }
    var iterator = addresses.makeAsyncIterator()
    try await body(Endpoint(try #require(await iterator.next())))
    group.cancelAll()
  }
}

/// A client of a fixed list of endpoints, for as long as the body runs.
private func withClient(
  _ endpoints: [String: [Endpoint]], _ body: (ServiceHTTPClient) async throws -> Void
) async throws {
  var list: [Target: [Endpoint]] = [:]
  for (text, endpoints) in endpoints { list[try Target(text)] = endpoints }
  let client = ServiceHTTPClient(source: FixedSource(list), balancer: Balancer(.roundRobin))
  async let _: Void = client.run()
  try await body(client)
}

extension ServiceHTTPClient {
  /// The status and the text of an answer.
  fileprivate func get(_ url: String, _ method: String = "GET", body: String? = nil) async throws -> (UInt, String) {
    var request = HTTPClientRequest(url: url)
    request.method = .init(rawValue: method)
    if let body { request.body = .bytes(Array(body.utf8)) }
    let response = try await execute(request, timeout: .seconds(20))
    return (response.status.code, String(buffer: try await response.body.collect(upTo: 1 << 20)))
  }
}

@Suite("HTTP requests to services", .serialized, .timeLimit(.minutes(2))) struct HTTPTests {
  @Test("requests go to all endpoints; host, path and query are the URL's")
  func spread() async throws {
    try await withServer("a") { a in
      try await withServer("b") { b in
        try await withClient(["web.shop": [a, b], "web.shop:admin": [b]]) { client in
          var texts: Set<String> = []
          for _ in 0..<20 { texts.insert(try await client.get("http://web.shop/cart?id=1#top").1) }
          #expect(texts == ["a GET web.shop /cart?id=1", "b GET web.shop /cart?id=1"])
          #expect(try await client.get("http://web.shop:admin").1 == "b GET web.shop:admin /")
        }
      }
    }
  }

  @Test("where nobody listens the request goes to another endpoint, whatever its method")
  func refused() async throws {
    try await withServer("a") { a in
      // A port that was free a moment ago.
      var dead: Endpoint?
      try await withServer("gone") { dead = $0 }
      try await withClient(["web.shop": [a, try #require(dead)]]) { client in
        for _ in 0..<10 {
          let (code, _) = try await client.get("http://web.shop/", "POST", body: "x")
          #expect(code == 200)
        }
      }
    }
  }

  @Test(
    "503 is tried elsewhere when the method may be repeated, and is the answer when it may not, or nobody does better")
  func gatewayFailures() async throws {
    try await withServer("good") { good in
      try await withServer("bad", isBroken: true) { bad in
        try await withClient(["web.shop": [good, bad], "bad.shop": [bad], "post.shop": [bad, good]]) { client in
          for _ in 0..<4 { #expect(try await client.get("http://web.shop/").0 == 200) }
          #expect(try await client.get("http://bad.shop/").0 == 503)
          var codes: Set<UInt> = []
          for _ in 0..<4 { codes.insert(try await client.get("http://post.shop/", "POST", body: "x").0) }
          #expect(codes == [200, 503])
        }
      }
    }
  }

  @Test(
    "URLs that name no service are refused with what would be right",
    arguments: [
      ("https://web.shop/", "must begin with http://"), ("web.shop", "must begin with http://"),
      ("http:///path", "is no DNS label"), ("http://user:word@web.shop/", "use a header"),
      ("http://web.shop:0/", "ports are 1 to 65535"), ("http://10.0.0.1/", "\"svc\" comes after"),
    ])
  func urls(url: String, problem: String) async throws {
    try await withClient([:]) { client in
      let error = await #expect(throws: ServiceURLError.self) { _ = try await client.get(url) }
      #expect(error?.description.contains(problem) == true, "\(error?.description ?? "")")
    }
  }

  @Test("a service that is not there is said so")
  func notThere() async throws {
    try await withClient([:]) { client in
      let error = await #expect(throws: ServiceError.self) { _ = try await client.get("http://web.shop/") }
      #expect(error?.description.contains("web.shop is not in the fixed list") == true)
    }
  }
}
