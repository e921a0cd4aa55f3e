import Foundation
import LiveServer
import Testing

extension LiveTests {
  /// The page for people, in a real browser where there is one.
  @Suite("web page", .serialized)
  struct WebPageTests {
    let folder: Scratch
    let api: LiveAPI

    init() throws {
      folder = try Scratch()
      try folder.write("pods.yaml", Self.endpoints.utf8)
      api = try LiveAPI(in: folder, ["--manifests", folder.path("pods.yaml")])
    }

    /// One endpoint that is ready and one that is not; the name of its pod is no markup.
    private static let endpoints = """
      apiVersion: discovery.k8s.io/v1
      kind: EndpointSlice
      metadata: {name: web-1, namespace: shop, labels: {kubernetes.io/service-name: web}}
      addressType: IPv4
      ports: [{name: http, port: 80}]
      endpoints:
      - {addresses: [10.0.0.1], conditions: {ready: true}, nodeName: node-1, zone: zone-a}
      - {addresses: [10.0.0.2], conditions: {ready: false}}
      """

    private func curl(_ arguments: String) async throws -> String {
      try await folder.run("curl -s -m 10 \(arguments)").output
    }

    @Test("a browser gets the page, with a policy that lets it talk to nobody else", .enabled(if: Tools.has("curl")))
    func document() async throws {
      let reply = try await curl("-i -H 'Accept: text/html,*/*;q=0.8' http://127.0.0.1:\(api.port)/")
      #expect(reply.contains("200 OK"))
      #expect(reply.lowercased().contains("content-security-policy: default-src 'none'"))
      #expect(reply.contains("<title>clusterdns</title>"))
      #expect(reply.contains("data-domain=\"cluster.local\""))
    }

    @Test("programs get the paths at the same place", .enabled(if: Tools.has("curl")))
    func paths() async throws {
      #expect(try await curl("http://127.0.0.1:\(api.port)/").contains("\"/api/v1\""))
    }

    @Test("a name is explained", .enabled(if: Tools.has("curl")))
    func explanation() async throws {
      let url = "http://127.0.0.1:\(api.port)/clusterdns/v1/explain"
      let known = try await curl("'\(url)?name=web.shop.svc.cluster.local&type=A'")
      #expect(known.contains("10.96.0.20"))
      #expect(known.contains("kubernetes"))
      #expect(try await curl("'\(url)?name=a..b'").contains("a..b"))
      #expect(try await curl("'\(url)?name=web&type=NONE'").contains("is no type"))
    }

    @Test("no role for one namespace sees names of all", .enabled(if: Tools.has("curl") && Tools.has("openssl")))
    func roles() async throws {
      try await folder.makeCertificates()
      try folder.write("tokens", "0123456789abcdef,root,admin\nfedcba9876543210,bob,register:shop\n".utf8)
      let secure = try LiveAPI.secure(in: folder)
      func code(_ token: String, _ path: String) async throws -> String {
        try await curl(
          "-o /dev/null -w '%{http_code}' --cacert ca.crt -H 'Authorization: Bearer \(token)' https://127.0.0.1:\(secure.port)\(path)"
        )
      }
      #expect(try await code("0123456789abcdef", "/clusterdns/v1/explain?name=web.shop.svc.cluster.local") == "200")
      #expect(try await code("fedcba9876543210", "/clusterdns/v1/explain?name=web.shop.svc.cluster.local") == "403")
      #expect(try await code("fedcba9876543210", "/clusterdns/v1/metrics") == "403")
      #expect(try await code("nobody", "/clusterdns/v1/metrics") == "401")
    }

    @Test("Chromium shows services, endpoints and why a name answers", .enabled(if: Tools.has("chromium")))
    func browser() async throws {
      let dump = try await folder.run(
        """
        chromium --headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --user-data-dir=profile \
        --virtual-time-budget=5000 --dump-dom 'http://127.0.0.1:\(api.port)/#shop/web' 2>/dev/null
        """)
      let page = dump.output
      #expect(page.contains("10.96.0.20"), "\(page)")
      #expect(page.contains("1 of 2"))
      #expect(page.contains("10.0.0.2"))
      #expect(page.contains("not ready"))
      #expect(page.contains("node-1, zone-a"))
      #expect(page.contains("web.shop.svc.cluster.local. A"))
    }
  }
}
