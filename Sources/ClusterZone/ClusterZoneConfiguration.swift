public import ClusterModel
public import DNSWire
public import NetworkAddresses

/// What one `kubernetes` directive asks of its zone.
public struct ClusterZoneConfiguration: Sendable, Hashable {
  /// Which names below `pod` there are.
  public enum PodsMode: String, Sendable, Hashable, CaseIterable {
    /// None.
    case disabled
    /// Every address, in each namespace that exists.
    case insecure
    /// The addresses of Pods that exist.
    case verified
  }

  /// The zones, forward and reverse ones, in the order of the directive. Targets of PTR records lie in the first forward zone.
  public var zones: [DomainName]
  /// Which names below `pod` there are.
  public var pods = PodsMode.disabled
  /// Endpoints without a hostname are named after their Pods.
  public var endpointPodNames = false
  /// The TTL of all records, and the minimum of the SOA, in seconds: 0–3600.
  public var ttl: UInt32 = 5
  /// Whether endpoints are looked at; `noendpoints` says no.
  public var publishesEndpoints = true
  /// Names below these go on to the next stage when they do not exist.
  public var fallthroughZones: [DomainName] = []
  /// ClusterIP Services without a ready endpoint do not exist.
  public var ignoresEmptyServices = false
  /// Only these namespaces are shown; empty for all.
  public var namespaces: Set<String> = []
  /// Only namespaces with such labels are shown.
  public var namespaceLabels = LabelSelector.everything
  /// Only Services, slices and Pods with such labels are shown.
  public var labels = LabelSelector.everything
  /// Names for the endpoints of one topology zone.
  public var zonal = false
  /// Our own addresses, for the zone's NS records. Loopback and unspecified ones do not count.
  public var localAddresses: [IPAddress] = []

  /// The defaults, for these zones.
  public init(zones: [DomainName]) {
    self.zones = zones.map { $0.lowercased() }
  }

  /// Whether a name that does not exist goes on to the next stage.
  public func fallsThrough(_ name: DomainName) -> Bool {
    fallthroughZones.contains { name.isSubdomain(of: $0) }
  }

  /// Whether the options show a namespace of that name, labels aside.
  func names(_ namespace: String) -> Bool { namespaces.isEmpty || namespaces.contains(namespace) }
}
