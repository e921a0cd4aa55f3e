public import NetworkAddresses

/// The endpoints of the Service of the same name, in the older form.
public struct Endpoints: KubernetesObject {
  public static let kind = ObjectKind.endpoints

  public var metadata: ObjectMeta
  public var subsets: [EndpointSubset]

  public init(metadata: ObjectMeta, subsets: [EndpointSubset] = []) {
    self.metadata = metadata
    self.subsets = subsets
  }

  public var object: ClusterObject { .endpoints(self) }

  public init?(_ object: ClusterObject) {
    guard case .endpoints(let endpoints) = object else { return nil }
    self = endpoints
  }
}

/// Endpoints that share their ports: each address has each port.
public struct EndpointSubset: Sendable, Hashable {
  public var addresses: [EndpointAddress]
  public var notReadyAddresses: [EndpointAddress]
  public var ports: [EndpointPort]

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
  public var ip: IPAddress
  /// The endpoint's name below its Service: a DNS label; empty for none.
  public var hostname: String
  public var nodeName: String?
  public var targetRef: ObjectReference? {
    get { target.value.reference }
    set { target.value.reference = newValue }
  }
  var target: Rare<EndpointTarget>

  public init(
    ip: IPAddress, hostname: String = "", nodeName: String? = nil, targetRef: ObjectReference? = nil
  ) {
    self.ip = ip
    self.hostname = hostname
    self.nodeName = nodeName
    target = Rare(EndpointTarget(reference: targetRef))
  }
}
