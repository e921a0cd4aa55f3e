extension Pod {
  /// What a Pod's author left out.
  public mutating func applyDefaults() {
    for index in spec.containers.indices { spec.containers[index].applyDefaults() }
    fill(Self.defaults)
  }

  /// What Kubernetes' admission adds to a new Pod, for which nobody is noted as the owner.
  public mutating func admit() { fill(Self.admitted) }

  private mutating func fill(_ fields: [(String, String)]) {
    for (name, json) in fields where spec.kept[name] == nil { spec.kept[name] = json }
  }

  /// The fields that are only kept, as JSON.
  private static let defaults: [(String, String)] = [
    ("dnsPolicy", #""ClusterFirst""#), ("enableServiceLinks", "true"), ("schedulerName", #""default-scheduler""#),
    ("securityContext", "{}"), ("terminationGracePeriodSeconds", "30"),
  ]

  /// The same of admission: no priority, and five minutes on a node that is lost.
  private static let admitted: [(String, String)] = [
    ("preemptionPolicy", #""PreemptLowerPriority""#), ("priority", "0"),
    (
      "tolerations",
      #"[{"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute","tolerationSeconds":300},"#
        + #"{"key":"node.kubernetes.io/unreachable","operator":"Exists","effect":"NoExecute","tolerationSeconds":300}]"#
    ),
  ]
}

extension Container {
  fileprivate mutating func applyDefaults() {
    readinessProbe?.applyDefaults()
    var filled = kept
    for (name, json) in Self.defaults where filled[name] == nil { filled[name] = json }
    if !image.isEmpty, filled["imagePullPolicy"] == nil {
      filled["imagePullPolicy"] = isLatest ? #""Always""# : #""IfNotPresent""#
    }
    if filled != kept { kept = filled }
  }

  private static let defaults: [(String, String)] = [
    ("resources", "{}"), ("terminationMessagePath", #""/dev/termination-log""#),
    ("terminationMessagePolicy", #""File""#),
  ]

  /// Whether the image has the tag `latest`, or no tag and no digest.
  private var isLatest: Bool {
    let name = image.split(separator: "/").last ?? ""
    if name.contains("@") { return false }
    guard let colon = name.lastIndex(of: ":") else { return true }
    return name[name.index(after: colon)...] == "latest"
  }
}

extension Probe {
  /// A probe every ten seconds that may take one; one success is enough, and three failures in a row are.
  fileprivate mutating func applyDefaults() {
    if timeoutSeconds == 0 { timeoutSeconds = 1 }
    if periodSeconds == 0 { periodSeconds = 10 }
    if successThreshold == 0 { successThreshold = 1 }
    if failureThreshold == 0 { failureThreshold = 3 }
    if httpGet?.path == "" { httpGet?.path = "/" }
    if httpGet?.scheme == "" { httpGet?.scheme = "HTTP" }
  }
}

extension PodStatus {
  /// The status of a Pod that has just been made: it waits, in the class of service that its containers' resources give it.
  public static func pending(_ spec: PodSpec) -> PodStatus {
    var status = PodStatus(phase: .pending)
    status.kept["qosClass"] = serviceClass(of: spec).quoted
    return status
  }

  /// `BestEffort` without any resources, `Guaranteed` with limits that are the requests, else `Burstable`.
  private static func serviceClass(of spec: PodSpec) -> String {
    let resources = spec.containers.map { ContainerResources($0.kept["resources"] ?? "{}") }
    if resources.allSatisfy({ $0.limits.isEmpty && $0.requests.isEmpty }) { return "BestEffort" }
    return resources.allSatisfy(\.isGuaranteed) ? "Guaranteed" : "Burstable"
  }
}

/// What a container may use, and what it is sure to get.
private struct ContainerResources {
  var limits: [String: String] = [:]
  var requests: [String: String] = [:]

  init(_ json: String) {
    guard var reader = try? JSONReader(Array(json.utf8)), let node = try? reader.next() else { return }
    limits = Self.amounts(node["limits"])
    requests = Self.amounts(node["requests"])
  }

  private static func amounts(_ node: DocumentNode?) -> [String: String] {
    guard case .mapping(let members)? = node?.content else { return [:] }
    let counted = members.filter { $0.key == "cpu" || $0.key == "memory" }
    return Dictionary(counted.compactMap { member in member.value.string.map { (member.key, $0) } }) { $1 }
  }

  var isGuaranteed: Bool { limits.count == 2 && requests.allSatisfy { limits[$0.key] == $0.value } }
}
