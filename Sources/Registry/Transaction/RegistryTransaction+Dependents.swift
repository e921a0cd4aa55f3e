import ClusterModel

// What becomes of objects that belong to others (Kubernetes' garbage collector), within the transaction that it follows from.

extension RegistryTransaction {
  /// Takes away what belonged to objects that have gone, and to nothing that is still there, and what belongs to objects
  /// that wait for it to go. Each round looks at what the last one has left, so that long chains need no deep stack.
  mutating func removeDependents() {
    while true {
      let due = dependents.takeDue()
      for owner in due { settle(owner) }
      if !due.isEmpty { continue }
      guard let keys = dependents.next() else { return }
      for key in keys {
        guard let entry = entry(key), !entry.object.metadata.ownerReferences.contains(where: { isThere($0, key) })
        else { continue }
        collect(entry)
      }
    }
  }

  /// Whether an object has what must go before it: objects that belong to it, and a Service its slices.
  func hasDependents(_ object: ClusterObject) -> Bool {
    object.kind == .service || dependents.hasAny(of: object.metadata.uid)
  }

  /// Lets what belongs to an object stay without it.
  mutating func orphanDependents(of owner: UID) {
    for key in dependents.of(owner) {
      guard let entry = entry(key) else { continue }
      var object = entry.object
      object.metadata.ownerReferences.removeAll { $0.uid == owner }
      store(object, from: entry.origin)
    }
  }

  /// Deletes what belongs to an object that waits for it, and lets the object go when nothing holds it any more.
  private mutating func settle(_ owner: ObjectKey) {
    guard let uid = entry(owner)?.object.metadata.uid, dependents.isWaiting(uid) else { return }
    for key in dependents.of(uid) where key != owner { collect(waitedFor: key) }
    if owner.kind == .service { reconcileEndpoints() }
    let isHeld = dependents.of(uid).contains { key in
      key != owner && entry(key)?.object.metadata.blocks(uid) == true
    }
    guard !isHeld, let entry = entry(owner) else { return }
    let metadata = entry.object.metadata
    end(entry, leaving: metadata.foreignFinalizers, grace: metadata.deletionGracePeriodSeconds ?? 0)
  }

  /// Takes away an object whose owner waits for it. One that has another owner only lets go of those that are on their way out.
  private mutating func collect(waitedFor key: ObjectKey) {
    guard let entry = entry(key), entry.object.metadata.deletionTimestamp == nil else { return }
    var object = entry.object
    let lasting = object.metadata.ownerReferences.filter { isThere($0, key) && !dependents.isWaiting($0.uid) }
    guard lasting.isEmpty else {
      object.metadata.ownerReferences = lasting
      store(object, from: entry.origin)
      return
    }
    guard hasDependents(object) else { return collect(entry) }
    // In a circle of owners somebody must go first.
    let closesCircle = dependents.of(object.metadata.uid).contains { key in
      self.entry(key).map { dependents.isWaiting($0.object.metadata.uid) } ?? false
    }
    if closesCircle { object.metadata.unblock() }
    collect(ObjectTable.Entry(object: object, origin: entry.origin), .foreground)
  }

  /// Takes away an object that nobody needs, but for the namespaces that every cluster has.
  private mutating func collect(_ entry: ObjectTable.Entry, _ propagation: DeletionPropagation? = nil) {
    if !entry.object.isLasting { remove(entry, propagation) }
  }

  /// Whether the owner of an object is there; those of kinds that the registry does not have always are.
  private func isThere(_ owner: OwnerReference, _ object: ObjectKey) -> Bool {
    guard let key = owner.key(in: object.namespace) else { return true }
    return entry(key)?.object.metadata.uid == owner.uid
  }
}

extension ObjectMeta {
  /// Whether an owner that was deleted in the foreground waits for this object to go.
  fileprivate func blocks(_ owner: UID) -> Bool {
    ownerReferences.contains { $0.uid == owner && $0.blockOwnerDeletion == true }
  }

  /// Has no owner wait for this object.
  fileprivate mutating func unblock() {
    for index in ownerReferences.indices where ownerReferences[index].blockOwnerDeletion == true {
      ownerReferences[index].blockOwnerDeletion = false
    }
  }
}

extension OwnerReference {
  /// The key of the owner of an object of that namespace; `nil` for kinds that the registry does not have.
  fileprivate func key(in namespace: String) -> ObjectKey? {
    guard let kind = ObjectKind(name: kind), kind.apiVersion == apiVersion else { return nil }
    return ObjectKey(kind, namespace: kind.isNamespaced ? namespace : "", name: name)
  }
}
