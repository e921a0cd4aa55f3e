import ClusterModel
import ClusterZone
import DNSWire
import FinishedAnswers
import NetworkAddresses
import Reclamation

/// A zone to ask, with the objects in it.
struct ClusterFixture {
  let zone: ClusterZone

  init(
    zones: [String] = ["cluster.local.", "in-addr.arpa.", "ip6.arpa."], _ objects: [ClusterObject],
    options: (inout ClusterZoneConfiguration) -> Void = { _ in }
  ) throws {
    var configuration = ClusterZoneConfiguration(zones: try zones.map { try DomainName($0) })
    options(&configuration)
    zone = ClusterZone(configuration, reclaimer: Reclaimer())
    zone.replace(with: objects)
  }

  /// What a question gets; names without a final dot lie in cluster.local.
  func ask(_ name: String, _ type: RecordType = .a) throws -> Answer {
    let name = try DomainName(name.hasSuffix(".") ? name : name + ".cluster.local.")
    guard let index = zone.zone(of: name) else { return Answer(kind: .notOurs) }
    let query = Message(id: 7, questions: [Question(name: name, type: type)])
    let computed = zone.computedAnswer(of: zone.key(of: name, in: index), in: index)?.draft
    switch zone.zones[index].reply(to: query.encoded(), draft: computed, reclaimer: zone.reclaimer) {
    case .alias: return Answer(kind: .alias)
    case .unreadable: return Answer(kind: .notOurs)
    case .answer(let octets), .denial(let octets): return Answer(try Message(parsing: octets))
    }
  }
}

/// An answer, in words that a test can compare.
struct Answer: Equatable, CustomStringConvertible {
  enum Kind: Equatable { case found, noData, nxDomain, alias, notOurs }

  var kind: Kind
  /// Type and data of each answer record, sorted.
  var records: [String] = []
  /// Owner, type and data of each additional record, sorted.
  var additional: [String] = []
  var message: Message?

  init(kind: Kind) { self.kind = kind }

  init(_ message: Message) {
    self.message = message
    kind = message.responseCode == .nxDomain ? .nxDomain : message.answers.isEmpty ? .noData : .found
    records = message.answers.map(\.data.presentation).sorted()
    additional = message.additionals.map { "\($0.name) \($0.data.presentation)" }.sorted()
  }

  var description: String { "\(kind) \(records) \(additional)" }

  static func == (a: Answer, b: Answer) -> Bool {
    (a.kind, a.records, a.additional) == (b.kind, b.records, b.additional)
  }
}

// MARK: - Objects

func namespace(_ name: String, labels: StringMap = [:]) -> ClusterObject {
  ClusterObject.namespace(Namespace(metadata: ObjectMeta(name: name, labels: labels)))
}

func address(_ text: String) -> IPAddress { IPAddress(text) ?? .v4(.any) }

/// `"http/80"`, `"dns/53/UDP"`, `"/80"` for a port without a name.
func port(_ text: String) -> (name: String, number: Int32?, proto: TransportProtocol) {
  let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
  return (parts[0], Int32(parts[1]), parts.count > 2 ? TransportProtocol(rawValue: parts[2]) ?? .tcp : .tcp)
}

func service(
  _ name: String, in namespace: String = "shop", ips: [String] = [], ports: [String] = ["http/80"],
  headless: Bool = false, external: String? = nil, labels: StringMap = [:], annotations: StringMap = [:],
  selector: StringMap = [:]
) -> ClusterObject {
  var spec = ServiceSpec(
    ports: ports.map(port).map { ServicePort(name: $0.name, protocol: $0.proto, port: $0.number ?? 0) },
    selector: selector, clusterIPs: AddressList(ips.map(address)), isHeadless: headless,
    type: external == nil ? .clusterIP : .externalName)
  spec.externalName = external ?? ""
  let metadata = ObjectMeta(name: name, namespace: namespace, labels: labels, annotations: annotations)
  return .service(Service(metadata: metadata, spec: spec))
}

/// An endpoint: address, and what else there is to say of it.
func endpoint(
  _ ip: String, hostname: String? = nil, pod: String? = nil, ready: Bool? = true, zone: String? = nil,
  serving: Bool? = nil, terminating: Bool? = nil
) -> Endpoint {
  Endpoint(
    addresses: [address(ip)],
    conditions: EndpointConditions(ready: ready, serving: serving, terminating: terminating), hostname: hostname,
    zone: zone, targetRef: pod.map { ObjectReference(kind: "Pod", namespace: "shop", name: $0) })
}

func slice(
  _ name: String, of service: String, in namespace: String = "shop", _ endpoints: [Endpoint],
  ports: [String] = ["http/8080"], type: AddressType = .ipv4, labels: StringMap = [:]
) -> ClusterObject {
  var labels = labels
  labels[WellKnownLabel.serviceName] = service
  return .endpointSlice(
    EndpointSlice(
      metadata: ObjectMeta(name: name, namespace: namespace, labels: labels), addressType: type, endpoints: endpoints,
      ports: ports.map(port).map { EndpointPort(name: $0.name, protocol: $0.proto, port: $0.number) }))
}

func pod(
  _ name: String, in namespace: String = "shop", ips: [String], phase: PodPhase = .running, deleting: Bool = false,
  labels: StringMap = [:]
) -> ClusterObject {
  var metadata = ObjectMeta(name: name, namespace: namespace, labels: labels)
  if deleting { metadata.deletionTimestamp = 1 }
  return .pod(Pod(metadata: metadata, status: PodStatus(phase: phase, podIPs: AddressList(ips.map(address)))))
}
