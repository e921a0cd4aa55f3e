import Foundation
import LiveServer
import Testing

extension LiveTests {
  /// The demo's objects, applied by kubectl in place of the server's reading them.
  @Suite("kubectl applies the demo", .enabled(if: Tools.has("kubectl")))
  struct KubectlZonesTests {
    private let folder: Scratch
    private let api: LiveAPI

    init() throws {
      folder = try Scratch()
      api = try LiveAPI(in: folder, manifests: nil, ["--service-cidr", "10.96.0.0/12,fd00:10:96::/112"])
      try folder.write("cluster.yaml", try Self.zones("cluster.yaml"))
    }

    private static func zones(_ name: String) throws -> Data {
      try Data(contentsOf: URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../zones/\(name)"))
    }

    /// What kubectl says.
    private func kubectl(_ arguments: String) async throws -> String {
      try await folder.run(api.kubectl(arguments)).output
    }

    /// The versions of all objects.
    private func versions() async throws -> String {
      let kinds = "namespaces,nodes,services,pods,endpoints,endpointslices"
      let form = "jsonpath='{range .items[*]}{.kind} {.metadata.name} {.metadata.resourceVersion}{\"\\n\"}{end}'"
      return try await kubectl("get \(kinds) -A -o \(form)")
    }

    @Test("twice: the second time changes nothing", arguments: ["", "--server-side"])
    func twice(_ way: String) async throws {
      let first = try await kubectl("apply \(way) -f cluster.yaml").split(separator: "\n")
      #expect(first.count > 15, "\(first)")
      let word = way.isEmpty ? " created" : " serverside-applied"
      #expect(first.allSatisfy { $0.hasSuffix(word) }, "\(first)")
      let before = try await versions()
      #expect(before.contains("Service web "), "\(before)")
      let second = try await kubectl("apply \(way) -f cluster.yaml").split(separator: "\n")
      let services = second.filter { $0.hasPrefix("service/") }
      #expect(services.allSatisfy { $0.hasSuffix(way.isEmpty ? " unchanged" : word) }, "\(second)")
      #expect(!services.isEmpty && second.count == first.count)
      #expect(try await versions() == before)
    }

    @Test("the Service with session affinity has its address and its endpoint")
    func affinity() async throws {
      let served = try Scratch()
      let own = try LiveAPI(in: served, manifests: String(decoding: try Self.zones("myapp.yaml"), as: UTF8.self))
      let form = "jsonpath='{.spec.sessionAffinity} {.spec.sessionAffinityConfig.clientIP.timeoutSeconds}'"
      let affinity = try await served.run(own.kubectl("get svc myapp -o \(form)")).output
      #expect(affinity.contains("ClientIP 10800"), "\(affinity)")
      let service = try await served.run(own.kubectl("get svc myapp")).output
      #expect(service.contains("ClusterIP") && service.contains("80/TCP"), "\(service)")
      let endpoints = try await served.run(own.kubectl("get endpoints myapp")).output
      #expect(endpoints.contains("10.1.7.1:8080"), "\(endpoints)")
    }
  }
}
