package import ClusterModel
import NetworkAddresses
package import Registry

/// Which Pods are probed, when, and what their probes have found so far. Times are in milliseconds of a clock that never goes
/// back.
package struct ProbeTable: Sendable {
  private struct ProbedPod: Sendable {
    var pod: Pod
    /// Why no probe goes to the Pod; `nil` when probes do.
    let refusal: String?
    /// The containers with probes, by their places; none when no probe goes to the Pod.
    var states: [Int: ProbeState] = [:]

    var isWell: Bool { states.values.allSatisfy(\.isWell) }
  }

  /// What the registry is to be told of a Pod.
  package struct Verdict: Sendable, Hashable {
    package let pod: ObjectKey
    package let uid: UID
    package let isWell: Bool
    /// Why not, in one word; empty when it is.
    package let reason: String
    /// Why not; empty when it is.
    package let message: String
  }

  /// The reason of a Pod that no probe goes to.
  private static let refused = "ProbeRefused"
  private static let failed = "ContainersNotReady"

  /// Where probes may go.
  private let ranges: ProbeRanges
  private var pods: [ObjectKey: ProbedPod] = [:]
  private var deadlines = Deadlines<ProbeName>()

  /// Nobody.
  package init(_ ranges: ProbeRanges) { self.ranges = ranges }

  /// When the next probe is due; `nil` for never.
  package var next: Int64? { deadlines.next }

  /// How many Pods are probed.
  package var count: Int { pods.count }

  /// Follows the registry's Pods. What is to be told of those that have just come: they are not ready before their first
  /// probe has said so, unless they were before the registry's last start.
  package mutating func take(_ batch: RegistryBatch, now: Int64) -> [Verdict] {
    batch.events.compactMap { event in
      guard case .pod(let pod) = event.object else { return nil }
      return event.change == .deleted ? remove(pod.key) : set(pod, now: now)
    }
  }

  private mutating func remove(_ key: ObjectKey) -> Verdict? {
    guard let probed = pods.removeValue(forKey: key) else { return nil }
    for container in probed.states.keys { deadlines[ProbeName(pod: key, container: container)] = nil }
    return nil
  }

  private mutating func set(_ pod: Pod, now: Int64) -> Verdict? {
    guard pod.isProbed, let address = pod.status.podIPs.first else { return remove(pod.key) }
    let refusal = ranges.refusal(of: address)
    if let known = pods[pod.key], known.pod.metadata.uid == pod.metadata.uid, known.refusal == refusal,
      known.pod.spec.containers == pod.spec.containers
    {
      pods[pod.key]?.pod = pod
      return nil
    }
    _ = remove(pod.key)
    return add(ProbedPod(pod: pod, refusal: refusal), now: now)
  }

  private mutating func add(_ probed: ProbedPod, now: Int64) -> Verdict? {
    let pod = probed.pod
    let condition = pod.status.conditions.first { $0.type == "ContainersReady" }
    if let refusal = probed.refusal {
      pods[pod.key] = probed
      let message =
        "its readiness probes are not made: \(refusal); the registry's option --probe-cidr says where they may go"
      return Verdict(
        pod: pod.key, uid: pod.metadata.uid, isWell: false, reason: Self.refused, message: message)
    }
    var probed = probed
    for (index, container) in pod.spec.containers.enumerated() {
      guard let probe = container.readinessProbe, probe.isRunHere else { continue }
      probed.states[index] = ProbeState(isWell: condition?.isTrue == true)
      deadlines[ProbeName(pod: pod.key, container: index)] = now + Int64(probe.initialDelaySeconds) * 1000
    }
    pods[pod.key] = probed
    if let condition, condition.reason != Self.refused { return nil }
    return Verdict(
      pod: pod.key, uid: pod.metadata.uid, isWell: false, reason: Self.failed, message: "no probe has succeeded yet")
  }

  /// The probes that are due, at most so many; the others stay due.
  package mutating func due(now: Int64, limit: Int) -> [ProbeOrder] {
    var orders: [ProbeOrder] = []
    for name in deadlines.take(until: now) {
      if orders.count >= limit {
        deadlines[name] = now
      } else if let order = order(name) {
        orders.append(order)
      }
    }
    return orders
  }

  private func order(_ name: ProbeName) -> ProbeOrder? {
    guard let pod = pods[name.pod]?.pod, let address = pod.status.podIPs.first,
      pod.spec.containers.indices.contains(name.container),
      let probe = pod.spec.containers[name.container].readinessProbe
    else { return nil }
    let action =
      ProbeAction(probe, of: pod.spec.containers[name.container], at: address)
      ?? .impossible("a probe goes to its Pod's own address")
    return ProbeOrder(
      name: name, uid: pod.metadata.uid, address: address, action: action, timeout: Int64(max(1, probe.timeoutSeconds)))
  }

  /// Takes what a probe has found, and plans the next one. What the registry is to be told, when it is news.
  package mutating func finish(_ order: ProbeOrder, _ failure: ProbeFailure?, now: Int64) -> Verdict? {
    let (key, index) = (order.name.pod, order.name.container)
    guard let probed = pods[key], probed.pod.metadata.uid == order.uid, var state = probed.states[index],
      probed.pod.spec.containers.indices.contains(index), let probe = probed.pod.spec.containers[index].readinessProbe
    else { return nil }
    deadlines[order.name] = now + Int64(max(1, probe.periodSeconds)) * 1000
    let wasWell = probed.isWell
    let isNews = state.take(isSuccess: failure == nil, probe)
    pods[key]?.states[index] = state
    guard isNews, let isWell = pods[key]?.isWell, isWell != wasWell else { return nil }
    let name = probed.pod.spec.containers[index].name
    let message = isWell ? "" : "readiness probe of container \(name) failed: \(failure ?? "")"
    return Verdict(
      pod: key, uid: order.uid, isWell: isWell, reason: isWell ? "" : Self.failed, message: message)
  }
}

extension Pod {
  /// Whether the registry probes the Pod: it lives by a Lease, has an address, is not on its way out, and has a probe that
  /// needs no kubelet.
  fileprivate var isProbed: Bool {
    metadata.annotations[WellKnownAnnotation.lease] != nil && !isTerminating && !isFinished && !status.podIPs.isEmpty
      && spec.containers.contains { $0.readinessProbe?.isRunHere == true }
  }
}

extension Probe {
  /// Whether the registry makes such probes: requests over HTTP, connections, and calls of gRPC's health service.
  fileprivate var isRunHere: Bool { httpGet != nil || tcpSocket != nil || grpc != nil }
}
