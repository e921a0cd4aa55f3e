import ClusterModel
import GRDB
import Registry

/// Reads all that a database keeps, row by row, and checks each.
struct StateReader {
  private let db: Database
  private let objects = ObjectReader()

  init(_ db: Database) { self.db = db }

  func state() throws -> StoredState {
    guard let row = try Row.fetchOne(db, sql: "SELECT version, reserved, oldest FROM state") else {
      throw RegistryStoreError("the row of the state is missing")
    }
    var state = StoredState(
      version: try number(try row.value(0)), reserved: try number(try row.value(1)), objects: try readObjects(),
      oldest: try number(try row.value(2)))
    if let late = state.objects.first(where: { $0.object.metadata.resourceVersion > state.version }) {
      throw RegistryStoreError("\(late.object.key) is of a version that is still to come")
    }
    state.history = try readHistory(state)
    return state
  }

  private func number(_ value: Int64) throws(RegistryStoreError) -> UInt64 {
    guard let number = UInt64(exactly: value) else { throw RegistryStoreError("a version is negative: \(value)") }
    return number
  }

  private func readObjects() throws -> [StoredObject] {
    let rows = try Row.fetchCursor(db, sql: "SELECT kind, namespace, name, object, checksum, origin FROM objects")
    var found: [StoredObject] = []
    while let row = try rows.next() {
      let key = try objects.key(try row.value(0), try row.value(1), try row.value(2))
      guard let origin = Origin(text: try row.value(5)) else { throw RegistryStoreError("\(key) is of unknown origin") }
      found.append(StoredObject(try objects.object(key, try row.value(3), checksum: try row.value(4)), from: origin))
    }
    return found
  }

  /// The events from the last one to the first: what an object became is what the event behind it found, or what is stored.
  private func readHistory(_ state: StoredState) throws -> [RegistryBatch] {
    let sql =
      "SELECT version, batch, change, kind, namespace, name, previous, checksum FROM events ORDER BY version DESC"
    var became = try latest(state)
    var batches: [(version: UInt64, events: [RegistryEvent])] = []
    let rows = try Row.fetchCursor(db, sql: sql)
    while let row = try rows.next() {
      let (version, batch) = (try number(try row.value(0)), try number(try row.value(1)))
      let key = try objects.key(try row.value(3), try row.value(4), try row.value(5))
      let previous = try previous(key, try row.text(6), checksum: try row.value(7))
      guard let change = RegistryEvent.Change(text: try row.value(2)),
        let event = RegistryEvent(change, version, from: previous, to: became[key]), version <= batch
      else { throw RegistryStoreError("the history of \(key) breaks at version \(version)") }
      became[key] = previous
      if batches.last?.version != batch { batches.append((batch, [])) }
      batches[batches.count - 1].events.append(event)
    }
    return batches.reversed().map { RegistryBatch(version: $0.version, events: $0.events.reversed()) }
  }

  /// The stored objects that events are about.
  private func latest(_ state: StoredState) throws -> [ObjectKey: ClusterObject] {
    var keys: Set<ObjectKey> = []
    let rows = try Row.fetchCursor(db, sql: "SELECT DISTINCT kind, namespace, name FROM events")
    while let row = try rows.next() {
      keys.insert(try objects.key(try row.value(0), try row.value(1), try row.value(2)))
    }
    if keys.isEmpty { return [:] }
    var found: [ObjectKey: ClusterObject] = [:]
    for stored in state.objects where keys.contains(stored.object.key) { found[stored.object.key] = stored.object }
    return found
  }

  private func previous(_ key: ObjectKey, _ json: String?, checksum: Int64) throws(RegistryStoreError) -> ClusterObject?
  {
    if let json { return try objects.object(key, json, checksum: checksum) }
    guard StoredText.checksum(key, "") == checksum else {
      throw RegistryStoreError("the checksum of an event of \(key) does not fit")
    }
    return nil
  }
}

extension RegistryEvent {
  /// The event between two states of an object; `nil` when they do not fit the change.
  init?(_ change: Change, _ version: UInt64, from previous: ClusterObject?, to next: ClusterObject?) {
    switch (change, previous, next) {
    case (.added, nil, let next?), (.modified, .some, let next?):
      guard next.metadata.resourceVersion == version else { return nil }
      self.init(change: change, object: next, previous: previous)
    case (.deleted, let previous?, nil):
      var last = previous
      last.metadata.resourceVersion = version
      self.init(change: change, object: last, previous: previous)
    default: return nil
    }
  }
}

extension Row {
  /// The value of a column; a value of another type is an error.
  fileprivate func value<Value: DatabaseValueConvertible & StatementColumnConvertible>(_ index: Int) throws -> Value {
    try decode(Value.self, atIndex: index)
  }

  /// The same where there may be none.
  fileprivate func text(_ index: Int) throws -> String? { try decode(String?.self, atIndex: index) }
}
