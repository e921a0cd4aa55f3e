import Foundation
import LiveServer
import Testing

extension LiveTests {
  /// What `clusterdns resolve` finds, over DNS and over the API of one server.
  @Suite("resolve", .serialized)
  struct ResolveTests {
    let folder: Scratch
    let api: LiveAPI

    init() throws {
      folder = try Scratch()
      api = try LiveAPI(in: folder, manifests: LiveAPI.manifests + "\n---\n" + Self.service + "\n---\n" + Self.slice(2))
    }

    private static let service = """
      apiVersion: v1
      kind: Service
      metadata: {name: calls, namespace: shop}
      spec: {clusterIP: None, ports: [{name: grpc, port: 9090}]}
      """

    /// A slice with the endpoints 10.1.0.1 to 10.1.0.`count`.
    private static func slice(_ count: Int) -> String {
      """
      apiVersion: discovery.k8s.io/v1
      kind: EndpointSlice
      metadata: {name: calls-1, namespace: shop, labels: {kubernetes.io/service-name: calls}}
      addressType: IPv4
      ports: [{name: grpc, port: 9090, protocol: TCP}]
      endpoints:

      """ + (1...count).map { "- {addresses: [10.1.0.\($0)], zone: zone-\($0), nodeName: node-\($0)}\n" }.joined()
    }

    private func line(_ arguments: String) throws -> String {
      "CLUSTERDNS_SERVER=http://127.0.0.1:\(api.port) exec \(try LiveServer.program()) \(arguments) 2>&1"
    }

    private func resolve(_ arguments: String) async throws -> Scratch.Outcome {
      try await folder.run(line("resolve " + arguments))
    }

    private var dns: String { "--dns-server \(api.server.endpoint)" }

    @Test("DNS tells the instances of a headless Service, and the ClusterIP of others")
    func overDNS() async throws {
      let found = try await resolve("calls.shop:grpc \(dns) --count 1000")
      #expect(found.status == 0)
      #expect(
        found.output == """
          calls.shop:grpc from DNS \(api.server.endpoint): 2 endpoints
          ADDRESS         CONDITION   ZONE   NODE   WEIGHT   PICKS   SHARE
          10.1.0.1:9090   ready       -      -      50       500     50.0%
          10.1.0.2:9090   ready       -      -      50       500     50.0%

          """)
      #expect(try await resolve("web.shop \(dns)").output.contains("10.96.0.20:80 "))
      #expect(try await resolve("web.shop:8080 \(dns)").output.contains("10.96.0.20:8080 "))
    }

    @Test("the API tells zones and nodes as well")
    func overAPI() async throws {
      let found = try await resolve("calls.shop:grpc -o json --count 10 --balancer pick-first")
      #expect(found.status == 0)
      #expect(
        found.output.hasPrefix(#"{"target":"calls.shop:grpc","source":"API http://127.0.0.1:\#(api.port)","#),
        "\(found.output)")
      let json = try JSONDecoder().decode(Found.self, from: Data(found.output.utf8))
      #expect(json.endpoints.map(\.address) == ["10.1.0.1", "10.1.0.2"])
      #expect(json.endpoints.map(\.zone) == ["zone-1", "zone-2"])
      #expect(json.endpoints.map(\.picks).sorted() == [0, 10])
      #expect(try await resolve("_grpc._tcp.calls -n shop -o wide").output.contains("zone-2"))
    }

    @Test("a file of endpoints")
    func overFile() async throws {
      try folder.write(
        "endpoints.json", #"{"calls.shop:grpc": [{"address": "10.2.0.1:9", "weight": 3}, "10.2.0.2:9"]}"#.utf8)
      let found = try await resolve(
        "calls.shop:grpc --endpoints endpoints.json --balancer weighted --count 400 -o json")
      #expect(found.output.contains(#""source":"file endpoints.json""#), "\(found.output)")
      let json = try JSONDecoder().decode(Found.self, from: Data(found.output.utf8))
      #expect((295...305).contains(json.endpoints[0].picks) && json.picks == 400, "\(found.output)")
    }

    private struct Found: Decodable {
      struct Endpoint: Decodable {
        let address: String
        let zone: String?
        let picks: Int
      }

      let picks: Int
      let endpoints: [Endpoint]
    }

    @Test(
      "every balancer picks as often as it is asked to",
      arguments: [
        "round-robin", "random", "weighted", "least-requests", "peak-ewma", "ring-hash", "maglev", "session-affinity",
        "pick-first",
      ])
    func balancers(name: String) async throws {
      let found = try await resolve("calls.shop:grpc -o json --count 2000 --balancer \(name)")
      let json = try JSONDecoder().decode(Found.self, from: Data(found.output.utf8))
      #expect(json.picks == 2000 && json.endpoints.map(\.picks).reduce(0, +) == 2000)
      #expect(json.endpoints.contains { $0.picks == 2000 } == (name == "pick-first"))
      guard ["ring-hash", "maglev", "session-affinity"].contains(name) else { return }
      let one = try await resolve("calls.shop:grpc -o json --count 50 --key alice --balancer \(name)")
      #expect(try JSONDecoder().decode(Found.self, from: Data(one.output.utf8)).endpoints.contains { $0.picks == 50 })
    }

    @Test("--watch shows each change, over both", arguments: [false, true])
    func watch(overDNS: Bool) async throws {
      let watch = try folder.start(line("resolve calls.shop:grpc --watch --count 9 \(overDNS ? dns : "")"))
      defer { watch.stop() }
      #expect(await watch.wait { $0.contains("2 endpoints") }.contains("2 endpoints"), "\(watch.output)")
      try folder.write("slice.yaml", Self.slice(3).utf8)
      _ = try await folder.run(line("apply --force-conflicts -f slice.yaml"))
      #expect(await watch.wait { $0.contains("3 endpoints") }.contains("10.1.0.3:9090"), "\(watch.output)")
      _ = try await folder.run(line("delete svc calls -n shop"))
      _ = await watch.wait { $0.contains("is not there") || $0.contains("no Service") }
      #expect(watch.output.contains("calls"), "\(watch.output)")
    }

    @Test(
      "what is wrong is said with the mend, and with the exit status that other commands have",
      arguments: [
        ("calls.shop.pod", 2, "after the namespace"),
        ("calls.shop:grpc --balancer fastest", 2, "there are round-robin"),
        ("calls.shop --count -1", 2, "--count"),
        ("calls.shop:grpc --source dns --dns-server nowhere", 2, "ADDRESS:PORT"),
        ("calls.shop:grpc --source api --dns-server 127.0.0.1", 2, "goes with --source dns"),
        ("nothing.shop:grpc", 1, "nothing"), ("calls.shop:http", 1, "http"),
        ("nothing.shop:grpc DNS", 1, "nothing.shop:grpc"), ("calls.shop:http DNS", 1, "its port http"),
        ("calls.shop:grpc --source file", 2, "--endpoints FILE"),
        ("calls.shop:grpc --endpoints none.json", 1, "none.json"),
        ("calls.shop:grpc --dns-server 127.0.0.1:1", 1, "no DNS server answers"),
        ("calls.shop:grpc --server http://127.0.0.1:1", 1, "start one with `clusterdns serve`"),
        ("calls.shop:grpc --watch --server http://127.0.0.1:1", 1, "name its address with --server"),
      ])
    func mistakes(arguments: String, status: Int32, message: String) async throws {
      let outcome = try await resolve(arguments.replacingOccurrences(of: "DNS", with: dns))
      #expect(outcome.status == status && outcome.output.contains(message), "\(outcome)")
    }
  }
}
