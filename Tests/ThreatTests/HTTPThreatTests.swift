import Foundation
import LiveServer
import Testing

/// Says octets to an HTTP port and reads the first of what comes back.
struct HTTPClient {
  let port: UInt16

  /// The reply's first octets, to the end of the head at least; empty when there was none.
  func say(_ request: some Collection<UInt8>) throws -> String {
    let socket = try Socket.connected(.tcp, to: Endpoint(port: port))
    // The server may close before all is sent.
    try? socket.send(request)
    var reply: [UInt8] = []
    while !String(decoding: reply, as: UTF8.self).contains("\r\n\r\n"), let more = socket.receive(within: 5_000),
      !more.isEmpty
    { reply += more }
    return String(decoding: reply, as: UTF8.self)
  }

  /// The whole reply to GET.
  func get(_ path: String) throws -> String {
    try sayAll("GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".utf8)
  }

  /// Everything that comes back until the server closes, or says nothing for 5 s.
  func sayAll(_ request: some Collection<UInt8>) throws -> String {
    let socket = try Socket.connected(.tcp, to: Endpoint(port: port))
    try? socket.send(request)
    var reply: [UInt8] = []
    while let more = socket.receive(within: 5_000), !more.isEmpty { reply += more }
    return String(decoding: reply, as: UTF8.self)
  }
}

extension Threats {
  /// The pages and the API share their bounds.
  @Suite("HTTP: pages and API") struct HTTP {
    let target: Target
    /// A path that is there, by port.
    let paths: [(port: UInt16, path: String)]

    init() throws {
      target = try Target.shared.get()
      paths = [(target.health, "/health"), (target.metrics, "/metrics"), (target.api, "/api")]
    }

    @Test(
      "huge and endless requests, traversal, smuggling and odd methods get a 4xx",
      arguments: [
        "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 3\r\n\r\nabc",
        "BREW {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99999999999\r\n\r\nabc",
        "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\nabc",
        "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n7fffffff\r\n{4MiB}",
        "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG",
        "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "GET /../../etc/passwd HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        "GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        "GET /%ff%00 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", "GET {path} HTTP/1.1\r\nHost : 127.0.0.1\r\n\r\n",
        "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX: {4MiB}\r\n\r\n",
        "GET /{4MiB} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        "GET {path} HTTP/9.9\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\u{16}\u{3}\u{1}\r\n\r\n",
      ])
    func badRequests(request: String) throws {
      for (port, path) in paths {
        let octets = request.replacing("{path}", with: path)
          .replacing("{4MiB}", with: String(repeating: "a", count: 4 << 20))
        let reply = try HTTPClient(port: port).say(octets.utf8)
        #expect(reply.hasPrefix("HTTP/1.1 4") || reply.hasPrefix("HTTP/1.0 4"), "port of \(path): \(reply.prefix(80))")
      }
      try expectServed()
    }

    @Test(
      "smuggling: nothing behind a request whose length is in doubt is taken for another request",
      arguments: [
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
        "Content-Length: 0\r\nContent-Length: 40\r\n\r\n", "Content-Length: 0, 40\r\n\r\n",
        "Content-Length: 0x0\r\n\r\n",
        "Content-Length: +0\r\n\r\n", "Content-Length: 18446744073709551616\r\n\r\n",
        "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n10000000000000000\r\n\r\n",
      ])
    func smuggling(fields: String) throws {
      for (port, path) in paths {
        let request =
          "POST \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\n\(fields)GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Smuggled: 1\r\n\r\n"
        let reply = try HTTPClient(port: port).sayAll(request.utf8)
        #expect(reply.hasPrefix("HTTP/1.1 4"), "port of \(path): \(reply.prefix(80))")
        #expect(reply.components(separatedBy: "HTTP/1.1 ").count == 2, "port of \(path): \(reply)")
      }
      try expectServed()
    }

    @Test(
      "what the API refuses is a Status that says so",
      arguments: [
        ("GET /nowhere", "", 404), ("GET /api/v1/namespaces/../../../etc/passwd", "", 404), ("PUT /api", "", 405),
        ("DELETE /api/v1/namespaces/default", "", 403), ("GET /api/v1/namespaces/shop/services?limit=x", "", 400),
        ("POST /api/v1/namespaces", "[[[[", 400), ("POST /api/v1/namespaces", #"{"metadata":{"name":"A_B"}}"#, 422),
        ("POST /api/v1/namespaces", #"{"metadata":{"name":"default"}}"#, 409),
      ])
    func statuses(line: String, body: String, code: Int) throws {
      let reply = try HTTPClient(port: target.api).sayAll(
        "\(line) HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
          .utf8)
      #expect(reply.hasPrefix("HTTP/1.1 \(code) "), "\(reply.prefix(80))")
      let json = reply.components(separatedBy: "\r\n\r\n").dropFirst().joined()
      let status = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any], "\(reply)")
      #expect(status["kind"] as? String == "Status" && status["code"] as? Int == code)
    }

    @Test("paths and names that clients make up are no labels of metrics")
    func labels() throws {
      for path in ["/labeltest/{a=\"b\"}", "/api/v1/namespaces/labeltest/services", "/apis/labeltest/v1"] {
        _ = try HTTPClient(port: target.api).get(path)
      }
      #expect(try !HTTPClient(port: target.metrics).get("/metrics").contains("labeltest"))
    }

    @Test("600 idle clients keep no new one out, and are closed")
    func idle() async throws {
      let idle = paths.map { port, _ in
        (0..<600).compactMap { _ in try? Socket.connected(.tcp, to: Endpoint(port: port)) }
      }
      try expectServed()
      for clients in idle {
        let last = try #require(clients.last)
        try await Threats.wait(for: last, seconds: 30)
        #expect(last.receive(within: 0) == [])
      }
    }

    @Test("heads and bodies that come octet by octet are given up", arguments: ["X: ", "Content-Length: 1000\r\n\r\n"])
    func slow(head: String) async throws {
      var open: [(path: String, socket: Socket)] = []
      for (port, path) in paths {
        let socket = try Socket.connected(.tcp, to: Endpoint(port: port))
        try socket.send("POST \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\n\(head)".utf8)
        open.append((path, socket))
      }
      let deadline = Date(timeIntervalSinceNow: 30)
      while !open.isEmpty, Date() < deadline {
        open.removeAll { _, socket in
          if let octets = socket.receive(within: 0) { return octets.isEmpty }
          try? socket.send([97])
          return false
        }
        try await Task.sleep(for: .milliseconds(100))
      }
      #expect(open.isEmpty, "still open: \(open.map(\.path))")
    }

    @Test("who asks before sending a body gets the reply instead, and from the API the word to send it")
    func expectation() throws {
      for (port, path) in paths {
        let expected = port == target.api ? "HTTP/1.1 100" : "HTTP/1.1 405"
        let reply = try HTTPClient(port: port).say(
          "POST \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nExpect: 100-continue\r\nContent-Length: 10\r\n\r\n".utf8)
        #expect(reply.hasPrefix(expected), "port of \(path): \(reply.prefix(80))")
      }
    }

    private func expectServed() throws {
      for (port, path) in paths {
        #expect(try HTTPClient(port: port).get(path).hasPrefix("HTTP/1.1 200"), "port of \(path)")
      }
    }
  }
}
