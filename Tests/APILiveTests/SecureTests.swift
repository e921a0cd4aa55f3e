import Foundation
import LiveServer
import Testing

/// Live tests one after the other: each has a server of its own.
@Suite("Live API", .serialized) enum LiveTests {}

extension LiveTests {
  @Suite("who may do what, over TLS", .enabled(if: Tools.has("openssl") && Tools.has("curl")), .serialized)
  struct SecureTests {
    let api: LiveAPI
    let folder: Scratch

    init() async throws {
      folder = try Scratch()
      try await folder.makeCertificates()
      api = try LiveAPI.secure(in: folder)
    }

    /// What curl gets: the status code, the version of HTTP, and the body.
    private func get(_ path: String, _ options: String = "") async throws -> (
      code: String, version: String, body: String
    ) {
      let outcome = try await folder.run(
        "curl -sS --max-time 20 --cacert ca.crt \(options) -w '\\n%{http_code} %{http_version}' 'https://127.0.0.1:\(api.port)\(path)'"
      )
      let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false)
      let words = (lines.last ?? "").split(separator: " ").map(String.init)
      guard words.count == 2 else { return ("", "", outcome.output) }
      return (words[0], words[1], lines.dropLast().joined(separator: "\n"))
    }

    private static let admin = "-H 'Authorization: Bearer 0123456789abcdef'"
    private static let reader = "-H 'Authorization: Bearer fedcba9876543210'"

    @Test("HTTP/2 for who knows it, HTTP/1.1 for others", arguments: [("--http2", "2"), ("--http1.1", "1.1")])
    func versions(_ option: String, _ version: String) async throws {
      let reply = try await get("/api/v1/services", "\(option) \(Self.admin)")
      #expect(reply.code == "200", "\(reply.body) \(api.server.log)")
      #expect(reply.version == version)
      #expect(reply.body.contains(#""kind":"ServiceList""#))
    }

    @Test(
      "without a login, or with a wrong one, everything but the probes is 401",
      arguments: ["", "Basic cm9vdDp4", "Bearer x", "Bearer 0123456789abcdee"])
    func unauthorized(_ header: String) async throws {
      let option = header.isEmpty ? "" : "-H 'Authorization: \(header)'"
      for path in ["/api", "/version", "/api/v1/services", "/nowhere"] {
        let reply = try await get(path, option)
        #expect(reply.code == "401", "\(path)")
        #expect(reply.body.contains(#""message":"Unauthorized","reason":"Unauthorized""#), "\(reply.body)")
      }
      #expect(try await get("/healthz", option).code == "200")
    }

    @Test("roles, in Kubernetes' words")
    func forbidden() async throws {
      #expect(try await get("/api/v1/services", Self.reader).code == "200")
      let write = try await get("/api/v1/namespaces/shop/services/web", "\(Self.reader) -X DELETE")
      #expect(write.code == "403")
      let message =
        #"services \"web\" is forbidden: User \"bob\" cannot delete resource \"services\" in API group \"\" in the namespace \"shop\""#
      #expect(write.body.contains(message), "\(write.body)")
    }

    @Test("a client certificate's CN is the user, and each O that is one a role")
    func certificates() async throws {
      let own = "--cert alice.crt --key alice.key"
      #expect(try await get("/api/v1/namespaces/shop/services", own).code == "200")
      #expect(try await get("/api/v1/namespaces/shop/services", "\(own) --http1.1").code == "200")
      let all = try await get("/api/v1/services", own)
      #expect(all.code == "403")
      #expect(
        all.body.contains(#"User \"alice\" cannot list resource \"services\" in API group \"\" at the cluster scope"#),
        "\(all.body)")
    }

    @Test("a certificate of another authority ends the handshake")
    func foreignCertificate() async throws {
      let other = try Scratch()
      try await other.makeCertificates()
      let reply = try await get(
        "/api/v1/services", "--cert \(other.path("alice.crt")) --key \(other.path("alice.key"))")
      #expect(reply.code != "200")
    }

    @Test("changed files are read again, and broken ones change nothing")
    func reread() async throws {
      try folder.write("tokens", "ffffffffffffffff,eve,admin\n".utf8)
      let new = "-H 'Authorization: Bearer ffffffffffffffff'"
      var code = ""
      for _ in 0..<100 where code != "200" {
        code = try await get("/api/v1/services", new).code
        if code != "200" { try await Task.sleep(for: .milliseconds(100)) }
      }
      #expect(code == "200")
      #expect(try await get("/api/v1/services", Self.admin).code == "401")
      try folder.write("tokens", "nonsense\n".utf8)
      for _ in 0..<100 where !api.server.log.contains("three fields are wanted") {
        _ = try await get("/api/v1/services", new)
        try await Task.sleep(for: .milliseconds(100))
      }
      #expect(api.server.log.contains("tokens:1:9: three fields are wanted"))
      #expect(try await get("/api/v1/services", new).code == "200")
    }

    @Test("a new certificate is shown from the next connection on")
    func newCertificate() async throws {
      let before = try await shownSubject()
      #expect(before.contains("clusterdns"))
      try await folder.sign("server", "/CN=renewed", "-extfile names")
      var shown = ""
      for _ in 0..<100 where !shown.contains("renewed") {
        shown = try await shownSubject()
        if !shown.contains("renewed") { try await Task.sleep(for: .milliseconds(100)) }
      }
      #expect(shown.contains("renewed"))
    }

    private func shownSubject() async throws -> String {
      try await folder.run(
        "openssl s_client -connect 127.0.0.1:\(api.port) </dev/null 2>/dev/null | openssl x509 -noout -subject"
      ).output
    }

    @Test("old versions of TLS are refused", arguments: ["-tls1", "-tls1_1"])
    func oldVersions(_ option: String) async throws {
      let outcome = try await folder.run(
        "openssl s_client -cipher ALL:@SECLEVEL=0 \(option) -connect 127.0.0.1:\(api.port) </dev/null")
      #expect(outcome.output.contains("(NONE)") || outcome.output.contains("alert"), "\(outcome.output)")
    }

    @Test("a watch over HTTP/2 streams, and ends with its time")
    func watch() async throws {
      let reply = try await get("/api/v1/services?watch=true&timeoutSeconds=1", "--http2 \(Self.admin)")
      #expect(reply.code == "200")
      #expect(reply.version == "2")
      #expect(reply.body.hasPrefix(#"{"type":"ADDED""#))
    }

    @Test(
      "kubectl logs in with a token, or with a certificate, and hears what it may not",
      .enabled(if: Tools.has("kubectl")))
    func kubectl() async throws {
      let start =
        "KUBECONFIG=/dev/null HOME=. kubectl --cache-dir cache --server https://127.0.0.1:\(api.port) --certificate-authority ca.crt"
      let all = try await folder.run("\(start) --token fedcba9876543210 get services -A 2>&1")
      #expect(all.output.contains("web"), "\(all.output)")
      let may = try await folder.run("\(start) --token fedcba9876543210 auth can-i create services -n shop 2>&1")
      #expect(may.output.contains("no"), "\(may.output)")
      let own = "\(start) --client-certificate alice.crt --client-key alice.key -n shop"
      let pods = try await folder.run("\(own) auth can-i create pods 2>&1")
      #expect(pods.output.contains("yes"), "\(pods.output)")
      let refused = try await folder.run("\(own) delete service web 2>&1")
      #expect(refused.status == 1)
      #expect(
        refused.output.contains(
          #"User "alice" cannot delete resource "services" in API group "" in the namespace "shop""#))
      let unknown = try await folder.run("\(start) --token wrong-wrong-wrong get services 2>&1 </dev/null")
      #expect(unknown.output.contains("Unauthorized"), "\(unknown.output)")
    }

    @Test("a stalled handshake is given up")
    func stalled() async throws {
      let socket = try Socket.connected(.tcp, to: Endpoint(port: api.port))
      try socket.send([0x16, 0x03, 0x01])
      let deadline = ContinuousClock.now + .seconds(30)
      while !socket.isReadable(within: 0), ContinuousClock.now < deadline {
        try await Task.sleep(for: .milliseconds(50))
      }
      #expect(socket.receive(within: 0).map { $0.count < 8 } == true)
    }
  }

  @Suite("refused at start", .serialized)
  struct StartTests {
    @Test(
      "addresses that others reach, without TLS or a login",
      arguments: [
        (["--api", "0.0.0.0:8443"], "give --api-tls-cert and --api-tls-key"),
        (
          ["--api", "0.0.0.0:8443", "--api-tls-cert", "c.pem"], "without a login; give --api-tokens or --api-client-ca"
        ),
        (["--api", "127.0.0.1:0", "--api-tokens", "tokens"], "tokens:2:24: \"boss\" is no role"),
        (["--api", "127.0.0.1:0", "--api-tls-cert", "c.pem"], "--api-tls-cert c.pem: no certificate in PEM"),
        (["--api", "127.0.0.1:0", "--api-tls-key", "c.pem"], "give --api-tls-cert too"),
      ])
    func refused(_ arguments: [String], _ message: String) throws {
      let outcome = try LiveServer.run(
        ["serve", "--data", "memory", "--conf", "Corefile", "--dns-port", "0"] + arguments,
        files: [
          "Corefile": Array(". {\n bind 127.0.0.1\n whoami\n}\n".utf8), "c.pem": Array("nothing".utf8),
          "tokens": Array("# roles\n0123456789abcdef,alice,boss\n".utf8),
        ])
      #expect(outcome.status == 2)
      #expect(outcome.output.contains(message), "\(outcome.output)")
    }
  }
}
