/// A part of the cluster with names of its own.
public struct Namespace: KubernetesObject {
  /// The kind of such objects.
  public static let kind = ObjectKind.namespace

  /// The object's name, identity, version and labels.
  public var metadata: ObjectMeta
  /// Whether the namespace is on its way out.
  public var phase: NamespacePhase
  /// Who must agree before the namespace goes: `kubernetes`.
  public var finalizers: [String]
  /// What keeps the namespace from going, while it is on its way out.
  public var conditions: [Condition] = []

  /// The finalizer that every namespace has until nothing is in it any more.
  public static let finalizer = "kubernetes"

  /// From its parts; what is left out has its default.
  public init(metadata: ObjectMeta, phase: NamespacePhase = .active, finalizers: [String] = []) {
    self.metadata = metadata
    self.phase = phase
    self.finalizers = finalizers
  }

  /// A namespace with that name.
  public init(name: String) { self.init(metadata: ObjectMeta(name: name)) }

  /// The object among those of other kinds.
  public var object: ClusterObject { .namespace(self) }

  /// The object of this kind in an object of any kind; `nil` when it is of another one.
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
