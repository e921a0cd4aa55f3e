/// A machine of the cluster: what matters is where it is.
public struct Node: KubernetesObject {
  /// The kind of such objects.
  public static let kind = ObjectKind.node

  /// The object's name, identity, version and labels.
  public var metadata: ObjectMeta
  /// The addresses of the machine's Pods, as CIDRs; one a family.
  public var podCIDRs: [String]
  /// Whether new Pods are kept away.
  public var unschedulable: Bool
  /// Where the machine is reached, and how it is called.
  public var addresses: [NodeAddress]
  /// The conditions, `Ready` among them.
  public var conditions: [Condition]

  /// From its parts; what is left out has its default.
  public init(
    metadata: ObjectMeta, podCIDRs: [String] = [], unschedulable: Bool = false, addresses: [NodeAddress] = [],
    conditions: [Condition] = []
  ) {
    self.metadata = metadata
    self.podCIDRs = podCIDRs
    self.unschedulable = unschedulable
    self.addresses = addresses
    self.conditions = conditions
  }

  /// The topology zone, from the label `topology.kubernetes.io/zone`; `nil` when the node has none.
  public var zone: String? { metadata.labels[WellKnownLabel.topologyZone] }

  /// The topology region, from the label `topology.kubernetes.io/region`.
  public var region: String? { metadata.labels[WellKnownLabel.topologyRegion] }

  /// The object among those of other kinds.
  public var object: ClusterObject { .node(self) }

  /// The object of this kind in an object of any kind; `nil` when it is of another one.
  public init?(_ object: ClusterObject) {
    guard case .node(let node) = object else { return nil }
    self = node
  }
}

/// One way to reach a node.
public struct NodeAddress: Sendable, Hashable {
  /// `InternalIP`, `ExternalIP`, `Hostname`, `InternalDNS` or `ExternalDNS`.
  public var type: String
  /// An address or a name, by the type.
  public var address: String

  /// From its parts; what is left out has its default.
  public init(type: String = "", address: String = "") {
    self.type = type
    self.address = address
  }
}

/// One condition of an object's status.
public struct Condition: Sendable, Hashable {
  /// Which condition: `Ready`.
  public var type: String
  /// `True`, `False` or `Unknown`.
  public var status: String
  /// Why, in one word; empty for unknown.
  public var reason: String
  /// Why, in words; empty for unknown.
  public var message: String
  /// When the status last changed, in seconds since 1970; 0 for unknown.
  public var lastTransitionTime: Int64

  /// From its parts; what is left out has its default.
  public init(
    type: String = "", status: String = "", reason: String = "", message: String = "", lastTransitionTime: Int64 = 0
  ) {
    self.type = type
    self.status = status
    self.reason = reason
    self.message = message
    self.lastTransitionTime = lastTransitionTime
  }

  /// Whether the condition holds.
  public var isTrue: Bool { status == "True" }
}
