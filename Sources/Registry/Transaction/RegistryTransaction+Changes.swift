public import ClusterModel

/// Who writes, and what follows from it.
public enum RegistryWriter: Sendable, Hashable {
  /// A client of the API: the status has its own way in, and times and identities are the registry's.
  case client
  /// A manifest, which is a picture of a cluster: what it says about status, times and addresses is kept.
  case manifests
}

extension RegistryTransaction {
  /// Makes a new object.
  ///
  /// - Parameter object: the object.
  /// - Parameter writer: what kind of writer it is: some may set what others may not.
  /// - Parameter manager: who is noted as the owner of the fields that it sets; without one, `managedFields` stays as given.
  /// - Returns: the object as it is stored, with identity, version, defaults and addresses.
  /// - Throws: `Invalid` with the fields' errors, `AlreadyExists`, or `NotFound` for the namespace.
  @discardableResult
  public mutating func create(
    _ object: ClusterObject, by writer: RegistryWriter = .client, manager: String? = nil
  ) throws(RegistryError) -> ClusterObject {
    try create(object, by: writer, from: .client, manager: manager)
  }

  /// Replaces an object that exists.
  ///
  /// A `resourceVersion` other than 0 must be the stored one. An object that stays the same makes no event.
  ///
  /// - Parameter object: the object as it is to be.
  /// - Parameter writer: what kind of writer it is: some may set what others may not.
  /// - Parameter manager: who is noted as the owner of the fields that it changes; without one, `managedFields` stays as
  ///   given.
  /// - Returns: the object as it is stored.
  /// - Throws: `NotFound`, `Conflict`, or `Invalid` with the fields' errors.
  @discardableResult
  public mutating func update(
    _ object: ClusterObject, by writer: RegistryWriter = .client, manager: String? = nil
  ) throws(RegistryError) -> ClusterObject {
    guard let entry = entry(object.key) else { throw .notFound(object.key) }
    return try update(object, over: entry, by: writer, from: entry.origin, manager: manager)
  }

  /// Replaces the status of an object, and nothing else of it.
  ///
  /// - Throws: `NotFound`, `Conflict`, or `Invalid` with the fields' errors.
  @discardableResult
  public mutating func updateStatus(
    _ object: ClusterObject, manager: String? = nil
  ) throws(RegistryError) -> ClusterObject {
    guard let entry = entry(object.key) else { throw .notFound(object.key) }
    try checkVersion(object, entry.object)
    let new = entry.object.with(statusOf: object)
    if case .pod(let pod) = new, !settings.takesLoopbackPods { try check(pod.loopbackErrors, new.key) }
    return try replace(entry, by: noted(new, over: entry, manager, subresource: "status"), from: entry.origin)
  }
}

// MARK: - Steps

extension RegistryTransaction {
  mutating func create(
    _ object: ClusterObject, by writer: RegistryWriter, from origin: Origin, manager: String? = nil
  ) throws(RegistryError) -> ClusterObject {
    let key = object.key
    guard entry(key) == nil else { throw .alreadyExists(key) }
    if key.kind.isNamespaced { try checkNamespace(of: key, writer) }
    var new = noted(object.defaulted(), over: nil, manager)
    if writer == .client { new = new.strippedForCreation() }
    try check(new.validate(), key)
    if case .service(let service) = new { new = try allocate(service, previous: nil, writer).object }
    return store(identified(new, writer), from: origin)
  }

  mutating func update(
    _ object: ClusterObject, over entry: ObjectTable.Entry, by writer: RegistryWriter, from origin: Origin,
    manager: String? = nil
  ) throws(RegistryError) -> ClusterObject {
    let old = entry.object
    try checkVersion(object, old)
    var new = noted(object.defaulted(), over: entry, manager).continuing(old, writer)
    if case .service(let service) = new, case .service(let before) = old {
      new = try allocate(service.takingOver(before), previous: before, writer).object
    }
    return try replace(entry, by: new, from: origin)
  }

  /// The last steps of every update: checks against what was there, counts generations, and stores what has changed.
  mutating func replace(
    _ entry: ObjectTable.Entry, by object: ClusterObject, from origin: Origin
  ) throws(RegistryError) -> ClusterObject {
    var new = object
    new.metadata.resourceVersion = entry.object.metadata.resourceVersion
    try check(new.validateUpdate(from: entry.object), new.key)
    if new.isSame(as: entry.object) {
      if origin != entry.origin { relabel(entry, origin) }
      return entry.object
    }
    if new.isReleased(after: entry.object) {
      discard(new.key)
      return new
    }
    if new.metadata.generation > 0, new.desires(otherThan: entry.object) { new.metadata.generation += 1 }
    return store(new, from: origin)
  }

  private func checkNamespace(of key: ObjectKey, _ writer: RegistryWriter) throws(RegistryError) {
    let namespace = ObjectKey(.namespace, name: key.namespace)
    guard let entry = entry(namespace) else { throw .notFound(namespace) }
    if writer == .client, entry.object.metadata.deletionTimestamp != nil { throw .terminating(key) }
  }

  func checkVersion(_ object: ClusterObject, _ old: ClusterObject) throws(RegistryError) {
    let (wanted, uid) = (object.metadata.resourceVersion, object.metadata.uid)
    guard wanted == 0 || wanted == old.metadata.resourceVersion, uid.isNone || uid == old.metadata.uid
    else { throw .conflict(old.key) }
  }

  private func check(_ errors: [FieldError], _ key: ObjectKey) throws(RegistryError) {
    if !errors.isEmpty { throw .invalid(key, errors) }
  }

  /// The highest generation that a new object has: what JavaScript's numbers hold exactly.
  private static let generationLimit: Int64 = 1 << 53

  /// A new object with what the registry gives to each: identity, time, generation.
  private mutating func identified(_ object: ClusterObject, _ writer: RegistryWriter) -> ClusterObject {
    var metadata = object.metadata
    if writer == .client || metadata.uid.isNone { metadata.uid = newUID() }
    if writer == .client || metadata.creationTimestamp == 0 { metadata.creationTimestamp = settings.now() }
    // A client has no say in it, and a manifest's leaves room to count on.
    metadata.generation = writer == .client ? 0 : min(metadata.generation, Self.generationLimit)
    if object.kind.countsGenerations { metadata.generation = max(1, metadata.generation) }
    if case .namespace = object { metadata.labels[WellKnownLabel.namespaceName] = metadata.name }
    var identified = object
    identified.metadata = metadata
    return identified
  }
}

extension ObjectKind {
  /// Whether Kubernetes counts how often the desired state of such objects changes.
  fileprivate var countsGenerations: Bool { self == .endpointSlice || self == .pod }
}
