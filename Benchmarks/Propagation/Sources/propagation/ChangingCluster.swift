import ClusterModel
import ClusterZone
import DNSWire
import FinishedAnswers
import NetworkAddresses
import QueryEngine
import Reclamation

/// A cluster of as many Services as asked for, named and spread as the data of `Benchmarks/run`: every 10th is headless.
struct ChangingCluster: Sendable {
  /// How many Services there are.
  let services: Int
  /// How many endpoints each of them has.
  let endpoints: Int

  /// - Parameters:
  ///   - services: 1–170,000.
  ///   - endpoints: of each Service; 1–100.
  init(services: Int, endpoints: Int = 3) {
    self.services = services
    self.endpoints = endpoints
  }

  /// The namespaces.
  var namespaces: [ClusterObject] {
    (0..<min(100, services)).map { .namespace(Namespace(name: "ns\($0)")) }
  }

  /// A Service without a selector.
  func service(_ index: Int) -> ClusterObject {
    let isHeadless = index % 10 == 0
    let address = IPv4Address(bits: 0x0A60_0000 + UInt32(index) + 100)
    let spec = ServiceSpec(
      ports: [ServicePort(name: "http", port: 80)], clusterIPs: isHeadless ? [] : AddressList([.v4(address)]),
      isHeadless: isHeadless)
    return .service(Service(metadata: metadata("svc\(index)", index), spec: spec))
  }

  /// The Service's one EndpointSlice.
  ///
  /// - Parameter generation: changes the first endpoint's address.
  func slice(_ index: Int, generation: Int = 0) -> ClusterObject {
    var endpoints: [Endpoint] = []
    for number in 0..<self.endpoints {
      endpoints.append(Endpoint(addresses: [self.address(index, number, generation: number == 0 ? generation : 0)]))
    }
    return .endpointSlice(
      EndpointSlice(
        metadata: metadata("svc\(index)-a", index, labels: [WellKnownLabel.serviceName: "svc\(index)"]),
        addressType: .ipv4, endpoints: endpoints, ports: [EndpointPort(name: "http", port: 8080)]))
  }

  /// The address of an endpoint.
  func address(_ index: Int, _ number: Int, generation: Int) -> IPAddress {
    .v4(IPv4Address(bits: 0x3000_0000 + UInt32(index * endpoints + number) + UInt32(generation & 0x1FF) << 19))
  }

  /// The four octets of the first endpoint's address.
  func firstAddress(_ index: Int, generation: Int) -> [UInt8] {
    address(index, 0, generation: generation).octets
  }

  private func metadata(_ name: String, _ index: Int, labels: StringMap = [:]) -> ObjectMeta {
    ObjectMeta(name: name, namespace: "ns\(index % 100)", labels: labels)
  }
}

// MARK: - Asking

extension ChangingCluster {
  /// A query of the mix: 70 % A, 10 % SRV, 10 % AAAA where only A exists, 10 % names that do not exist.
  func query(_ number: Int) throws(NameError) -> [UInt8] {
    let index = number * 7919 % services
    let name = "svc\(index).ns\(index % 100).svc.cluster.local"
    switch number % 10 {
    case 7: return try Self.query("_http._tcp.\(name)", .srv)
    case 8: return try Self.query(name, .aaaa)
    case 9: return try Self.query("\(name).ns\(index % 100).svc.cluster.local", .a)
    default: return try Self.query(name, .a)
    }
  }

  /// The A query for a headless Service.
  func headlessQuery(_ index: Int) throws(NameError) -> [UInt8] {
    try Self.query("svc\(index).ns\(index % 100).svc.cluster.local", .a)
  }

  private static func query(_ name: String, _ type: RecordType) throws(NameError) -> [UInt8] {
    var message = Message(id: 7, questions: [Question(name: try DomainName(name), type: type, class: .in)])
    message.recursionDesired = true
    message.edns = EDNS(udpPayloadSize: 1232)
    return message.encoded()
  }
}

// MARK: - Serving

extension ChangingCluster {
  /// The three zones of kubeadm's Corefile.
  static func zone(reclaimer: Reclaimer) throws(NameError) -> ClusterZone {
    var names: [DomainName] = []
    for name in ["cluster.local", "in-addr.arpa", "ip6.arpa"] { names.append(try DomainName(name)) }
    var configuration = ClusterZoneConfiguration(zones: names)
    configuration.ttl = 30
    configuration.pods = .insecure
    return ClusterZone(configuration, reclaimer: reclaimer)
  }

  /// What the fast path sees of kubeadm's Corefile: answers shuffled, and a cache before them.
  static func plan(_ zone: ClusterZone) -> ServerPlan {
    let stages: [any QueryStage] = [
      Role(fastPath: .caches(Cache())), Role(fastPath: .shufflesAddresses), Role(fastPath: .answers(zone.zones)),
    ]
    return ServerPlan(blocks: [BlockPlan(zones: [.root], server: "dns://:53", stages: stages)])
  }

  private struct Role: QueryStage {
    static let name = "kubernetes"
    let fastPath: FastPathRole
    func answer(_ query: Query, next: NextStage) async -> Response? { await next(query) }
  }

  private struct Cache: FastCaching {
    func fastPolicy(for zone: DomainName) -> FastCachePolicy? {
      FastCachePolicy(success: 5...30, denial: 5...30, keepsTTL: false)
    }
  }
}
