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

/// What a Pod is to be. 56 octets.
public struct PodSpec: Sendable, Hashable {
  /// The containers, whose ports Services may name.
  public var containers: [Container]
  /// The node that the Pod runs on; empty until it is placed.
  public var nodeName: String
  /// Whether the Pod has the node's own addresses.
  public var hostNetwork: Bool
  /// What happens when a container ends.
  public var restartPolicy: RestartPolicy
  private var naming: Rare<PodNaming>
  /// What the registry does not look at, as JSON by the fields' names: `volumes`.
  package var kept: StringMap

  /// From its parts; what is left out has its default.
  public init(
    containers: [Container] = [], readinessGates: [String] = [], hostname: String = "", subdomain: String = "",
    nodeName: String = "", hostNetwork: Bool = false, restartPolicy: RestartPolicy = .always
  ) {
    self.containers = containers
    self.nodeName = nodeName
    self.hostNetwork = hostNetwork
    self.restartPolicy = restartPolicy
    naming = Rare(PodNaming(readinessGates: readinessGates, hostname: hostname, subdomain: subdomain))
    kept = [:]
  }
}

extension PodSpec {
  /// How long the Pod may take to end when it is deleted, in seconds; 30 when nothing else is said.
  public var terminationGracePeriodSeconds: Int64 { kept["terminationGracePeriodSeconds"].flatMap { Int64($0) } ?? 30 }

  /// Conditions beyond the containers' own that readiness waits for.
  public var readinessGates: [String] {
    get { naming.value.readinessGates }
    set { naming.value.readinessGates = newValue }
  }

  /// The Pod's name below the Service named by `subdomain`: a DNS label; empty for none.
  public var hostname: String {
    get { naming.value.hostname }
    set { naming.value.hostname = newValue }
  }

  /// A headless Service that gives the Pod a name; empty for none.
  public var subdomain: String {
    get { naming.value.subdomain }
    set { naming.value.subdomain = newValue }
  }
}

/// What few Pods say about their names and readiness.
private struct PodNaming: RareFields {
  var readinessGates: [String] = []
  var hostname = ""
  var subdomain = ""
}

/// What happens to containers that end.
public enum RestartPolicy: String, Sendable, Hashable, CaseIterable {
  case always = "Always"
  case never = "Never"
  case onFailure = "OnFailure"
}

/// One container of a Pod. 32 octets.
public struct Container: Sendable, Hashable {
  /// The container's name: a DNS label, once in a Pod.
  public var name: String
  /// The ports that it serves.
  public var ports: [ContainerPort]
  private var details: Rare<ContainerDetails>

  /// From its parts; what is left out has its default.
  public init(name: String = "", ports: [ContainerPort] = [], image: String = "", readinessProbe: Probe? = nil) {
    self.name = name
    self.ports = ports
    details = Rare(ContainerDetails(image: image, readinessProbe: readinessProbe))
  }

  /// The image that the container runs; empty for none, as with programs that register themselves.
  public var image: String {
    get { details.value.image }
    set { details.value.image = newValue }
  }

  /// How to find out whether the container takes requests; `nil` for not at all.
  public var readinessProbe: Probe? {
    get { details.value.readinessProbe }
    set { details.value.readinessProbe = newValue }
  }

  /// What the registry does not look at, as JSON by the fields' names: `command`.
  var kept: StringMap {
    get { details.value.kept }
    set { details.value.kept = newValue }
  }
}

/// What containers have that serve more than a port.
private struct ContainerDetails: RareFields {
  var image = ""
  var readinessProbe: Probe?
  var kept: StringMap = [:]
}

/// One port of a container. 32 octets.
public struct ContainerPort: Sendable, Hashable {
  /// What a Service's `targetPort` may name; empty for none.
  public var name: String
  /// 1–65535 once validated.
  public var containerPort: Int32
  /// What the port speaks.
  public var `protocol`: TransportProtocol
  private var host: Rare<HostPort>

  /// From its parts; what is left out has its default.
  public init(
    name: String = "", containerPort: Int32 = 0, hostPort: Int32 = 0, protocol: TransportProtocol = .tcp
  ) {
    self.name = name
    self.containerPort = containerPort
    self.protocol = `protocol`
    host = Rare(HostPort(port: hostPort))
  }

  /// The same port on the node; 0 for none.
  public var hostPort: Int32 {
    get { host.value.port }
    set { host.value.port = newValue }
  }

  /// The node's address that `hostPort` is at, as it was written; empty for all of them.
  public var hostIP: String {
    get { host.value.ip }
    set { host.value.ip = newValue }
  }
}

/// Where on the node a container's port is.
private struct HostPort: RareFields {
  var port: Int32 = 0
  var ip = ""
}
