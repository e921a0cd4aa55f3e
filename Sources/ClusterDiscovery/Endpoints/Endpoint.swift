public import NetworkAddresses

/// One instance of a service.
public struct Endpoint: Sendable, Hashable {
  /// Where it listens.
  public var address: SocketAddress
  /// The name that its Pod has in the service's domain, if any.
  public var hostname: String?
  /// The zone that it runs in (`topology.kubernetes.io/zone`).
  public var zone: String?
  /// The Node that it runs on.
  public var node: String?
  /// Its share beside the others', 1 to 65,535. SRV records bring it (RFC 2782), and files.
  public var weight: UInt16
  /// What may be asked of it.
  public var condition: EndpointCondition
  /// What else the source knows of it, by name.
  public var metadata: [String: String]

  /// An instance; ready, unless something else is said.
  public init(
    _ address: SocketAddress, hostname: String? = nil, zone: String? = nil, node: String? = nil, weight: UInt16 = 1,
    condition: EndpointCondition = .ready, metadata: [String: String] = [:]
  ) {
    self.address = address
    self.hostname = hostname
    self.zone = zone
    self.node = node
    self.weight = max(weight, 1)
    self.condition = condition
    self.metadata = metadata
  }
}

/// What may be asked of an instance (KEP-1672): the conditions `ready`, `serving` and `terminating` of an EndpointSlice.
public struct EndpointCondition: Sendable, Hashable {
  /// It takes new work.
  public var isReady: Bool
  /// It answers, though it may be on its way out.
  public var isServing: Bool
  /// It is on its way out.
  public var isTerminating: Bool

  /// A condition of its parts.
  public init(isReady: Bool, isServing: Bool, isTerminating: Bool) {
    self.isReady = isReady
    self.isServing = isServing
    self.isTerminating = isTerminating
  }

  /// It takes new work.
  public static let ready = Self(isReady: true, isServing: true, isTerminating: false)
  /// It is on its way out, and still answers: for when nothing is ready.
  public static let draining = Self(isReady: false, isServing: true, isTerminating: true)
  /// It does not answer.
  public static let unready = Self(isReady: false, isServing: false, isTerminating: false)
}
