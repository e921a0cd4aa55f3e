public import NetworkAddresses

/// A name for a set of endpoints, with an address of its own or without. 168 octets.
public struct Service: KubernetesObject {
  /// The kind of such objects.
  public static let kind = ObjectKind.service

  /// The object's name, identity, version and labels.
  public var metadata: ObjectMeta
  /// What the Service is to be.
  public var spec: ServiceSpec
  /// What is observed of it.
  public var status: ServiceStatus {
    get { observed.value }
    set { observed.value = newValue }
  }
  private var observed: Rare<ServiceStatus>

  /// From its parts; what is left out has its default.
  public init(metadata: ObjectMeta, spec: ServiceSpec = ServiceSpec(), status: ServiceStatus = ServiceStatus()) {
    self.metadata = metadata
    self.spec = spec
    observed = Rare(status)
  }

  /// The object among those of other kinds.
  public var object: ClusterObject { .service(self) }

  /// The object of this kind in an object of any kind; `nil` when it is of another one.
  public init?(_ object: ClusterObject) {
    guard case .service(let service) = object else { return nil }
    self = service
  }

  /// Whether endpoints count as ready before they are: the field, or its older annotation.
  public var publishesNotReadyAddresses: Bool {
    spec.publishNotReadyAddresses || metadata.annotations[WellKnownAnnotation.tolerateUnreadyEndpoints] == "true"
  }
}

/// What a Service is to be.
public struct ServiceSpec: Sendable, Hashable {
  /// The ports in the order of the manifest.
  public var ports: [ServicePort]
  /// The labels of the Pods that are its endpoints; empty when somebody else names the endpoints.
  public var selector: StringMap
  /// The addresses of the Service itself, one a family; empty until they are allocated and when it is headless.
  public var clusterIPs: AddressList
  /// `clusterIP: None`: no address of its own, the endpoints' addresses are the answer.
  public var isHeadless: Bool
  /// How the Service is reached.
  public var type: ServiceType
  /// Whether a client stays with one endpoint.
  public var sessionAffinity: SessionAffinity
  /// Which families are asked for; `nil` until it is filled.
  public var ipFamilyPolicy: IPFamilyPolicy?
  /// Whether traffic of the cluster may leave its node; `nil` until it is filled.
  public var internalTrafficPolicy: TrafficPolicy?
  /// Whether traffic from outside may leave the node that it came to; `nil` where none comes.
  public var externalTrafficPolicy: TrafficPolicy?
  var families: PackedFamilies
  /// Whether endpoints are published before they are ready.
  public var publishNotReadyAddresses: Bool
  /// `sessionAffinityConfig.clientIP.timeoutSeconds`: 1–86,400 once validated.
  public var sessionAffinityTimeout: Int32?
  var rare: Rare<RareServiceFields>

  /// From its parts; what is left out has its default.
  public init(
    ports: [ServicePort] = [], selector: StringMap = [:], clusterIPs: AddressList = [], isHeadless: Bool = false,
    type: ServiceType = .clusterIP
  ) {
    self.ports = ports
    self.selector = selector
    self.clusterIPs = clusterIPs
    self.isHeadless = isHeadless
    self.type = type
    sessionAffinity = .none
    families = PackedFamilies()
    publishNotReadyAddresses = false
    rare = Rare()
  }

  /// The first of the addresses; `nil` when the Service is headless, an ExternalName or not allocated yet.
  public var clusterIP: IPAddress? { clusterIPs.first }

  /// The families in the order of the addresses; at most four are kept (two are valid).
  public var ipFamilies: [AddressFamily] {
    get { families.list }
    set { families = PackedFamilies(newValue) }
  }
}

extension ServiceSpec {
  /// The name that an ExternalName Service stands for, in lower case; empty for none.
  public var externalName: String {
    get { rare.value.externalName }
    set { rare.value.externalName = newValue }
  }

  /// Addresses that others route to the nodes.
  public var externalIPs: [IPAddress] {
    get { rare.value.externalIPs }
    set { rare.value.externalIPs = newValue }
  }

  /// The address asked of the load balancer, as it was written; empty for none.
  public var loadBalancerIP: String {
    get { rare.value.loadBalancerIP }
    set { rare.value.loadBalancerIP = newValue }
  }

  /// The load balancer implementation that is meant.
  public var loadBalancerClass: String? {
    get { rare.value.loadBalancerClass }
    set { rare.value.loadBalancerClass = newValue }
  }

  /// The clients that the load balancer lets in, as CIDRs.
  public var loadBalancerSourceRanges: [String] {
    get { rare.value.loadBalancerSourceRanges }
    set { rare.value.loadBalancerSourceRanges = newValue }
  }

  /// Whether a LoadBalancer Service gets node ports; `nil` before defaulting and for other types.
  public var allocateLoadBalancerNodePorts: Bool? {
    get { rare.value.allocateLoadBalancerNodePorts }
    set { rare.value.allocateLoadBalancerNodePorts = newValue }
  }

  /// The node port for health checks of a LoadBalancer whose external traffic stays local; 0 for none.
  public var healthCheckNodePort: Int32 {
    get { rare.value.healthCheckNodePort }
    set { rare.value.healthCheckNodePort = newValue }
  }

  /// `PreferClose`, `PreferSameZone` or `PreferSameNode`.
  public var trafficDistribution: String? {
    get { rare.value.trafficDistribution }
    set { rare.value.trafficDistribution = newValue }
  }
}

/// The fields that few Services have.
struct RareServiceFields: RareFields {
  var externalName = ""
  var externalIPs: [IPAddress] = []
  var loadBalancerIP = ""
  var loadBalancerClass: String?
  var loadBalancerSourceRanges: [String] = []
  var allocateLoadBalancerNodePorts: Bool?
  var healthCheckNodePort: Int32 = 0
  var trafficDistribution: String?
}

/// How a Service is reached.
public enum ServiceType: String, Sendable, Hashable, CaseIterable {
  case clusterIP = "ClusterIP"
  case externalName = "ExternalName"
  case loadBalancer = "LoadBalancer"
  case nodePort = "NodePort"
}

/// Whether a client stays with one endpoint.
public enum SessionAffinity: String, Sendable, Hashable, CaseIterable {
  case clientIP = "ClientIP"
  case none = "None"
}

/// Which families a Service asks for.
public enum IPFamilyPolicy: String, Sendable, Hashable, CaseIterable {
  case preferDualStack = "PreferDualStack"
  case requireDualStack = "RequireDualStack"
  case singleStack = "SingleStack"
}

/// Whether traffic may leave the node that it arrived at.
public enum TrafficPolicy: String, Sendable, Hashable, CaseIterable {
  case cluster = "Cluster"
  case local = "Local"
}

/// Up to four families in order, two bits each: 0 none, 1 IPv4, 2 IPv6.
struct PackedFamilies: Sendable, Hashable {
  private var bits: UInt8 = 0

  init() {}

  init(_ families: [AddressFamily]) {
    for (index, family) in families.prefix(4).enumerated() {
      bits |= (family == .ipv4 ? 1 : 2) << UInt8(2 * index)
    }
  }

  var list: [AddressFamily] {
    (0..<4).compactMap { index in
      switch bits >> UInt8(2 * index) & 3 {
      case 1: .ipv4
      case 2: .ipv6
      default: nil
      }
    }
  }
}
