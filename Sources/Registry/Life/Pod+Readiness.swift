import ClusterModel

extension Pod {
  /// The Lease that the Pod lives by, as its annotation names it; `nil` for one that lives by none.
  var lease: ObjectKey? {
    guard let name = metadata.annotations[WellKnownAnnotation.lease], !name.isEmpty else { return nil }
    return ObjectKey(.lease, namespace: metadata.namespace, name: name)
  }

  /// Whether probes have found the Pod's containers unwell.
  var isConfirmedDead: Bool {
    status.conditions.contains { $0.type == Self.containersReady && $0.status == "False" }
  }

  /// Whether the Pod is ready as far as its containers and its readiness gates say.
  var isReadyByItself: Bool {
    !isConfirmedDead
      && spec.readinessGates.allSatisfy { gate in status.conditions.contains { $0.type == gate && $0.isTrue } }
  }

  /// The condition that says whether probes succeed.
  static let containersReady = "ContainersReady"

  /// Sets a condition; the time of its change is kept when it stays as it was.
  mutating func set(_ type: String, to holds: Bool, reason: String = "", message: String = "", at now: Int64) {
    status.conditions.set(type, to: holds, reason: reason, message: message, at: now)
  }
}

extension [Condition] {
  /// Sets a condition; the time of its change is kept when it stays as it was.
  mutating func set(_ type: String, to holds: Bool, reason: String, message: String, at now: Int64) {
    let index = firstIndex { $0.type == type } ?? endIndex
    if index == endIndex { append(Condition(type: type)) }
    let status = holds ? "True" : "False"
    if self[index].status != status {
      self[index].status = status
      self[index].lastTransitionTime = now
    }
    self[index].reason = reason
    self[index].message = message
  }
}
