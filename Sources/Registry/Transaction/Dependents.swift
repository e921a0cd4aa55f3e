import ClusterModel

/// Which objects belong to which others, by `metadata.ownerReferences`: those go when their last owner has gone, or before it
/// when it was deleted in the foreground.
///
/// Only owners of kinds that the registry has count, and the registry's own slices, which go with their Services anyway, do
/// not: so there is nothing to keep for most objects. All of it follows from the objects, and so outlives the process.
struct Dependents: Sendable {
  private var byOwner: [UID: Set<ObjectKey>] = [:]
  /// Owners that have gone and whose dependents are still to be looked at.
  private var gone: [UID] = []
  /// Owners that were deleted in the foreground and are still there.
  private var waiting: [UID: ObjectKey] = [:]
  /// Those of them that are to be looked at again.
  private var due: Set<UID> = []

  /// Follows a change of one object.
  mutating func track(_ key: ObjectKey, _ old: ObjectTable.Entry?, _ new: ObjectTable.Entry?) {
    trackWaiting(key, old, new)
    for owner in old?.object.trackedOwners ?? [] {
      byOwner[owner.uid]?.remove(key)
      if byOwner[owner.uid]?.isEmpty == true { byOwner[owner.uid] = nil }
      if isWaiting(owner.uid) { due.insert(owner.uid) }
    }
    for owner in new?.object.trackedOwners ?? [] {
      byOwner[owner.uid, default: []].insert(key)
      if isWaiting(owner.uid) { due.insert(owner.uid) }
    }
    guard !byOwner.isEmpty, let uid = old?.object.metadata.uid, uid != new?.object.metadata.uid, byOwner[uid] != nil
    else { return }
    gone.append(uid)
  }

  private mutating func trackWaiting(_ key: ObjectKey, _ old: ObjectTable.Entry?, _ new: ObjectTable.Entry?) {
    if !waiting.isEmpty, let uid = old?.object.metadata.uid { waiting[uid] = nil }
    guard let new, new.isDeletingDependents else { return }
    waiting[new.object.metadata.uid] = key
    due.insert(new.object.metadata.uid)
  }

  /// The objects that belong to that one.
  func of(_ owner: UID) -> [ObjectKey] { (byOwner[owner] ?? []).sorted() }

  /// Whether anything belongs to that object.
  func hasAny(of owner: UID) -> Bool { byOwner[owner] != nil }

  /// Whether the object was deleted in the foreground and is still there.
  func isWaiting(_ owner: UID) -> Bool { waiting[owner] != nil }

  /// The owners that wait and whose dependents have changed since the last call.
  mutating func takeDue() -> [ObjectKey] {
    if due.isEmpty { return [] }
    defer { due = [] }
    return due.compactMap { waiting[$0] }.sorted()
  }

  /// Whether there is anything to look at.
  var isTouched: Bool { !due.isEmpty || !gone.isEmpty }

  /// The next of those whose owner has gone; `nil` when all have been looked at.
  mutating func next() -> [ObjectKey]? { gone.popLast().map(of) }

  /// Forgets what was to be looked at: the transaction is undone.
  mutating func forgetChanges() {
    gone = []
    due = []
  }
}

extension ObjectTable.Entry {
  /// Whether the object was deleted in the foreground and is still there; those of manifests are as the files have them.
  fileprivate var isDeletingDependents: Bool { object.metadata.isDeletingDependents && !origin.isManifest }
}

extension ClusterObject {
  /// The owners whose going is followed.
  fileprivate var trackedOwners: [OwnerReference] {
    let metadata = metadata
    if metadata.ownerReferences.isEmpty { return [] }
    if case .endpointSlice(let slice) = self, slice.hasOwnController { return [] }
    return metadata.ownerReferences.filter { ObjectKind(name: $0.kind) != nil }
  }
}

extension EndpointSlice {
  /// Whether one of the registry's own controllers keeps the slice, or the same one of the cluster that a manifest shows.
  fileprivate var hasOwnController: Bool { manager == SliceController.selector || manager == SliceController.mirroring }
}
