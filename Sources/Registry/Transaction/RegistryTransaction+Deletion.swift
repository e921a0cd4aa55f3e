public import ClusterModel

// How objects go. One whose finalizers are not empty is only marked, with `deletionTimestamp`, and goes with the update
// that takes the last one out. A Pod that lives by a Lease is marked too: its provider has a time to end. A namespace goes when nothing is in it any more; what belongs to an object goes after it.

extension RegistryTransaction {
  /// The namespaces that cannot be deleted.
  private static let lasting: Set<String> = ["default", "kube-public", "kube-system"]

  /// Takes an object away, or marks it as going when it has finalizers; a namespace takes with it what is in it.
  ///
  /// - Parameter key: the object's key.
  /// - Parameter seconds: how long a Pod that lives by a Lease may take to end, 0 for not at all, `nil` for as long as it says
  ///   itself; other objects take no time.
  /// - Returns: the object as it was; one that stays for now, as it is.
  /// - Throws: `NotFound`, or `Forbidden` for the namespaces that every cluster has.
  @discardableResult
  public mutating func delete(_ key: ObjectKey, grace seconds: Int64? = 0) throws(RegistryError) -> ClusterObject {
    guard let entry = entry(key) else { throw .notFound(key) }
    guard key.kind == .namespace else {
      let time = entry.timeToEnd(seconds)
      return time > 0 ? mark(entry, from: entry.origin, grace: time) : remove(entry)
    }
    if Self.lasting.contains(key.name) { throw .forbidden(key, "this namespace may not be deleted") }
    for inner in contents(of: key.name) {
      if let entry = self.entry(inner) { remove(entry) }
    }
    if hasContents(key.name) { return mark(entry, from: .client) }
    return remove(entry)
  }

  @discardableResult
  mutating func remove(_ entry: ObjectTable.Entry) -> ClusterObject {
    if !entry.object.metadata.finalizers.isEmpty { return mark(entry, from: entry.origin) }
    discard(entry.object.key)
    return entry.object
  }

  /// Says of an object that it is going, within so many seconds; of one that is going already, only when that is sooner.
  private mutating func mark(
    _ entry: ObjectTable.Entry, from origin: Origin, grace seconds: Int64 = 0
  ) -> ClusterObject {
    let before = entry.object.metadata
    if before.deletionTimestamp != nil, seconds >= before.deletionGracePeriodSeconds ?? 0 { return entry.object }
    var object = entry.object
    if case .namespace(var namespace) = object {
      namespace.phase = .terminating
      object = namespace.object
    }
    var metadata = object.metadata
    metadata.deletionTimestamp = settings.now() + seconds
    metadata.deletionGracePeriodSeconds = seconds
    if metadata.generation > 0, before.deletionTimestamp == nil { metadata.generation += 1 }
    object.metadata = metadata
    return store(object, from: origin)
  }

  /// Takes the Pods away whose time to end is over.
  mutating func endOverdue(_ report: inout LifeReport) {
    for key in lives.takeEnding(now: settings.uptime()) {
      guard let entry = entry(key), entry.object.timeOfEnd != nil, !entry.origin.isManifest else { continue }
      report.notes.append("\(key) is taken away: its time to end is over")
      remove(entry)
    }
  }

  /// Lets the namespaces go that were deleted and in which nothing is left.
  mutating func finishNamespaces() {
    for name in terminatingNamespaces.sorted() where !hasContents(name) {
      guard let entry = entry(ObjectKey(.namespace, name: name)), case .namespace(var namespace) = entry.object
      else { continue }
      namespace.finalizers.removeAll { $0 == Namespace.finalizer }
      if namespace.object.finalizers.isEmpty {
        discard(namespace.key)
      } else if namespace.object != entry.object {
        store(namespace.object, from: entry.origin)
      }
    }
  }

  private func hasContents(_ namespace: String) -> Bool { tables.contains { $0.hasObjects(in: namespace) } }

  /// Keeps count of the namespaces that were deleted and are still there; those of manifests are as the files have them.
  mutating func trackNamespace(_ name: String, _ entry: ObjectTable.Entry?) {
    if let entry, entry.object.metadata.deletionTimestamp != nil, !entry.origin.isManifest {
      terminatingNamespaces.insert(name)
    } else {
      terminatingNamespaces.remove(name)
    }
  }

  /// The keys of all objects in a namespace.
  func contents(of namespace: String) -> [ObjectKey] {
    var keys: [ObjectKey] = []
    for kind in ObjectKind.allCases where kind.isNamespaced {
      forEach(kind, in: namespace) { keys.append($0.object.key) }
    }
    return keys.sorted()
  }
}

extension ClusterObject {
  /// Who must agree before the object goes.
  fileprivate var finalizers: [String] {
    guard case .namespace(let namespace) = self else { return metadata.finalizers }
    return namespace.metadata.finalizers + namespace.finalizers
  }

  /// Until when the object may take to end, in seconds since 1970; `nil` for one that takes no time.
  var timeOfEnd: Int64? { metadata.deletionGracePeriodSeconds ?? 0 > 0 ? metadata.deletionTimestamp : nil }

  /// Whether this change takes out the last finalizer of an object that is going, and whose time to end is over.
  func isReleased(after old: ClusterObject) -> Bool {
    metadata.deletionTimestamp != nil && timeOfEnd == nil && finalizers.isEmpty && !old.finalizers.isEmpty
  }
}

extension ObjectTable.Entry {
  /// How long the object may take to end, in seconds to some 60 years: none but a Pod that lives by a Lease, for only such a one
  /// has a provider who hears of it.
  fileprivate func timeToEnd(_ asked: Int64?) -> Int64 {
    guard case .pod(let pod) = object, pod.lease != nil, !pod.isFinished, !origin.isManifest else { return 0 }
    let seconds = asked ?? pod.spec.terminationGracePeriodSeconds
    return seconds < 0 ? 1 : min(seconds, Int64(Int32.max))
  }
}
