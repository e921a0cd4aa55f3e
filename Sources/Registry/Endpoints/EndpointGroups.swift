import ClusterModel
import NetworkAddresses

/// What tells one endpoint of a Service from another.
struct EndpointIdentity: Sendable, Hashable {
  let address: IPAddress?
  let target: UID
  let targetName: String

  init(_ endpoint: Endpoint) {
    address = endpoint.addresses.first
    target = endpoint.targetRef?.uid ?? .none
    targetName = endpoint.targetRef?.name ?? ""
  }
}

/// The endpoints of a Service that may share slices: one family, the same ports.
struct EndpointGroups: Sendable {
  /// What a slice's endpoints have in common.
  struct Key: Sendable, Hashable {
    var addressType: AddressType
    var ports: [EndpointPort]

    init(_ addressType: AddressType, _ ports: [EndpointPort]) {
      self.addressType = addressType
      self.ports = ports
    }

    /// What the endpoints of a slice have in common.
    init(_ slice: EndpointSlice) { self.init(slice.addressType, slice.ports) }
  }

  /// The groups in the order in which they were first met.
  private(set) var keys: [Key] = []
  private(set) var endpoints: [Key: [Endpoint]] = [:]

  mutating func add(_ endpoint: Endpoint, to key: Key) {
    add(key)
    endpoints[key]?.append(endpoint)
  }

  /// Makes a group be there, without endpoints so far.
  mutating func add(_ key: Key) {
    guard endpoints[key] == nil else { return }
    keys.append(key)
    endpoints[key] = []
  }

  /// Leaves out the endpoints that others' slices name already.
  mutating func subtract(_ slices: [EndpointSlice]) {
    guard !slices.isEmpty else { return }
    let named = Set(slices.flatMap { slice in slice.endpoints.flatMap(\.addresses) })
    for key in keys {
      endpoints[key]?.removeAll { endpoint in endpoint.addresses.contains(where: named.contains) }
    }
    keys.removeAll { endpoints[$0]?.isEmpty == true }
  }
}
