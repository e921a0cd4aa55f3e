public import ClusterModel

// How objects go. One whose finalizers are not empty is only marked, with `deletionTimestamp`, and goes with the update
// that takes the last one out. A namespace goes when nothing is in it any more; what belongs to an object goes after it.

extension RegistryTransaction {
  /// The namespaces that cannot be deleted.
  private static let lasting: Set<String> = ["default", "kube-public", "kube-system"]

  /// Takes an object away, or marks it as going when it has finalizers; a namespace takes with it what is in it.
  ///
  /// - Returns: the object as it was; one that stays for now, as it is.
  /// - Throws: `NotFound`, or `Forbidden` for the namespaces that every cluster has.
  @discardableResult
  public mutating func delete(_ key: ObjectKey) throws(RegistryError) -> ClusterObject {
    guard let entry = entry(key) else { throw .notFound(key) }
    guard key.kind == .namespace else { return remove(entry) }
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

  /// Says of an object that it is going.
  private mutating func mark(_ entry: ObjectTable.Entry, from origin: Origin) -> ClusterObject {
    if entry.object.metadata.deletionTimestamp != nil { return entry.object }
    var object = entry.object
    if case .namespace(var namespace) = object {
      namespace.phase = .terminating
      object = namespace.object
    }
    var metadata = object.metadata
    metadata.deletionTimestamp = settings.now()
    metadata.deletionGracePeriodSeconds = 0
    if metadata.generation > 0 { metadata.generation += 1 }
    object.metadata = metadata
    return store(object, from: origin)
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

  /// Whether this change takes out the last finalizer of an object that is going.
  func isReleased(after old: ClusterObject) -> Bool {
    metadata.deletionTimestamp != nil && finalizers.isEmpty && !old.finalizers.isEmpty
  }
}
