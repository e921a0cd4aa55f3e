import ClusterModel
import FinishedAnswers
import NetworkAddresses

/// The ready endpoints of one Service, from all its slices.
struct EndpointSet {
  /// One address of an endpoint in one slice.
  struct Member {
    /// Among `names`.
    var name: Int
    var address: IPAddress
    /// Among the slices.
    var slice: Int
    /// The topology zone, as it is written.
    var zone: String?
  }

  /// One endpoint name, with its addresses in the order of the slices, each once.
  struct Name {
    var key: NameKey
    var addresses: [IPAddress]
  }

  /// In the order of the slices; an address that is in two slices is there twice.
  private(set) var members: [Member] = []
  private(set) var names: [Name] = []
  /// The ports of each slice.
  private(set) var ports: [[EndpointPort]] = []

  var isEmpty: Bool { members.isEmpty }

  /// - Parameters:
  ///   - slices: in a stable order.
  ///   - service: the Service's own name.
  init(_ slices: [EndpointSlice], below service: NameKey, naming: EndpointNaming, includesUnready: Bool) {
    var known = NameNumbers()
    for (index, slice) in slices.enumerated() {
      ports.append(slice.ports)
      guard let family = slice.addressType.family else { continue }
      for endpoint in slice.endpoints where includesUnready || endpoint.conditions.isReady {
        for address in endpoint.addresses where address.family == family {
          guard let key = service.below(naming.label(of: endpoint, address: address)) else { continue }
          let name = known.number(of: key, among: names)
          if name == names.count {
            names.append(Name(key: key, addresses: [address]))
          } else if !names[name].addresses.contains(address) {
            names[name].addresses.append(address)
          }
          members.append(Member(name: name, address: address, slice: index, zone: endpoint.zone))
        }
      }
    }
  }

  /// Addresses in their order, each once.
  static func unique(_ addresses: some Sequence<IPAddress>) -> [IPAddress] {
    var seen = SmallSet<IPAddress>()
    return addresses.filter { seen.insert($0) }
  }

  /// Each of some members with each port of its slice; a slice without ports has one without a number.
  func candidates(_ members: some Sequence<Member>) -> [ServiceCandidate] {
    members.flatMap { member in
      let ports = ports[member.slice]
      guard !ports.isEmpty else { return [ServiceCandidate(target: member.name, port: nil)] }
      return ports.map { ServiceCandidate(target: member.name, port: $0.number) }
    }
  }

  /// SRV records with endpoint names as targets.
  func targets(_ candidates: [ServiceCandidate]) -> [NameContent.Target] {
    candidates.targets { (names[$0].key, names[$0].addresses) }
  }
}

/// Finds endpoint names again: by looking at each while they are few, else by a table.
private struct NameNumbers {
  private var table: [NameKey: Int] = [:]

  /// The number that a name has; the next one for a new name, which must then be appended.
  mutating func number(of key: NameKey, among names: [EndpointSet.Name]) -> Int {
    guard names.count >= 16 else { return names.firstIndex { $0.key == key } ?? names.count }
    if table.isEmpty { for (index, name) in names.enumerated() { table[name.key] = index } }
    if let known = table[key] { return known }
    table[key] = names.count
    return names.count
  }
}

extension EndpointPort {
  /// The number, if there is one that fits a record.
  var number: UInt16? { port.flatMap { UInt16(exactly: $0) } }
}

/// How endpoints are named below their Service.
struct EndpointNaming: Sendable {
  /// After their Pods, where they have no hostname (`endpoint_pod_names`).
  var usesPodNames: Bool

  /// The endpoint's label: its hostname, else its Pod's name if that is wanted and is a label, else the address with dashes.
  func label(of endpoint: Endpoint, address: IPAddress) -> [UInt8] {
    if let hostname = endpoint.hostname, !hostname.isEmpty { return [UInt8](hostname.utf8) }
    if usesPodNames, let pod = endpoint.targetRef?.name, Self.isLabel(pod) { return [UInt8](pod.utf8) }
    return address.dashed
  }

  private static func isLabel(_ name: String) -> Bool {
    (1...63).contains(name.utf8.count) && !name.utf8.contains(UInt8(ascii: "."))
  }
}
