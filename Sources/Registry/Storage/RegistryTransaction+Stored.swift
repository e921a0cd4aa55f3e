import ClusterModel

// Between the objects that transactions run on, those that readers see, and those that a store keeps.

extension RegistryTransaction {
  /// The objects that a store has kept, with all that is derived from them.
  init(settings: RegistrySettings, _ state: StoredState) {
    self.init(settings: settings)
    outlivesProcess = true
    for object in state.objects { restore(object) }
    version = max(state.version, state.reserved)
  }

  /// The same objects for readers, without what only writers need.
  var published: RegistryTransaction {
    var copy = RegistryTransaction(settings: settings)
    copy.tables = tables
    copy.version = version
    return copy
  }

  /// Takes over what a transaction has done to other objects that were like these.
  mutating func follow(_ batch: RegistryBatch) {
    for event in batch.events {
      let key = event.key
      let entry = event.change == .deleted ? nil : ObjectTable.Entry(object: event.object, origin: .client)
      tables[Int(key.kind.rawValue)][key.namespace, key.name] = entry
    }
    version = batch.version
  }

  /// What a store has to keep of changes that were just made.
  func stored(_ changes: TransactionChanges, reserving reserved: UInt64?) -> StoredTransaction {
    var seen: Set<ObjectKey> = []
    var touched: [StoredTransaction.Change] = []
    for step in changes.journal where changes.journal.count == 1 || seen.insert(step.key).inserted {
      let entry = entry(step.key)
      touched.append((step.key, entry.map { StoredObject($0.object, from: $0.origin) }))
    }
    return StoredTransaction(version: version, changes: touched, batch: changes.batch, reserved: reserved)
  }
}

extension TransactionChanges {
  /// Whether Leases were renewed and nothing else was done: what a restart may forget, for it gives every Lease its time anew.
  var areRenewals: Bool {
    guard let batch, journal.count == batch.events.count else { return false }
    return batch.events.allSatisfy { event in
      guard case .lease(let new) = event.object, case .lease(let old)? = event.previous else { return false }
      return event.change == .modified && new.differsInRenewalAlone(from: old)
    }
  }
}

extension Lease {
  /// Whether only the time of the last renewal is another one, and who wrote it when.
  fileprivate func differsInRenewalAlone(from old: Lease) -> Bool {
    guard spec.renewTime != old.spec.renewTime else { return false }
    var renewed = old
    renewed.spec.renewTime = spec.renewTime
    renewed.metadata.resourceVersion = metadata.resourceVersion
    renewed.metadata.managedFields = metadata.managedFields
    return renewed == self
  }
}
