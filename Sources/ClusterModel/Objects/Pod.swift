/// A running workload: what matters here is its address, its ports and whether it is ready.
public struct Pod: KubernetesObject {
  /// The kind of such objects.
  public static let kind = ObjectKind.pod

  /// The object's name, identity, version and labels.
  public var metadata: ObjectMeta
  /// What the Pod is to be.
  public var spec: PodSpec
  /// What is observed of it.
  public var status: PodStatus

  /// From its parts; what is left out has its default.
  public init(metadata: ObjectMeta, spec: PodSpec = PodSpec(), status: PodStatus = PodStatus()) {
    self.metadata = metadata
    self.spec = spec
    self.status = status
  }

  /// The object among those of other kinds.
  public var object: ClusterObject { .pod(self) }

  /// The object of this kind in an object of any kind; `nil` when it is of another one.
  public init?(_ object: ClusterObject) {
    guard case .pod(let pod) = object else { return nil }
    self = pod
  }

  /// Whether the condition `Ready` holds.
  public var isReady: Bool { status.conditions.contains { $0.type == "Ready" && $0.isTrue } }

  /// Whether the Pod has ended for good: such Pods are no endpoints.
  public var isFinished: Bool { status.phase == .succeeded || status.phase == .failed }

  /// Whether the Pod was asked to go.
  public var isTerminating: Bool { metadata.deletionTimestamp != nil }

  /// The number of the container port with that name and protocol; `nil` when no container has one.
  public func port(named name: String, protocol: TransportProtocol) -> Int32? {
    spec.containers.lazy.flatMap(\.ports).first { $0.name == name && $0.protocol == `protocol` }?.containerPort
  }
}

/// What a Pod is to be.
public struct PodSpec: Sendable, Hashable {
  /// The containers, whose ports Services may name.
  public var containers: [Container]
  /// Conditions beyond the containers' own that readiness waits for.
  public var readinessGates: [String]
  /// The Pod's name below the Service named by `subdomain`: a DNS label; empty for none.
  public var hostname: String
  /// A headless Service that gives the Pod a name; empty for none.
  public var subdomain: String
  /// The node that the Pod runs on; empty until it is placed.
  public var nodeName: String
  /// Whether the Pod has the node's own addresses.
  public var hostNetwork: Bool
  /// What happens when a container ends.
  public var restartPolicy: RestartPolicy

  /// From its parts; what is left out has its default.
  public init(
    containers: [Container] = [], readinessGates: [String] = [], hostname: String = "", subdomain: String = "",
    nodeName: String = "", hostNetwork: Bool = false, restartPolicy: RestartPolicy = .always
  ) {
    self.containers = containers
    self.readinessGates = readinessGates
    self.hostname = hostname
    self.subdomain = subdomain
    self.nodeName = nodeName
    self.hostNetwork = hostNetwork
    self.restartPolicy = restartPolicy
  }
}

/// What happens to containers that end.
public enum RestartPolicy: String, Sendable, Hashable, CaseIterable {
  case always = "Always"
  case never = "Never"
  case onFailure = "OnFailure"
}

/// One container of a Pod.
public struct Container: Sendable, Hashable {
  /// The container's name: a DNS label, once in a Pod.
  public var name: String
  /// The ports that it serves.
  public var ports: [ContainerPort]

  /// From its parts; what is left out has its default.
  public init(name: String = "", ports: [ContainerPort] = []) {
    self.name = name
    self.ports = ports
  }
}

/// One port of a container.
public struct ContainerPort: Sendable, Hashable {
  /// What a Service's `targetPort` may name; empty for none.
  public var name: String
  /// 1–65535 once validated.
  public var containerPort: Int32
  /// The same port on the node; 0 for none.
  public var hostPort: Int32
  /// What the port speaks.
  public var `protocol`: TransportProtocol

  /// From its parts; what is left out has its default.
  public init(
    name: String = "", containerPort: Int32 = 0, hostPort: Int32 = 0, protocol: TransportProtocol = .tcp
  ) {
    self.name = name
    self.containerPort = containerPort
    self.hostPort = hostPort
    self.protocol = `protocol`
  }
}

/// What is observed of a Pod.
public struct PodStatus: Sendable, Hashable {
  /// Where the Pod is in its life; `nil` for unknown.
  public var phase: PodPhase?
  /// The Pod's addresses, one a family, the first one its main one.
  public var podIPs: AddressList
  /// The conditions, `Ready` among them.
  public var conditions: [Condition]

  /// From its parts; what is left out has its default.
  public init(phase: PodPhase? = nil, podIPs: AddressList = [], conditions: [Condition] = []) {
    self.phase = phase
    self.podIPs = podIPs
    self.conditions = conditions
  }
}

/// Where a Pod is in its life.
public enum PodPhase: String, Sendable, Hashable, CaseIterable {
  case failed = "Failed"
  case pending = "Pending"
  case running = "Running"
  case succeeded = "Succeeded"
  case unknown = "Unknown"
}
