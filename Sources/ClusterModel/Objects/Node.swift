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
  /// What is observed of the machine.
  public var status: NodeStatus
  /// What the registry does not look at of `spec`, as JSON by the fields' names: `taints`.
  var kept: StringMap

  /// From its parts; what is left out has its default.
  public init(
    metadata: ObjectMeta, podCIDRs: [String] = [], unschedulable: Bool = false, status: NodeStatus = NodeStatus()
  ) {
    self.metadata = metadata
    self.podCIDRs = podCIDRs
    self.unschedulable = unschedulable
    self.status = status
    kept = [:]
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

/// What is observed of a node.
public struct NodeStatus: Sendable, Hashable {
  /// Where the machine is reached, and how it is called.
  public var addresses: [NodeAddress]
  /// The conditions, `Ready` among them.
  public var conditions: [Condition]
  /// What the registry does not look at, as JSON by the fields' names: `capacity`.
  var kept: StringMap

  /// From its parts; what is left out has its default.
  public init(addresses: [NodeAddress] = [], conditions: [Condition] = []) {
    self.addresses = addresses
    self.conditions = conditions
    kept = [:]
  }

  /// What the machine runs, by the names of `nodeInfo`: `kubeletVersion`, `osImage`, `kernelVersion`.
  public var systemInfo: StringMap {
    guard let json = kept["nodeInfo"], var reader = try? JSONReader(Array(json.utf8)), let node = try? reader.next(),
      case .mapping(let members) = node.content
    else { return [:] }
    return StringMap(members.compactMap { member in member.value.string.map { Label(member.key, $0) } })
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
