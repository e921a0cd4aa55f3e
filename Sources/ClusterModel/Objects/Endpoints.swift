public import NetworkAddresses

/// The endpoints of the Service of the same name, in the older form.
public struct Endpoints: KubernetesObject {
  /// The kind of such objects.
  public static let kind = ObjectKind.endpoints

  /// The object's name, identity, version and labels.
  public var metadata: ObjectMeta
  /// The endpoints, in groups that share their ports.
  public var subsets: [EndpointSubset]

  /// From its parts; what is left out has its default.
  public init(metadata: ObjectMeta, subsets: [EndpointSubset] = []) {
    self.metadata = metadata
    self.subsets = subsets
  }

  /// The object among those of other kinds.
  public var object: ClusterObject { .endpoints(self) }

  /// The object of this kind in an object of any kind; `nil` when it is of another one.
  public init?(_ object: ClusterObject) {
    guard case .endpoints(let endpoints) = object else { return nil }
    self = endpoints
  }
}

/// Endpoints that share their ports: each address has each port.
public struct EndpointSubset: Sendable, Hashable {
  /// The endpoints that are ready.
  public var addresses: [EndpointAddress]
  /// The endpoints that are not.
  public var notReadyAddresses: [EndpointAddress]
  /// The ports that each of them has.
  public var ports: [EndpointPort]

  /// From its parts; what is left out has its default.
  public init(
    addresses: [EndpointAddress] = [], notReadyAddresses: [EndpointAddress] = [], ports: [EndpointPort] = []
  ) {
    self.addresses = addresses
    self.notReadyAddresses = notReadyAddresses
    self.ports = ports
  }
}

/// One endpoint of a subset.
public struct EndpointAddress: Sendable, Hashable {
  /// The endpoint's address.
  public var ip: IPAddress
  /// The endpoint's name below its Service: a DNS label; empty for none.
  public var hostname: String
  /// The node that it runs on.
  public var nodeName: String?
  /// The object behind it, mostly a Pod.
  public var targetRef: ObjectReference? {
    get { target.value.reference }
    set { target.value.reference = newValue }
  }
  var target: Rare<EndpointTarget>

  /// From its parts; what is left out has its default.
  public init(
    ip: IPAddress, hostname: String = "", nodeName: String? = nil, targetRef: ObjectReference? = nil
  ) {
    self.ip = ip
    self.hostname = hostname
    self.nodeName = nodeName
    target = Rare(EndpointTarget(reference: targetRef))
  }

  /// The endpoint of a slice at its first address; what it refers to is shared with it. `nil` for one without an address.
  public init?(_ endpoint: Endpoint) {
    guard let address = endpoint.addresses.first else { return nil }
    self.init(ip: address, hostname: endpoint.hostname ?? "", nodeName: endpoint.nodeName)
    target = endpoint.target
  }
}
