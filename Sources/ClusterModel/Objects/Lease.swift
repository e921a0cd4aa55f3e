/// Who holds something, and until when unless it is renewed: `coordination.k8s.io/v1`.
public struct Lease: KubernetesObject {
  /// The kind of such objects.
  public static let kind = ObjectKind.lease

  /// The object's name, identity, version and labels.
  public var metadata: ObjectMeta
  /// Holder, duration and times.
  public var spec: LeaseSpec

  /// From its parts; what is left out has its default.
  public init(metadata: ObjectMeta, spec: LeaseSpec = LeaseSpec()) {
    self.metadata = metadata
    self.spec = spec
  }

  /// The object among those of other kinds.
  public var object: ClusterObject { .lease(self) }

  /// The object of this kind in an object of any kind; `nil` when it is of another one.
  public init?(_ object: ClusterObject) {
    guard case .lease(let lease) = object else { return nil }
    self = lease
  }
}

/// `spec` of a Lease.
public struct LeaseSpec: Sendable, Hashable {
  /// Who holds the lease; `nil` when nobody does.
  public var holderIdentity: String?
  /// How long others wait after `renewTime` before they take the lease over, in seconds from 1.
  public var leaseDurationSeconds: Int32?
  /// When the holder got the lease, in microseconds since 1970.
  public var acquireTime: Int64?
  /// When the holder last renewed the lease, in microseconds since 1970.
  public var renewTime: Int64?
  /// How often the lease has gone to another holder, from 0.
  public var leaseTransitions: Int32?
  /// How the holder of a coordinated election is picked.
  public var strategy: String?
  /// Whom the holder shall leave the lease to; only with a strategy.
  public var preferredHolder: String?

  /// From its parts.
  public init(
    holderIdentity: String? = nil, leaseDurationSeconds: Int32? = nil, acquireTime: Int64? = nil,
    renewTime: Int64? = nil, leaseTransitions: Int32? = nil
  ) {
    self.holderIdentity = holderIdentity
    self.leaseDurationSeconds = leaseDurationSeconds
    self.acquireTime = acquireTime
    self.renewTime = renewTime
    self.leaseTransitions = leaseTransitions
  }
}
