import ClusterModel
import ClusterZone
import Corefile
import DNSWire
import Testing

@testable import QueryStages

@Suite("Options of kubernetes")
struct KubernetesOptionsTests {
  /// The configurations of the lines.
  private func read(_ lines: String, zone: String = "example.org") throws -> [ClusterZoneConfiguration] {
    try Block(lines, zone: zone).setup.stages.compactMap { ($0 as? Kubernetes)?.cluster.configuration }
  }

  private func read(option: String) throws -> ClusterZoneConfiguration {
    try #require(try read("kubernetes cluster.local {\n\(option)\n}").first)
  }

  @Test("Zones are those of the line, else of the block; prefixes become reverse zones")
  func zones() throws {
    #expect(try read("kubernetes")[0].zones.map(\.description) == ["example.org."])
    let zones = try read("kubernetes Cluster.local 10.96.0.0/16 fd00::/8 10.0.0.0/23")[0].zones.map(\.description)
    #expect(
      zones == [
        "cluster.local.", "96.10.in-addr.arpa.", "d.f.ip6.arpa.", "0.0.10.in-addr.arpa.", "1.0.10.in-addr.arpa.",
      ])
  }

  @Test("Several lines, each with zones and options of its own")
  func severalLines() throws {
    let read = try read("kubernetes a.example {\n ttl 7\n}\nkubernetes b.example {\n pods verified\n}")
    #expect(read.map { $0.zones.map(\.description) } == [["a.example."], ["b.example."]])
    #expect(read.map(\.ttl) == [7, 5])
    #expect(read.map(\.pods) == [.disabled, .verified])
  }

  @Test("The defaults")
  func defaults() throws {
    let read = try read("kubernetes")[0]
    #expect(read.pods == .disabled && read.ttl == 5 && read.publishesEndpoints && !read.endpointPodNames && !read.zonal)
    #expect(read.fallthroughZones.isEmpty && read.namespaces.isEmpty && !read.ignoresEmptyServices)
    #expect(read.labels == .everything && read.namespaceLabels == .everything)
  }

  @Test("Each option")
  func options() throws {
    #expect(try read(option: "namespaces shop other").namespaces == ["shop", "other"])
    #expect(try read(option: "namespace_labels team=a").namespaceLabels.description == "team=a")
    let labels = try read(option: "labels environment in (staging, qa),application=nginx").labels
    #expect(labels == (try LabelSelector(parsing: "environment in (staging,qa),application=nginx")))
    #expect(try read(option: "pods insecure").pods == .insecure)
    #expect(try read(option: "pods disabled").pods == .disabled)
    #expect(try read(option: "endpoint_pod_names").endpointPodNames)
    #expect(try read(option: "ttl 0").ttl == 0)
    #expect(try read(option: "ttl 3600").ttl == 3600)
    #expect(try !read(option: "noendpoints").publishesEndpoints)
    #expect(try read(option: "fallthrough").fallthroughZones == [.root])
    #expect(try read(option: "fallthrough ip6.arpa").fallthroughZones.map(\.description) == ["ip6.arpa."])
    #expect(try read(option: "ignore empty_service").ignoresEmptyServices)
    #expect(try read(option: "zonal").zonal)
    _ = try read(option: "startup_timeout 30s")
  }

  @Test(
    "What cannot be is an error with its place",
    arguments: [
      ("ttl 3601", "Corefile:3:"), ("ttl -1", "TTL in seconds"), ("ttl", "needs"), ("pods maybe", "unknown mode"),
      ("pods", "needs"), ("namespaces", "at least 1"), ("labels", "needs a label selector"),
      ("labels a=(", "no valid label selector"), ("endpoint_pod_names yes", "no arguments"),
      ("noendpoints x", "no arguments"),
      ("ignore everything", "empty_service"), ("fallthroug", "did you mean 'fallthrough'?"),
      ("upstream", "unknown option"),
      ("endpoint https://10.0.0.1", "comes with a later version"), ("kubeconfig a b", "comes with a later version"),
      ("tls a b c", "comes with a later version"), ("apiserver_qps 5", "comes with a later version"),
      ("apiserver_burst 5", "comes with a later version"), ("apiserver_max_inflight 5", "comes with a later version"),
      ("multicluster clusterset.local", "ServiceImport"), ("startup_timeout soon", "duration"),
      ("namespaces a\nnamespace_labels b=c", "cannot both be given"),
    ])
  func errors(option: String, text: String) throws {
    let error = try #require(readError("kubernetes cluster.local {\n\(option)\n}"))
    #expect(error.contains(text), "\(error)")
    #expect(error.hasPrefix("Corefile:"))
  }

  @Test("A directive needs a zone for names, and one that leaves room for them")
  func zoneErrors() throws {
    #expect(try #require(readError("kubernetes in-addr.arpa 10.0.0.0/8")).contains("no reverse zone"))
    let long = [60, 60, 60, 60].map { String(repeating: "z", count: $0) }.joined(separator: ".")
    #expect(try #require(readError("kubernetes \(long)")).contains("leaves no room"))
  }

  @Test("The delay of changes has CoreDNS's metric")
  func metrics() throws {
    let block = try Block("kubernetes cluster.local")
    #expect(
      block.metrics.exposition().contains(
        "coredns_kubernetes_dns_programming_duration_seconds_count{service_kind=\"headless_with_selector\"} 0"))
  }
}
