public import ClusterModel

// Pods that live by a Lease: not renewed in time they are not ready, and gone after another span.

/// What has become of Pods whose Leases were not renewed.
public struct LifeReport: Sendable {
  /// What is worth a line in the log, one sentence each.
  public internal(set) var notes: [String] = []
  /// When to look again, in milliseconds of the registry's clock; `nil` for when the alarm rings.
  var next: Int64?
}

extension RegistryTransaction {
  /// The condition of a Service whose endpoints stay although their Leases have lapsed.
  static let heldCondition = "clusterdns.io/EndpointsHeld"
  private static let expired = "LeaseExpired"

  /// Deals with the Leases that were not renewed in time, and with the Pods whose time to end is over.
  public mutating func advanceLives() -> LifeReport {
    var report = LifeReport()
    endOverdue(&report)
    endDue(&report)
    report.next = lives.arm()
    return report
  }

  private mutating func endDue(_ report: inout LifeReport) {
    let now = settings.uptime()
    let due = lives.takeDue(now: now)
    guard !due.isEmpty else { return }
    let counts = countLapsed(due)
    for lease in due { advance(lease, counts, now, &report) }
    for service in counts.keys.sorted() { note(counts[service], of: service, &report) }
  }

  private mutating func advance(
    _ lease: ObjectKey, _ counts: [ServiceName: LapsedCount], _ now: Int64, _ report: inout LifeReport
  ) {
    let pods = lives.pods(of: lease).compactMap { get(Pod.self, namespace: lease.namespace, name: $0) }
    let isHeld = pods.contains { pod in
      !pod.isConfirmedDead && services(selecting: pod).contains { counts[$0]?.isHeld == true }
    }
    switch lives.stage(of: lease) {
    case .lapsed where isHeld: lives.enter(.lapsed, lease, now: now)
    case .lapsed: end(lease, pods, &report)
    case nil: break
    default:
      lives.enter(isHeld ? .held : .lapsed, lease, now: now)
      if !isHeld { for pod in pods { expire(pod, lease, &report) } }
    }
  }

  private mutating func expire(_ pod: Pod, _ lease: ObjectKey, _ report: inout LifeReport) {
    report.notes.append("\(pod.key) is no longer ready: \(lease) was not renewed")
    change(pod.key) { pod, now in
      let message = "Lease \(lease.name) was not renewed in time"
      pod.set("Ready", to: false, reason: Self.expired, message: message, at: now)
    }
  }

  private mutating func end(_ lease: ObjectKey, _ pods: [Pod], _ report: inout LifeReport) {
    for pod in pods {
      report.notes.append("\(pod.key) is taken away: \(lease) was not renewed")
      _ = try? delete(pod.key)
    }
    if entry(lease) != nil { _ = try? delete(lease) }
  }

  /// Makes the Pods ready again whose Leases were renewed after they had lapsed.
  mutating func reconcileLives() {
    for lease in lives.takeRenewed() {
      for name in lives.pods(of: lease) {
        guard let pod = get(Pod.self, namespace: lease.namespace, name: name) else { continue }
        if pod.status.conditions.contains(where: { $0.type == "Ready" && $0.reason == Self.expired }) {
          change(pod.key) { $0.set("Ready", to: $0.isReadyByItself, at: $1) }
        }
        for service in services(selecting: pod) { endGuard(of: service) }
      }
    }
  }

  /// Says what a readiness probe of a Pod's containers has found. A Pod whose Lease has lapsed becomes no more ready by it.
  ///
  /// - Parameters:
  ///   - isReady: what the probe found.
  ///   - pod: the Pod's key.
  ///   - uid: the Pod's own; another Pod of that name is left alone.
  ///   - reason: why it is not ready, in one word.
  ///   - message: why it is not ready.
  public mutating func setContainersReady(
    _ isReady: Bool, of pod: ObjectKey, uid: UID, reason: String = "ContainersNotReady", message: String = ""
  ) {
    guard let stored = get(Pod.self, namespace: pod.namespace, name: pod.name), stored.metadata.uid == uid else {
      return
    }
    let isLapsed = stored.lease.flatMap { lives.stage(of: $0) } == .lapsed
    change(pod) { pod, now in
      let reason = isReady ? "" : reason
      pod.set(Pod.containersReady, to: isReady, reason: reason, message: message, at: now)
      if !isLapsed { pod.set("Ready", to: pod.isReadyByItself, reason: reason, message: message, at: now) }
    }
  }

  /// Stores a changed Pod, when it is not what it was.
  private mutating func change(_ key: ObjectKey, _ body: (inout Pod, Int64) -> Void) {
    guard let entry = entry(key), case .pod(var pod) = entry.object else { return }
    body(&pod, settings.now())
    if pod.object != entry.object { store(pod.object, from: entry.origin) }
  }
}

// MARK: - The guard

/// How many of a Service's Leases have lapsed.
struct LapsedCount: Sendable {
  var lapsed = 0
  var total = 0
  var isHeld = false
}

extension RegistryTransaction {
  /// How the Services fare whose Pods live by these Leases.
  private func countLapsed(_ due: [ObjectKey]) -> [ServiceName: LapsedCount] {
    let due = Set(due)
    var counts: [ServiceName: LapsedCount] = [:]
    for lease in due {
      for name in lives.pods(of: lease) {
        guard let pod = get(Pod.self, namespace: lease.namespace, name: name) else { continue }
        for service in services(selecting: pod) where counts[service] == nil {
          counts[service] = count(service) { due.contains($0) }
        }
      }
    }
    return counts
  }

  private func count(_ name: ServiceName, _ isDue: (ObjectKey) -> Bool) -> LapsedCount {
    var count = LapsedCount()
    guard let service = get(Service.self, namespace: name.namespace, name: name.name) else { return count }
    for pod in endpointIndex.candidates(in: name.namespace, with: service.spec.selector) {
      guard let pod = get(Pod.self, namespace: name.namespace, name: pod), let lease = pod.lease,
        service.spec.selector.isSubset(of: pod.metadata.labels)
      else { continue }
      let stage = lives.stage(of: lease)
      count.total += 1
      if !pod.isConfirmedDead, isDue(lease) || stage == .lapsed || stage == .held { count.lapsed += 1 }
    }
    count.isHeld = MassExpiryGuard(share: settings.massExpiryShare).holds(lapsed: count.lapsed, of: count.total)
    return count
  }

  /// The Services that take the Pod as an endpoint.
  private func services(selecting pod: Pod) -> [ServiceName] {
    let (namespace, labels) = (pod.metadata.namespace, pod.metadata.labels)
    return endpointIndex.candidates(in: namespace, for: labels).filter { name in
      get(Service.self, namespace: namespace, name: name)?.spec.selector.isSubset(of: labels) == true
    }.map { ServiceName(namespace: namespace, name: $0) }
  }

  /// Marks a Service whose endpoints are held, and takes the mark away when they no longer are.
  private mutating func note(_ count: LapsedCount?, of name: ServiceName, _ report: inout LifeReport) {
    guard let count else { return }
    if !count.isHeld { return endGuard(of: name) }
    let message = "\(count.lapsed) of \(count.total) leases lapsed at once; the last known endpoints are kept"
    if mark(name, isHeld: true, reason: "MassLeaseExpiry", message) { report.notes.append("\(name.key): \(message)") }
  }

  private mutating func endGuard(of name: ServiceName) {
    guard let service = get(Service.self, namespace: name.namespace, name: name.name),
      service.status.conditions.contains(where: { $0.type == Self.heldCondition && $0.isTrue }),
      !count(name, { _ in false }).isHeld
    else { return }
    mark(name, isHeld: false, reason: "LeasesRenewed", "")
  }

  /// Whether the mark is another one than before.
  @discardableResult
  private mutating func mark(_ name: ServiceName, isHeld: Bool, reason: String, _ message: String) -> Bool {
    guard let entry = entry(name.key), case .service(var service) = entry.object else { return false }
    service.status.conditions.set(
      Self.heldCondition, to: isHeld, reason: reason, message: message, at: settings.now())
    if service.object == entry.object { return false }
    store(service.object, from: entry.origin)
    return true
  }
}

// MARK: - Tracking

extension RegistryTransaction {
  /// Keeps count of which Pods live by which Leases, and of renewals.
  mutating func trackLife(_ old: ClusterObject?, _ new: ClusterObject?) {
    switch (old, new) {
    case (_, .lease(let lease)): trackRenewal(old.flatMap(Lease.init), lease)
    case (.pod, _), (_, .pod):
      trackRegistration(old.flatMap(Pod.init), new.flatMap(Pod.init))
      trackEnding(old, new)
    default: break
    }
  }

  private mutating func trackRenewal(_ old: Lease?, _ new: Lease) {
    if let old, old.spec.renewTime == new.spec.renewTime,
      old.spec.leaseDurationSeconds == new.spec.leaseDurationSeconds,
      old.spec.holderIdentity == new.spec.holderIdentity
    {
      return
    }
    lives.renew(new.key, new.spec.leaseDurationSeconds, now: settings.uptime())
  }

  /// The time of an end is the machine's, and is waited for by the clock that never goes back.
  private mutating func trackEnding(_ old: ClusterObject?, _ new: ClusterObject?) {
    guard old?.timeOfEnd != new?.timeOfEnd, let key = (new ?? old)?.key else { return }
    let now = settings.now()
    let left = new?.timeOfEnd.map { min(max($0, now), now + Int64(Int32.max)) - now }
    lives.setEnding(key, at: left.map { settings.uptime() + $0 * 1000 })
  }

  private mutating func trackRegistration(_ old: Pod?, _ new: Pod?) {
    guard old?.lease != new?.lease else { return }
    if let old, let lease = old.lease { lives.remove(old.metadata.name, from: lease) }
    if let new, let lease = new.lease {
      let seconds = get(Lease.self, namespace: lease.namespace, name: lease.name)?.spec.leaseDurationSeconds
      lives.add(new.metadata.name, to: lease, seconds, now: settings.uptime())
    }
  }
}
