import ClusterModel
import ClusterZone
import Corefile
import DNSWire

/// The options of one `kubernetes` line while they are read.
struct KubernetesOptions {
  var configuration: ClusterZoneConfiguration
  /// How long a start waits for all objects; `nil` when the option is not given.
  var startupTimeout: Duration?

  init(zones: [DomainName]) { configuration = ClusterZoneConfiguration(zones: zones) }

  /// Options that need a cluster's API, or objects that are not known here.
  private static let later = [
    "endpoint", "tls", "kubeconfig", "apiserver_qps", "apiserver_burst", "apiserver_max_inflight",
  ]
  private static let known =
    [
      "namespaces", "namespace_labels", "labels", "pods", "endpoint_pod_names", "ttl", "noendpoints", "fallthrough",
      "ignore", "multicluster", "zonal", "startup_timeout",
    ] + later

  /// Takes one option in.
  mutating func read(_ option: Directive) throws(CorefileError) {
    try option.expectNoBlock()
    switch option.name.text {
    case "namespaces": try readNamespaces(option)
    case "namespace_labels": try readNamespaceLabels(option)
    case "labels": configuration.labels = try Self.selector(option)
    case "pods": try readPods(option)
    case "endpoint_pod_names": try Self.flag(option, &configuration.endpointPodNames, true)
    case "ttl":
      configuration.ttl = UInt32(try option.onlyArgument("seconds").integer(in: 0...3600, what: "a TTL in seconds"))
    case "noendpoints": try Self.flag(option, &configuration.publishesEndpoints, false)
    case "fallthrough":
      configuration.fallthroughZones = option.arguments.isEmpty ? [.root] : try option.arguments.zoneNames()
    case "ignore": try readIgnore(option)
    case "zonal": try Self.flag(option, &configuration.zonal, true)
    case "startup_timeout": startupTimeout = try option.onlyArgument("a duration").duration()
    case "multicluster":
      throw option.error("'multicluster' answers from ServiceImport objects, which come with a later version")
    case let name where Self.later.contains(name):
      throw option.error("\(option.name.shown) connects to a cluster's API, which comes with a later version")
    default: throw option.unknownOption(in: Self.known)
    }
  }

  private static func flag(_ option: Directive, _ target: inout Bool, _ value: Bool) throws(CorefileError) {
    try option.expectNoArguments()
    target = value
  }

  /// The rest of the line is a label selector.
  private static func selector(_ option: Directive) throws(CorefileError) -> LabelSelector {
    let first = try option.argument(at: 0, what: "a label selector")
    do {
      return try LabelSelector(parsing: option.arguments.map(\.text).joined(separator: " "))
    } catch {
      throw first.error("\(option.name.shown) has no valid label selector: \(error.description)")
    }
  }

  private mutating func readNamespaces(_ option: Directive) throws(CorefileError) {
    try option.expectArguments(1...)
    configuration.namespaces.formUnion(option.arguments.map { $0.text.lowercased() })
    try checkNamespaces(option)
  }

  private mutating func readNamespaceLabels(_ option: Directive) throws(CorefileError) {
    configuration.namespaceLabels = try Self.selector(option)
    try checkNamespaces(option)
  }

  /// The two ways to choose namespaces exclude each other.
  private func checkNamespaces(_ option: Directive) throws(CorefileError) {
    guard configuration.namespaces.isEmpty || configuration.namespaceLabels == .everything else {
      throw option.error("'namespaces' and 'namespace_labels' cannot both be given")
    }
  }

  private mutating func readPods(_ option: Directive) throws(CorefileError) {
    let word = try option.onlyArgument("a mode")
    let modes = ClusterZoneConfiguration.PodsMode.allCases
    let choice = try word.choice(of: modes.map(\.rawValue), what: "mode of 'pods'")
    configuration.pods = modes.first { $0.rawValue == choice } ?? .disabled
  }

  private mutating func readIgnore(_ option: Directive) throws(CorefileError) {
    let word = try option.onlyArgument("what to ignore")
    _ = try word.choice(of: ["empty_service"], what: "thing to ignore")
    configuration.ignoresEmptyServices = true
  }
}
