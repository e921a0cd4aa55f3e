extension FieldOwnership {
  /// How many writers that do not apply are told apart; the fields of older ones are put together.
  private static let updaterLimit = 10
  /// Who has the fields of the older ones.
  private static let ancient = "ancient-changes"

  /// Notes a write: what it changed is the writer's, what it took away is nobody's.
  mutating func note(_ changes: FieldChanges, by writer: FieldWriter, _ apiVersion: String) {
    release(changes.all)
    let taken = changes.assigned
    guard !taken.isEmpty else { return }
    let owner = FieldOwner(writer.name, .update, apiVersion: apiVersion, subresource: writer.subresource)
    let fields = self[owner]?.fields.union(taken) ?? taken
    self[owner] = Share(owner: owner, time: writer.time, fields: fields)
    capUpdaters()
  }

  /// Puts the oldest writers' fields together while there are too many of them.
  private mutating func capUpdaters() {
    while true {
      let updaters = shares.filter { $0.owner.operation == .update }.sorted {
        ($0.time, $0.owner.name) < ($1.time, $1.owner.name)
      }
      guard updaters.count > Self.updaterLimit else { return }
      let (oldest, next) = (updaters[0], updaters[1])
      self[oldest.owner] = nil
      self[next.owner] = nil
      let bucket = FieldOwner(Self.ancient, .update, apiVersion: next.owner.apiVersion)
      let fields = oldest.fields.union(next.fields).union(self[bucket]?.fields ?? FieldSet())
      self[bucket] = Share(owner: bucket, time: next.time, fields: fields)
    }
  }
}

extension ClusterObject {
  /// Who has which fields after a write that is no apply.
  ///
  /// What the object itself says in `managedFields` counts in place of what was there, when it can be read; a single empty
  /// entry takes everything from everybody. Call it with what the writer gave and the kind's defaults, before the
  /// registry fills in what is its own.
  ///
  /// - Parameters:
  ///   - writer: who wrote.
  ///   - old: the object as it was; `nil` for a new one.
  ///   - owned: who had which fields of the old one, when it has no `managedFields`.
  public func managedFields(
    after writer: FieldWriter, from old: ClusterObject?, owned: [ManagedFieldsEntry] = []
  ) -> [ManagedFieldsEntry] {
    if let renewed = managedFields(renewedBy: writer, from: old) { return renewed }
    let shape = FieldShape.of(kind)
    let documents = old.map { fieldDocuments(differingFrom: $0) } ?? (old: shape.empty, new: fieldDocument)
    let changes = FieldChanges(from: documents.old, to: documents.new, shape)
    var ownership = givenOwnership(old, owned)
    let unowned = kind.unownedFields(writer.subresource) + derivedFields
    ownership.note(changes.ignoring(unowned), by: writer, apiVersion)
    return ownership.entries
  }

  /// What a writer says of the owners, or else what was known of them.
  private func givenOwnership(_ old: ClusterObject?, _ owned: [ManagedFieldsEntry]) -> FieldOwnership {
    let given = metadata.managedFields
    if given == [ManagedFieldsEntry()] { return FieldOwnership() }
    if let ownership = try? FieldOwnership(given), !ownership.shares.isEmpty { return ownership }
    return old?.fieldOwnership(owned) ?? FieldOwnership()
  }

  /// Who has which fields; what cannot be read is nobody's.
  func fieldOwnership(_ otherwise: [ManagedFieldsEntry]) -> FieldOwnership {
    let known = metadata.managedFields
    return (try? FieldOwnership(known.isEmpty ? otherwise : known)) ?? FieldOwnership()
  }

  /// Who has which fields of an object that nobody has noted anything of: one owner has all that an author can give.
  public func managedFields(ofSoleOwner name: String) -> [ManagedFieldsEntry] {
    let shape = FieldShape.of(kind)
    let changes = FieldChanges(from: shape.empty, to: withoutAllocations.fieldDocument, shape)
    var ownership = FieldOwnership()
    ownership.note(
      changes.ignoring(kind.unownedFields("") + derivedFields), by: FieldWriter(name, time: metadata.creationTimestamp),
      apiVersion)
    return ownership.entries
  }

  /// Fields that only say in another form what somebody said of another field: a single address in `clusterIPs`.
  private var derivedFields: [[String]] {
    guard case .service(let service) = self, service.spec.clusterIPTexts.count == 1 else { return [] }
    return [["spec", "clusterIPs"]]
  }

  /// The object without what the registry allocates.
  private var withoutAllocations: ClusterObject {
    guard case .service(var service) = self else { return self }
    if !service.spec.isHeadless { service.spec.clusterIPs = [] }
    service.spec.ipFamilies = []
    service.spec.ipFamilyPolicy = nil
    service.spec.healthCheckNodePort = 0
    for index in service.spec.ports.indices { service.spec.ports[index].nodePort = 0 }
    return .service(service)
  }
}

extension ObjectKind {
  /// The fields that nobody owns, or that writes through that subresource do not change.
  func unownedFields(_ subresource: String) -> [[String]] {
    let other = subresource.isEmpty ? "status" : "spec"
    return Self.identity + (self == .namespace ? [[other], ["spec", "finalizers"]] : [[other]])
  }

  /// What an object is, and what the registry says of it.
  private static let identity =
    [["apiVersion"], ["kind"]]
    + ["name", "namespace", "uid", "selfLink", "creationTimestamp", "generation", "managedFields", "resourceVersion"]
    .map { ["metadata", $0] }
}

extension ManagedFieldsEntry {
  /// The entry without its time.
  private var timeless: ManagedFieldsEntry {
    var entry = self
    entry.time = 0
    return entry
  }

  /// Whether two lists of entries differ in nothing but times.
  static func differInTimesOnly(_ a: [ManagedFieldsEntry], _ b: [ManagedFieldsEntry]) -> Bool {
    a.count == b.count && Set(a.map(\.timeless)) == Set(b.map(\.timeless))
  }
}

extension ClusterObject {
  /// Whether the object is the same as an older state of it, apart from when its fields came to their owners.
  public func isSame(as old: ClusterObject) -> Bool {
    if self == old { return true }
    let (new, before) = (metadata.managedFields, old.metadata.managedFields)
    guard new != before, ManagedFieldsEntry.differInTimesOnly(new, before) else { return false }
    var copy = self
    copy.metadata.managedFields = before
    return copy == old
  }
}
