/// How the next endpoint is chosen: the policy, and the stages that come before it.
///
/// The stages are applied in this order, each when it is there: ``subsetting`` keeps a share of the endpoints for this client,
/// ``panicThreshold`` decides about those that are ejected, ``locality`` prefers near ones, ``slowStart`` spares new ones.
public struct Balancer: Sendable, Hashable {
  /// How one endpoint is chosen among those that the stages leave.
  public var policy: BalancingPolicy
  /// Which share of the endpoints this client uses; `nil`: all.
  public var subsetting: Subsetting?
  /// When ejections are ignored.
  public var panicThreshold: PanicThreshold
  /// What is near; `nil`: all endpoints are alike.
  public var locality: Locality?
  /// How new endpoints are spared; `nil`: they are not.
  public var slowStart: SlowStart?

  /// A balancer of its parts.
  public init(
    _ policy: BalancingPolicy, subsetting: Subsetting? = nil, panicThreshold: PanicThreshold = PanicThreshold(),
    locality: Locality? = nil, slowStart: SlowStart? = nil
  ) {
    self.policy = policy
    self.subsetting = subsetting
    self.panicThreshold = panicThreshold
    self.locality = locality
    self.slowStart = slowStart
  }

  /// Round robin over all endpoints.
  public static let roundRobin = Self(.roundRobin)
}

/// How one endpoint is chosen.
public enum BalancingPolicy: Sendable, Hashable {
  /// One after the other, from a place drawn at random.
  case roundRobin
  /// Any, each as likely.
  case random
  /// In turn, each as often as its weight says, evenly spread.
  case weighted
  /// Of two drawn at random the one with fewer requests under way (Mitzenmacher, "The power of two choices").
  case leastRequests
  /// Of two drawn at random the one with the lower cost: peak latency, smoothed, times requests under way.
  case peakEWMA(PeakEWMA)
  /// The endpoint next to the client's key on a ring of hashes (Karger et al.).
  case ringHash(RingHash)
  /// The endpoint that Maglev's table has for the client's key (Eisenbud et al.).
  case maglev(Maglev)
  /// The endpoint that the client's key had last.
  case sessionAffinity(SessionAffinity)
  /// The same one, as long as it can be used.
  case pickFirst

  /// Whether an endpoint's weight counts; where it does not, only what stages say does.
  var usesWeights: Bool {
    switch self {
    case .weighted, .ringHash, .maglev, .sessionAffinity: true
    case .roundRobin, .random, .leastRequests, .peakEWMA, .pickFirst: false
    }
  }

  /// Whether keys move when weights do, so that no weight is changed for a while only.
  var isHashing: Bool {
    switch self {
    case .ringHash, .maglev: true
    default: false
    }
  }
}
