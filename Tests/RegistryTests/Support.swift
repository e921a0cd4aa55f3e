import ClusterModel
import NetworkAddresses
import Registry
import Synchronization

/// An address that the test spells rightly.
func ip(_ text: String) -> IPAddress { IPAddress(text) ?? .v4(.any) }

/// A range that the test spells rightly.
func range(_ text: String) -> IPPrefix { IPPrefix(text) ?? IPPrefix(ip("0.0.0.0"), length: 0)! }

/// A registry with the namespace `shop`.
func shop(_ ranges: String..., change: (inout RegistrySettings) -> Void = { _ in }) throws -> Registry {
  var settings = RegistrySettings()
  if !ranges.isEmpty { settings.serviceRanges = ranges.map(range) }
  change(&settings)
  let registry = Registry(settings)
  try registry.create(Namespace(name: "shop"))
  return registry
}

extension Registry {
  /// Creates an object, and gives what was stored.
  @discardableResult
  func create<Object: KubernetesObject>(
    _ object: Object, by writer: RegistryWriter = .client
  ) throws(RegistryError) -> Object {
    let stored = try transaction { (registry) throws(RegistryError) in try registry.create(object.object, by: writer) }
    return Object(stored) ?? object
  }

  /// Replaces an object, and gives what was stored.
  @discardableResult
  func update<Object: KubernetesObject>(_ object: Object) throws(RegistryError) -> Object {
    let stored = try transaction { (registry) throws(RegistryError) in try registry.update(object.object) }
    return Object(stored) ?? object
  }

  func delete(_ key: ObjectKey, _ propagation: DeletionPropagation? = nil) throws(RegistryError) {
    try transaction { (registry) throws(RegistryError) in _ = try registry.delete(key, propagation) }
  }

  func apply(_ objects: [ClusterObject]) throws(RegistryError) -> ManifestReport {
    try transaction { (registry) throws(RegistryError) in registry.apply(manifests: objects) }
  }

  /// The slices of a Service of the namespace `shop`.
  func slices(of service: String) -> [EndpointSlice] {
    let labels = LabelSelector(matchLabels: [WellKnownLabel.serviceName: service])
    return list(.endpointSlice, namespace: "shop", labels: labels).objects.compactMap(EndpointSlice.init)
  }

  /// The addresses of a Service's slices that DNS names, in order.
  func readyAddresses(of service: String) -> [String] {
    slices(of: service).flatMap(\.endpoints).filter(\.conditions.isReady).flatMap(\.addresses).sorted().map(
      \.description)
  }
}

/// A Service in `shop`; it selects `app=NAME` unless the change says otherwise.
func service(_ name: String, ports: [ServicePort] = [ServicePort(port: 80)], change: (inout Service) -> Void = { _ in })
  -> Service
{
  var service = Service(
    metadata: ObjectMeta(name: name, namespace: "shop"), spec: ServiceSpec(ports: ports, selector: ["app": name]))
  change(&service)
  return service
}

/// A ready Pod in `shop` with the label `app`.
func pod(
  _ name: String, app: String = "web", _ addresses: String..., isReady: Bool = true,
  change: (inout Pod) -> Void = { _ in }
) -> Pod {
  var pod = Pod(
    metadata: ObjectMeta(name: name, namespace: "shop", labels: ["app": app]),
    spec: PodSpec(containers: [Container(name: "main", ports: [ContainerPort(name: "http", containerPort: 8080)])]),
    status: PodStatus(
      phase: .running, podIPs: AddressList(addresses.map(ip)),
      conditions: [Condition(type: "Ready", status: isReady ? "True" : "False")]))
  change(&pod)
  return pod
}

/// Gathers the batches that a subscription hands out.
final class Recorder: Sendable {
  private let batches = Mutex<[RegistryBatch]>([])

  func take(_ batch: RegistryBatch) { batches.withLock { $0.append(batch) } }

  /// What came since the last call, one text an event: `+ Service shop/web`.
  func drain() -> [[String]] {
    batches.withLock { batches in
      defer { batches = [] }
      return batches.map { $0.events.map(\.text) }
    }
  }
}

extension RegistryEvent {
  /// `+ Service shop/web`, with `~` for modified and `-` for deleted.
  var text: String {
    let sign =
      switch change {
      case .added: "+"
      case .modified: "~"
      case .deleted: "-"
      }
    return "\(sign) \(key)"
  }
}
