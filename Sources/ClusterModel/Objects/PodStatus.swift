/// What is observed of a Pod. 48 octets.
public struct PodStatus: Sendable, Hashable {
  /// Where the Pod is in its life; `nil` for unknown.
  public var phase: PodPhase?
  /// The Pod's addresses, one a family, the first one its main one.
  public var podIPs: AddressList
  /// The conditions, `Ready` among them.
  public var conditions: [Condition]
  private var details: Rare<PodStatusDetails>

  /// From its parts; what is left out has its default.
  public init(phase: PodPhase? = nil, podIPs: AddressList = [], conditions: [Condition] = []) {
    self.phase = phase
    self.podIPs = podIPs
    self.conditions = conditions
    details = Rare()
  }
}

extension PodStatus {
  /// The main address of the Pod's node, as it was written; empty for unknown.
  public var hostIP: String {
    get { details.value.hostIP }
    set { details.value.hostIP = newValue }
  }

  /// When the node took the Pod over, in seconds since 1970.
  public var startTime: Int64? {
    get { details.value.startTime }
    set { details.value.startTime = newValue }
  }

  /// Why the Pod is in its phase, in one word; empty for not said.
  public var reason: String {
    get { details.value.reason }
    set { details.value.reason = newValue }
  }

  /// Why the Pod is in its phase, in words; empty for not said.
  public var message: String {
    get { details.value.message }
    set { details.value.message = newValue }
  }

  /// How each container fares.
  public var containerStatuses: [ContainerStatus] {
    get { details.value.containerStatuses }
    set { details.value.containerStatuses = newValue }
  }

  /// What the registry does not look at, as JSON by the fields' names: `qosClass`.
  var kept: StringMap {
    get { details.value.kept }
    set { details.value.kept = newValue }
  }
}

/// What is observed of Pods that a kubelet runs.
private struct PodStatusDetails: RareFields {
  var hostIP = ""
  var startTime: Int64?
  var reason = ""
  var message = ""
  var containerStatuses: [ContainerStatus] = []
  var kept: StringMap = [:]
}

/// How one container of a Pod fares.
public struct ContainerStatus: Sendable, Hashable {
  /// The container's name.
  public var name: String
  /// Whether the container takes requests.
  public var ready: Bool
  /// Whether the container has passed its startup probe; `nil` for unknown.
  public var started: Bool?
  /// How often the container was started anew.
  public var restartCount: Int32
  /// What the registry does not look at, as JSON by the fields' names: `state`.
  var kept: StringMap

  /// From its parts.
  public init(name: String = "", ready: Bool = false, started: Bool? = nil, restartCount: Int32 = 0) {
    self.name = name
    self.ready = ready
    self.started = started
    self.restartCount = restartCount
    kept = [:]
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
