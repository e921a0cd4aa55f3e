public import NetworkAddresses

/// A part of a Service's endpoints, all of one address family. 120 octets.
public struct EndpointSlice: KubernetesObject {
  /// The kind of such objects.
  public static let kind = ObjectKind.endpointSlice

  /// The object's name, identity, version and labels.
  public var metadata: ObjectMeta
  /// The family of all the slice's addresses; it never changes.
  public var addressType: AddressType
  /// At most 1,000.
  public var endpoints: [Endpoint]
  /// The ports of every endpoint; at most 100.
  public var ports: [EndpointPort]

  /// From its parts; what is left out has its default.
  public init(
    metadata: ObjectMeta, addressType: AddressType, endpoints: [Endpoint] = [], ports: [EndpointPort] = []
  ) {
    self.metadata = metadata
    self.addressType = addressType
    self.endpoints = endpoints
    self.ports = ports
  }

  /// The Service that the slice belongs to, by its label; `nil` for none.
  public var serviceName: String? { metadata.labels[WellKnownLabel.serviceName] }

  /// The object among those of other kinds.
  public var object: ClusterObject { .endpointSlice(self) }

  /// The object of this kind in an object of any kind; `nil` when it is of another one.
  public init?(_ object: ClusterObject) {
    guard case .endpointSlice(let slice) = object else { return nil }
    self = slice
  }
}

/// What the addresses of a slice are.
public enum AddressType: String, Sendable, Hashable, CaseIterable {
  case fqdn = "FQDN"
  case ipv4 = "IPv4"
  case ipv6 = "IPv6"

  /// The type of addresses of that family.
  public init(_ family: AddressFamily) { self = family == .ipv4 ? .ipv4 : .ipv6 }

  /// The family; `nil` for names.
  public var family: AddressFamily? {
    switch self {
    case .fqdn: nil
    case .ipv4: .ipv4
    case .ipv6: .ipv6
    }
  }
}

/// One endpoint of a slice. 56 octets, and what few or all of a node's endpoints share is one allocation for them all.
public struct Endpoint: Sendable, Hashable {
  /// The endpoint's addresses, which are interchangeable: at least one, at most 100; empty in a slice of names.
  public var addresses: AddressList
  /// How the endpoint fares.
  public var conditions: EndpointConditions
  /// The endpoint's name below its Service: a DNS label.
  public var hostname: String?
  /// The object behind the endpoint, mostly a Pod.
  public var targetRef: ObjectReference? {
    get { target.value.reference }
    set { target.value.reference = newValue }
  }
  var target: Rare<EndpointTarget>
  var details: Rare<EndpointDetails>

  /// From its parts; what is left out has its default.
  public init(
    addresses: AddressList = [], conditions: EndpointConditions = EndpointConditions(), hostname: String? = nil,
    nodeName: String? = nil, zone: String? = nil, targetRef: ObjectReference? = nil
  ) {
    self.addresses = addresses
    self.conditions = conditions
    self.hostname = hostname
    target = Rare(EndpointTarget(reference: targetRef))
    details = Rare(EndpointDetails(nodeName: nodeName, zone: zone))
  }
}

extension Endpoint {
  /// The node that the endpoint runs on.
  public var nodeName: String? {
    get { details.value.nodeName }
    set { details.value.nodeName = newValue }
  }

  /// The topology zone that the endpoint is in.
  public var zone: String? {
    get { details.value.zone }
    set { details.value.zone = newValue }
  }

  /// The zones whose clients had best use the endpoint.
  public var hintedZones: [String] {
    get { details.value.hintedZones }
    set { details.value.hintedZones = newValue }
  }

  /// The nodes whose clients had best use the endpoint.
  public var hintedNodes: [String] {
    get { details.value.hintedNodes }
    set { details.value.hintedNodes = newValue }
  }

  /// The names of the endpoint in a slice of address type FQDN.
  public var domainNames: [String] {
    get { details.value.domainNames }
    set { details.value.domainNames = newValue }
  }
}

/// What an endpoint refers to.
struct EndpointTarget: RareFields {
  var reference: ObjectReference?
}

/// What an endpoint shares with others of its node.
struct EndpointDetails: RareFields {
  var nodeName: String?
  var zone: String?
  var hintedZones: [String] = []
  var hintedNodes: [String] = []
  var domainNames: [String] = []
}

/// How an endpoint fares; each condition may be unknown. One octet.
public struct EndpointConditions: Sendable, Hashable {
  /// Two bits a condition: 0 unknown, 2 false, 3 true.
  private var bits: UInt8 = 0

  /// The conditions; `nil` for unknown.
  public init(ready: Bool? = nil, serving: Bool? = nil, terminating: Bool? = nil) {
    self.ready = ready
    self.serving = serving
    self.terminating = terminating
  }

  /// Whether the endpoint takes new connections; unknown counts as true.
  public var ready: Bool? {
    get { self[0] }
    set { self[0] = newValue }
  }

  /// Whether the endpoint is ready but for its being on its way out; unknown counts as `ready`.
  public var serving: Bool? {
    get { self[2] }
    set { self[2] = newValue }
  }

  /// Whether the endpoint is on its way out; unknown counts as false.
  public var terminating: Bool? {
    get { self[4] }
    set { self[4] = newValue }
  }

  /// Whether DNS names the endpoint: ready, or not said.
  public var isReady: Bool { ready ?? true }

  private subscript(shift: UInt8) -> Bool? {
    get {
      switch bits >> shift & 3 {
      case 2: false
      case 3: true
      default: nil
      }
    }
    set { bits = bits & ~(3 << shift) | (newValue.map { $0 ? 3 : 2 } ?? 0) << shift }
  }
}

/// One port of all the endpoints in a slice or subset. 32 octets.
public struct EndpointPort: Sendable, Hashable {
  /// A DNS label, the name of the Service's port; empty for a single port without a name.
  public var name: String
  private var rare: Rare<RarePortFields>
  /// 1–65535; `nil` for all ports.
  public var port: Int32?
  /// What the port speaks.
  public var `protocol`: TransportProtocol

  /// From its parts; what is left out has its default.
  public init(
    name: String = "", protocol: TransportProtocol = .tcp, port: Int32?, appProtocol: String? = nil
  ) {
    self.name = name
    self.protocol = `protocol`
    self.port = port
    rare = Rare(RarePortFields(appProtocol: appProtocol))
  }

  /// What is spoken on the port.
  public var appProtocol: String? {
    get { rare.value.appProtocol }
    set { rare.value.appProtocol = newValue }
  }
}

/// A reference to another object. 72 octets.
public struct ObjectReference: Sendable, Hashable {
  /// `Pod`, mostly.
  public var kind: String
  /// The object's namespace; empty for none.
  public var namespace: String
  /// The object's name.
  public var name: String
  /// The object's identity; `none` for unknown, and for one that is no UUID.
  public var uid: UID
  private var rare: Rare<RareReferenceFields>

  /// From its parts.
  public init(
    kind: String = "", namespace: String = "", name: String = "", uid: UID = .none, apiVersion: String = "",
    resourceVersion: String = "", fieldPath: String = ""
  ) {
    self.kind = kind
    self.namespace = namespace
    self.name = name
    self.uid = uid
    rare = Rare(
      RareReferenceFields(apiVersion: apiVersion, resourceVersion: resourceVersion, fieldPath: fieldPath))
  }

  /// The object's group and version; empty for none.
  public var apiVersion: String {
    get { rare.value.apiVersion }
    set { rare.value.apiVersion = newValue }
  }

  /// The object's version as it was written; empty for none.
  public var resourceVersion: String {
    get { rare.value.resourceVersion }
    set { rare.value.resourceVersion = newValue }
  }

  /// The part of the object that is meant; empty for all of it.
  public var fieldPath: String {
    get { rare.value.fieldPath }
    set { rare.value.fieldPath = newValue }
  }
}

/// What few references say.
struct RareReferenceFields: RareFields {
  var apiVersion = ""
  var resourceVersion = ""
  var fieldPath = ""
}
