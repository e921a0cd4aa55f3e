// HealthProbes: runs the readiness probes of registered Pods, and tells the registry what they find. What is decided is in
// pure values (`ProbeState`, `ProbeTable`); sockets are in `ProbeConnection` alone.

public import ClusterModel

/// Whether a container is well, by the probes so far: it takes as many in a row as the probe says to change that.
public struct ProbeState: Sendable, Hashable {
  /// Whether the container counts as well.
  public private(set) var isWell: Bool
  /// How many probes in a row have said otherwise.
  private var contradictions: Int32 = 0

  /// A container that counts as well, or not, before its first probe.
  public init(isWell: Bool) { self.isWell = isWell }

  /// Takes one probe's outcome. Whether that changes what the container counts as.
  public mutating func take(isSuccess: Bool, _ probe: Probe) -> Bool {
    guard isSuccess != isWell else {
      contradictions = 0
      return false
    }
    contradictions += 1
    guard contradictions >= (isSuccess ? probe.successThreshold : probe.failureThreshold) else { return false }
    isWell = isSuccess
    contradictions = 0
    return true
  }
}
