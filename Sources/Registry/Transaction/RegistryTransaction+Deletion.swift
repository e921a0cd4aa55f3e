public import ClusterModel

// How objects go. One whose finalizers are not empty is only marked, with `deletionTimestamp`, and goes with the update
// that takes the last one out. A Pod that lives by a Lease is marked too: its provider has a time to end. A namespace goes
// when nothing is in it any more; what belongs to an object goes after it, or, in the foreground, before it.

extension RegistryTransaction {
  /// Takes an object away, or marks it as going when it has finalizers; a namespace takes with it what is in it.
  ///
  /// - Parameter key: the object's key.
  /// - Parameter propagation: what becomes of what belongs to it; `nil` for what its finalizers ask for, and else
  ///   `background`. In the foreground the object stays, with the finalizer `foregroundDeletion`, as long as something that
  ///   blocks it cannot go yet. Said of an object that is going already, it is what counts from now on.
  /// - Parameter seconds: how long a Pod that lives by a Lease may take to end, 0 for not at all, `nil` for as long as it says
  ///   itself; other objects take no time.
  /// - Returns: the object as it was; one that stays for now, as it is.
  /// - Throws: `NotFound`, or `Forbidden` for the namespaces that every cluster has.
  @discardableResult
  public mutating func delete(
    _ key: ObjectKey, _ propagation: DeletionPropagation? = nil, grace seconds: Int64? = 0
  ) throws(RegistryError) -> ClusterObject {
    guard let entry = entry(key) else { throw .notFound(key) }
    if entry.object.isLasting { throw .forbidden(key, "this namespace may not be deleted") }
    let last = remove(entry, propagation, grace: entry.timeToEnd(seconds))
    if !dependents.isWaiting(entry.object.metadata.uid) { return last }
    removeDependents()
    return object(key) ?? entry.object
  }

  /// The same for an object that may be deleted; one that is to go in the foreground is marked, and waits for
  /// `removeDependents()`.
  @discardableResult
  mutating func remove(
    _ entry: ObjectTable.Entry, _ propagation: DeletionPropagation? = nil, grace seconds: Int64 = 0
  ) -> ClusterObject {
    let (key, metadata) = (entry.object.key, entry.object.metadata)
    if key.kind == .namespace { removeContents(of: key.name) }
    let propagation = propagation ?? metadata.propagation
    var finalizers = metadata.foreignFinalizers
    switch propagation {
    case .background: break
    case .foreground: if hasDependents(entry.object), let own = propagation.finalizer { finalizers.append(own) }
    case .orphan: orphanDependents(of: metadata.uid)
    }
    return end(entry, leaving: finalizers, grace: seconds)
  }

  /// Takes an object away, or marks it when it has time to end, when there are finalizers left or, of a namespace, something
  /// is in it.
  @discardableResult
  mutating func end(_ entry: ObjectTable.Entry, leaving finalizers: [String], grace seconds: Int64) -> ClusterObject {
    let key = entry.object.key
    let isFull = key.kind == .namespace && hasContents(key.name)
    if seconds > 0 || !finalizers.isEmpty || isFull { return mark(entry, finalizers, grace: seconds) }
    discard(key)
    return entry.object
  }

  /// Takes away what is in a namespace, whatever it had been asked to wait for.
  private mutating func removeContents(of namespace: String) {
    for key in contents(of: namespace) {
      if let entry = entry(key) { remove(entry, .background) }
    }
  }

  /// Says of an object that it is going, who must agree, and within how many seconds; of one that is going already, only when
  /// that is sooner. What the registry itself must finish is no longer as the manifests have it.
  private mutating func mark(
    _ entry: ObjectTable.Entry, _ finalizers: [String], grace seconds: Int64
  ) -> ClusterObject {
    var object = entry.object
    var metadata = object.metadata
    let isNew = metadata.deletionTimestamp == nil
    if isNew || seconds < metadata.deletionGracePeriodSeconds ?? 0 {
      metadata.deletionTimestamp = settings.now() + seconds
      metadata.deletionGracePeriodSeconds = seconds
      if isNew, metadata.generation > 0 { metadata.generation += 1 }
    }
    metadata.finalizers = finalizers
    object.metadata = metadata
    if case .namespace(var namespace) = object {
      namespace.phase = .terminating
      object = namespace.object
    }
    let isOwn = object.kind == .namespace || metadata.isDeletingDependents
    let origin = isOwn ? Origin.client : entry.origin
    return object == self.entry(object.key)?.object && origin == entry.origin ? object : store(object, from: origin)
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
  /// Whether the object is one of the namespaces that cannot be deleted.
  var isLasting: Bool {
    kind == .namespace && ["default", "kube-public", "kube-system"].contains(metadata.name)
  }

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
