import Glibc
public import NetworkAddresses

/// What a registry is made with.
public struct RegistrySettings: Sendable {
  /// Where ClusterIPs come from: one range, or one of each family; the first one's family is the cluster's main one.
  public var serviceRanges: [IPPrefix]
  /// Where node ports come from.
  public var nodePorts: ClosedRange<UInt16>
  /// Where Services of type LoadBalancer get their addresses from; without any they stay pending.
  public var loadBalancerRanges: [IPPrefix]
  /// The greatest share of a Service's Leases that may lapse together before its endpoints are held: 0–1.
  public var massExpiryShare: Double
  /// Whether clients may say that Pods are at loopback: right where all of them are programs of this machine.
  public var takesLoopbackPods: Bool
  /// How much of the past is kept for watches, in octets of objects that nothing else holds; half as much beside for Leases.
  public var historyOctets: Int
  /// How many endpoints a slice of the registry's own takes: 1–1,000.
  public var endpointsPerSlice: Int
  /// The time in seconds since 1970.
  public var now: @Sendable () -> Int64
  /// The time of a clock that never goes back, in milliseconds.
  public var uptime: @Sendable () -> Int64

  /// One IPv4 range, as Kubernetes has it by default: 10.96.0.0/12; node ports 30000–32767.
  public init() {
    serviceRanges = [IPPrefix(.v4(IPv4Address(10, 96, 0, 0)), length: 12)].compactMap(\.self)
    nodePorts = 30000...32767
    historyOctets = 16 << 20
    endpointsPerSlice = 100
    now = { Int64(time(nil)) }
    loadBalancerRanges = []
    massExpiryShare = 0.5
    takesLoopbackPods = true
    uptime = {
      var time = timespec()
      unsafe clock_gettime(CLOCK_MONOTONIC, &time)
      return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
  }

  /// What is wrong with the ranges, in words; `nil` when they can be used.
  public var problem: String? {
    guard let first = serviceRanges.first else { return "no range for ClusterIPs is given" }
    if serviceRanges.count > 2 { return "at most two ranges for ClusterIPs are possible, one of each family" }
    if serviceRanges.count == 2, serviceRanges[1].base.family == first.base.family {
      return "\(first) and \(serviceRanges[1]) are of one family; the second range must be of the other one"
    }
    let small = serviceRanges.first { $0.count < 8 }
    return small.map { "\($0) is too small for ClusterIPs: it has \($0.count) addresses, 8 are the least" }
  }
}
