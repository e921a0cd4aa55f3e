import ClusterModel

/// What the registry's lock guards: the objects, their past, and who is to be told.
struct RegistryContents: Sendable {
  var objects: RegistryTransaction
  private(set) var history: EventHistory
  var subscriptions: [RegistrySubscription] = []
  /// Watches that have read everything and wait for more.
  private var waiters: [UInt64: Waiter] = [:]
  private var lastWaiter: UInt64 = 0

  /// One watch that waits, and where the next batch goes.
  private struct Waiter: Sendable {
    let filter: RegistryFilter
    let continuation: CheckedContinuation<RegistryBatch?, Never>
  }

  init(_ settings: RegistrySettings) {
    objects = RegistryTransaction(settings: settings)
    history = EventHistory(limit: settings.historyOctets)
  }

  /// What a store has kept.
  init(_ objects: RegistryTransaction, _ state: StoredState) {
    self.objects = objects
    // What a store keeps of the past leaves renewals of Leases out.
    history = EventHistory(limit: objects.settings.historyOctets, from: state.oldest, leasesFrom: objects.version)
    for batch in state.history { history.append(batch) }
  }

  /// Runs a transaction. What it says must be handed out after the lock is gone.
  mutating func run<Result>(
    _ body: (inout RegistryTransaction) throws(RegistryError) -> Result
  ) throws(RegistryError) -> (Result, Delivery) {
    let (result, changes) = try objects.run(body)
    guard let batch = changes.batch else { return (result, Delivery()) }
    history.append(batch)
    return (result, delivery(of: batch))
  }

  /// Takes over what was done elsewhere. What it says must be handed out after the lock is gone.
  mutating func publish(_ batch: RegistryBatch) -> Delivery {
    objects.follow(batch)
    history.append(batch)
    return delivery(of: batch)
  }

  private mutating func delivery(of batch: RegistryBatch) -> Delivery {
    var delivery = Delivery(batch: batch, subscriptions: subscriptions)
    for (number, waiter) in waiters {
      guard let view = waiter.filter.view(batch) else { continue }
      waiters[number] = nil
      delivery.wakes.append((waiter.continuation, view))
    }
    return delivery
  }
}

// MARK: - Watches

/// What a watch finds when it looks.
enum WatchStep: Sendable {
  case batch(RegistryBatch)
  /// Nothing of interest up to this version.
  case nothing(upTo: UInt64)
}

extension RegistryContents {
  func checkWatchable(_ version: UInt64?, _ filter: RegistryFilter) throws(RegistryError) {
    guard let version else { return }
    if version > objects.version { throw .tooLarge(version, current: objects.version) }
    _ = try batches(after: version, filter)
  }

  /// The kept batches of the filter's kinds behind a version.
  func batches(after version: UInt64, _ filter: RegistryFilter) throws(RegistryError) -> MergedBatches {
    guard let batches = history.after(version, filter.kinds) else {
      throw .expired(version, oldest: history.oldest(filter.kinds))
    }
    return batches
  }

  /// The first batch of interest behind a version; everything there is, for no version.
  func step(after version: UInt64?, _ filter: RegistryFilter) throws(RegistryError) -> WatchStep {
    guard let version else { return .batch(objects.snapshot(filter)) }
    for batch in try batches(after: version, filter) {
      if let view = filter.view(batch) { return .batch(view) }
    }
    return .nothing(upTo: objects.version)
  }

  /// A number for a watch that is about to wait.
  mutating func newWaiter() -> UInt64 {
    lastWaiter += 1
    return lastWaiter
  }

  /// Lets a watch wait for the next batch behind `version`; a batch that has come meanwhile ends the wait at once.
  mutating func wait(
    _ number: UInt64, after version: UInt64, _ filter: RegistryFilter,
    _ continuation: CheckedContinuation<RegistryBatch?, Never>
  ) {
    if version == objects.version {
      waiters[number] = Waiter(filter: filter, continuation: continuation)
    } else {
      continuation.resume(returning: nil)
    }
  }

  /// Ends the wait of a watch that was cancelled.
  mutating func cancelWaiter(_ number: UInt64) -> CheckedContinuation<RegistryBatch?, Never>? {
    waiters.removeValue(forKey: number)?.continuation
  }
}

// MARK: - Telling

/// A batch on its way to those who are to be told.
struct Delivery: Sendable {
  var batch: RegistryBatch?
  var subscriptions: [RegistrySubscription] = []
  var wakes: [(CheckedContinuation<RegistryBatch?, Never>, RegistryBatch)] = []

  func handOut() {
    guard let batch else { return }
    for subscription in subscriptions { subscription.deliver(batch) }
    for (continuation, view) in wakes { continuation.resume(returning: view) }
  }
}

// MARK: - Lists

extension RegistryTransaction {
  mutating func list(
    _ kind: ObjectKind, _ filter: RegistryFilter, _ limit: Int?, after key: ObjectKey?,
    where isWanted: (ClusterObject) -> Bool
  ) -> RegistryList {
    var found: [ClusterObject] = []
    var hasMore = false
    let table = Int(kind.rawValue)
    let namespaces = filter.namespace.map { [$0] } ?? tables[table].namespaces
    for namespace in namespaces where !hasMore && namespace >= key?.namespace ?? "" {
      let name = namespace == key?.namespace ? key?.name : nil
      hasMore = !tables[table].walk(namespace, after: name) { object in
        guard filter.takes(object), isWanted(object) else { return true }
        if found.count == limit { return false }
        found.append(object)
        return true
      }
    }
    let last = hasMore ? found.last?.key : nil
    return RegistryList(
      version: version, objects: found, continuation: last, remaining: last.map { remaining($0, namespaces) } ?? 0)
  }

  /// How many objects of a kind are behind this one in those namespaces, which are in order.
  private func remaining(_ key: ObjectKey, _ namespaces: [String]) -> Int {
    let table = tables[Int(key.kind.rawValue)]
    return namespaces.reduce(0) { sum, namespace in
      if namespace < key.namespace { return sum }
      return sum + table.count(in: namespace, behind: namespace == key.namespace ? key.name : nil)
    }
  }

  /// All objects that the filter takes, as additions: those first that others are in.
  func snapshot(_ filter: RegistryFilter) -> RegistryBatch {
    var events: [RegistryEvent] = []
    for kind in ObjectKind.allCases where filter.kinds.contains(kind) {
      forEach(kind, in: kind.isNamespaced ? filter.namespace : nil) { entry in
        guard filter.takes(entry.object) else { return }
        events.append(RegistryEvent(change: .added, object: entry.object, previous: nil))
      }
    }
    return RegistryBatch(version: version, events: events)
  }
}
