public import ClusterModel

/// Which objects belong to which others, by `metadata.ownerReferences`: those go when their last owner has gone.
///
/// Only owners of kinds that the registry has count, and the registry's own slices, which go with their Services anyway, do
/// not: so there is nothing to keep for most objects.
struct Dependents: Sendable {
  private var byOwner: [UID: Set<ObjectKey>] = [:]
  /// Owners that have gone and whose dependents are still to be looked at.
  private var gone: [UID] = []

  /// Follows a change of one object.
  mutating func track(_ key: ObjectKey, _ old: ClusterObject?, _ new: ClusterObject?) {
    for owner in old?.trackedOwners ?? [] {
      byOwner[owner.uid]?.remove(key)
      if byOwner[owner.uid]?.isEmpty == true { byOwner[owner.uid] = nil }
    }
    for owner in new?.trackedOwners ?? [] { byOwner[owner.uid, default: []].insert(key) }
    guard !byOwner.isEmpty, let uid = old?.metadata.uid, uid != new?.metadata.uid, byOwner[uid] != nil else { return }
    gone.append(uid)
  }

  /// The objects that belong to that one.
  func of(_ owner: UID) -> [ObjectKey] { (byOwner[owner] ?? []).sorted() }

  /// The next of those whose owner has gone; `nil` when all have been looked at.
  mutating func next() -> [ObjectKey]? { gone.popLast().map(of) }

  /// Forgets who has gone: the transaction is undone.
  mutating func forgetGone() { gone = [] }
}

extension RegistryTransaction {
  /// Takes away what belonged to objects that have gone, and to nothing that is still there.
  mutating func removeDependents() {
    while let keys = dependents.next() {
      for key in keys {
        guard let entry = entry(key), !hasOwner(entry.object) else { continue }
        remove(entry)
      }
    }
  }

  private func hasOwner(_ object: ClusterObject) -> Bool {
    object.metadata.ownerReferences.contains { owner in
      guard let key = owner.key(of: object) else { return true }
      return entry(key)?.object.metadata.uid == owner.uid
    }
  }

  /// Lets what belongs to an object stay without it.
  public mutating func orphanDependents(of key: ObjectKey) {
    guard let owner = entry(key)?.object.metadata.uid else { return }
    for key in dependents.of(owner) {
      guard let entry = entry(key) else { continue }
      var object = entry.object
      object.metadata.ownerReferences.removeAll { $0.uid == owner }
      store(object, from: entry.origin)
    }
  }
}

extension ClusterObject {
  /// The owners whose going is followed.
  fileprivate var trackedOwners: [OwnerReference] {
    let metadata = metadata
    if metadata.ownerReferences.isEmpty { return [] }
    if case .endpointSlice(let slice) = self, slice.manager != nil { return [] }
    return metadata.ownerReferences.filter { ObjectKind(name: $0.kind) != nil }
  }
}

extension OwnerReference {
  /// The key of the owner of an object; `nil` for kinds that the registry does not have.
  fileprivate func key(of object: ClusterObject) -> ObjectKey? {
    guard let kind = ObjectKind(name: kind), kind.apiVersion == apiVersion else { return nil }
    return ObjectKey(kind, namespace: kind.isNamespaced ? object.metadata.namespace : "", name: name)
  }
}
