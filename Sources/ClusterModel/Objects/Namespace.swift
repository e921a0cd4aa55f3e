/// A part of the cluster with names of its own.
public struct Namespace: KubernetesObject {
  public static let kind = ObjectKind.namespace

  public var metadata: ObjectMeta
  /// Whether the namespace is on its way out.
  public var phase: NamespacePhase
  /// Who must agree before the namespace goes: `kubernetes`.
  public var finalizers: [String]

  public init(metadata: ObjectMeta, phase: NamespacePhase = .active, finalizers: [String] = []) {
    self.metadata = metadata
    self.phase = phase
    self.finalizers = finalizers
  }

  public init(name: String) { self.init(metadata: ObjectMeta(name: name)) }

  public var object: ClusterObject { .namespace(self) }

  public init?(_ object: ClusterObject) {
    guard case .namespace(let namespace) = object else { return nil }
    self = namespace
  }
}

/// `status.phase` of a namespace.
public enum NamespacePhase: String, Sendable, Hashable, CaseIterable {
  case active = "Active"
  case terminating = "Terminating"
}
