/// All instances of a target that a source knows of at one moment.
///
/// A set without endpoints is a fact (the service is there and has none), not an error.
public struct EndpointSet: Sendable, Hashable {
  /// What was asked for.
  public var target: Target
  /// The instances: each address once, in the order of addresses, so that equal sets are equal lists.
  public private(set) var endpoints: [Endpoint]
  /// Which state of the source this is: the registry's resourceVersion, a file's or a zone's. Not to be compared, only shown.
  public var revision: String
  /// When the source said so.
  public var asOf: ContinuousClock.Instant
  /// Since when the source does not answer; `nil` while it does. The set is the last good one then.
  public var staleSince: ContinuousClock.Instant?
  /// How long a client keeps its instance, as the Service says (`sessionAffinityConfig`); `nil` without affinity.
  public var sessionAffinity: Duration?

  /// A set; of endpoints with one address the last one stays.
  public init(
    _ target: Target, _ endpoints: [Endpoint], revision: String = "", asOf: ContinuousClock.Instant = .now,
    staleSince: ContinuousClock.Instant? = nil, sessionAffinity: Duration? = nil
  ) {
    self.target = target
    self.endpoints = Self.ordered(endpoints)
    self.revision = revision
    self.asOf = asOf
    self.staleSince = staleSince
    self.sessionAffinity = sessionAffinity
  }

  /// Those that take new work; when none does, those that still answer (KEP-1669), as kube-proxy does.
  public var usable: [Endpoint] {
    let ready = endpoints.filter(\.condition.isReady)
    return ready.isEmpty ? endpoints.filter(\.condition.isServing) : ready
  }

  /// How old what it says is.
  public func age(at now: ContinuousClock.Instant = .now) -> Duration { max(now - asOf, .zero) }

  /// Whether both say the same of the target, though perhaps not at the same time.
  public func saysTheSame(as other: EndpointSet) -> Bool {
    target == other.target && endpoints == other.endpoints && sessionAffinity == other.sessionAffinity
      && (staleSince == nil) == (other.staleSince == nil)
  }

  private static func ordered(_ endpoints: [Endpoint]) -> [Endpoint] {
    let keys = endpoints.map { SocketAddressKey($0.address) }
    if zip(keys, keys.dropFirst()).allSatisfy({ $0 < $1 }) { return endpoints }
    let order = keys.indices.sorted { keys[$0] == keys[$1] ? $0 < $1 : keys[$0] < keys[$1] }
    return order.enumerated().compactMap { place, index in
      let isLast = place + 1 == order.count || keys[order[place + 1]] != keys[index]
      return isLast ? endpoints[index] : nil
    }
  }
}
