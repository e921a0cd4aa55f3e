import ClusterModel
import ClusterZone
import DNSWire
import FinishedAnswers
import NetworkAddresses
import QueryEngine
import Reclamation

/// A cluster in memory, behind the stages that the usual Corefile of a cluster has before it: metrics, `cache`, `loadbalance`.
struct SampleCluster {
  /// Every tenth Service is headless; each has three endpoints. The last one has seventy, and no other address.
  static let services = 1_000
  static let namespaces = 10

  let zone: ClusterZone
  let plan: ServerPlan
  let metrics = MetricsRegistry()

  init() throws {
    let zones = try ["cluster.local.", "in-addr.arpa.", "ip6.arpa."].map { try DomainName($0) }
    zone = ClusterZone(ClusterZoneConfiguration(zones: zones), reclaimer: Reclaimer())
    zone.replace(with: Self.objects)
    let stages: [any QueryStage] = [
      Role(fastPath: .caches(CachePart(registry: metrics))), Role(fastPath: .shufflesAddresses),
      Role(fastPath: .answers(zone.zones)),
    ]
    plan = ServerPlan(blocks: [BlockPlan(zones: [.root], server: "dns://:53", stages: stages)])
  }

  /// The namespace of a Service.
  static func namespace(_ number: Int) -> String { "ns-\(number % namespaces)" }

  static func isHeadless(_ number: Int) -> Bool { number % 10 == 9 }

  private static func endpoint(_ number: Int, _ index: Int, of endpoints: Int = 3) -> IPv4Address {
    IPv4Address(10, UInt8(endpoints + (number >> 8) & 0xFF), UInt8(number & 0xFF), UInt8(index))
  }

  /// An endpoint's name below its Service.
  static func endpointLabel(_ number: Int, _ index: Int) -> String {
    String(decoding: endpoint(number, index).dashed, as: UTF8.self)
  }

  private static var objects: [ClusterObject] {
    (0..<namespaces).map { ClusterObject.namespace(Namespace(name: namespace($0))) }
      + (0..<services).flatMap { objects(of: $0, name: "service-\($0)", endpoints: 3) }
      + objects(of: 9, name: "large", endpoints: 70)
  }

  private static func objects(of number: Int, name: String, endpoints: Int) -> [ClusterObject] {
    let (high, low) = (UInt8(number >> 8 & 0xFF), UInt8(number & 0xFF))
    let isHeadless = isHeadless(number)
    let spec = ServiceSpec(
      ports: [ServicePort(name: "http", protocol: .tcp, port: 80)],
      clusterIPs: isHeadless ? [] : [.v4(IPv4Address(10, 96, high, low))], isHeadless: isHeadless)
    let slice = EndpointSlice(
      metadata: ObjectMeta(
        name: name + "-a", namespace: namespace(number), labels: [WellKnownLabel.serviceName: name]),
      addressType: .ipv4,
      endpoints: (0..<endpoints).map { index in
        Endpoint(
          addresses: [.v4(endpoint(number, index, of: endpoints))],
          conditions: EndpointConditions(ready: true))
      },
      ports: [EndpointPort(name: "http", protocol: .tcp, port: 8080)])
    let service = Service(metadata: ObjectMeta(name: name, namespace: namespace(number)), spec: spec)
    return [.service(service), .endpointSlice(slice)]
  }
}

/// A stage that is only there for its part in the fast path.
struct Role: QueryStage {
  static let name = "role"
  let fastPath: FastPathRole
  func answer(_ query: Query, next: NextStage) async -> Response? { await next(query) }
}

/// `cache 30` with its counters.
struct CachePart: FastCaching {
  let counters: FastCacheCounters

  init(registry: MetricsRegistry) {
    func counter(_ name: String) -> Counter { registry.counter(name, help: name).with() }
    counters = FastCacheCounters(
      successHits: counter("success_hits"), denialHits: counter("denial_hits"), misses: counter("misses"),
      requests: counter("requests"))
  }

  func fastPolicy(for zone: DomainName) -> FastCachePolicy? {
    FastCachePolicy(success: 5...30, denial: 5...30, keepsTTL: false, counters: counters)
  }
}
