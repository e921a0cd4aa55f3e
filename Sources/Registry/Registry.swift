// Registry: the objects of a cluster in memory, with one version that grows with every change, watches on what changes,
// and what Kubernetes' own controllers make of objects: ClusterIPs, node ports, endpoints.
//
// Transactions run one after the other, from any thread, and each is seen whole or not at all. Two locks keep it so: one
// for who writes, held until everybody has been told, and inside of it one for the objects, which readers take alone.
// With a store, transactions run on objects of their own, and readers see them when the store has kept them: `CommitQueue`.

public import ClusterModel
import Synchronization

/// The objects of a cluster: lists, watches, and transactions that change them.
public final class Registry: Sendable {
  /// Held while a transaction runs and its batch is handed out: batches reach everybody in the order of their versions.
  private let writing = Mutex(())
  let contents: Mutex<RegistryContents>
  /// The way of changes through a store; `nil` when memory is all there is.
  private let commits: CommitQueue?
  /// Rings when a Lease may lapse earlier than who waits for that knows.
  let alarm: DeadlineAlarm

  /// An empty registry in memory.
  ///
  /// - Parameter settings: its ranges must be usable; see ``RegistrySettings/problem``.
  public init(_ settings: RegistrySettings = RegistrySettings()) {
    precondition(settings.problem == nil, "the registry's settings were not checked")
    let empty = RegistryContents(settings)
    alarm = empty.objects.alarm
    contents = Mutex(empty)
    commits = nil
  }

  /// A registry that goes on where a store stands, and changes nothing that the store has not kept.
  ///
  /// - Parameter state: what the store has kept.
  /// - Parameter store: what keeps all changes.
  /// - Parameter settings: its ranges must be usable; see ``RegistrySettings/problem``.
  public init(_ settings: RegistrySettings, _ state: StoredState, keptBy store: any RegistryStore) {
    precondition(settings.problem == nil, "the registry's settings were not checked")
    let objects = RegistryTransaction(settings: settings, state)
    contents = Mutex(RegistryContents(objects.published, state))
    alarm = objects.alarm
    commits = CommitQueue(objects, reserved: state.reserved, store)
  }

  /// Changes objects: everything that the body does, and what follows from it, becomes one batch of events.
  ///
  /// Blocks until the batch is kept by the store, if there is one, and was handed to all subscriptions. A body that throws, and
  /// a store that fails (`ServiceUnavailable`), leave everything as it was. The body must not call the registry in other ways
  /// than through its argument.
  @discardableResult
  public func transaction<Result: Sendable>(
    _ body: (inout RegistryTransaction) throws(RegistryError) -> Result
  ) throws(RegistryError) -> Result {
    if let commits { return try commits.transaction(for: self, body) }
    return try writing.withLock { _ throws(RegistryError) in
      let (result, delivery) = try contents.withLock { contents throws(RegistryError) in try contents.run(body) }
      delivery.handOut()
      return result
    }
  }

  /// The same without blocking the thread while the store works: what `async` code calls, so that many writers share a write.
  @discardableResult
  public func commit<Result: Sendable>(
    isolation: isolated (any Actor)? = #isolation,
    _ body: (inout RegistryTransaction) throws(RegistryError) -> Result
  ) async throws(RegistryError) -> Result {
    guard let commits else { return try transaction(body) }
    return try await commits.commit(for: self, body)
  }

  /// The same without waiting for the store at all: the result must not be told to anybody before `whenKept` says so.
  ///
  /// - Parameter body: reads and changes the objects.
  /// - Parameter whenKept: told once, also when the body throws: `nil` when the store has kept all that the transaction has
  ///   done and seen, or why it has not. By any thread, maybe before this returns; it must be quick.
  @discardableResult
  public func transaction<Result: Sendable>(
    whenKept: @escaping @Sendable (RegistryError?) -> Void,
    _ body: (inout RegistryTransaction) throws(RegistryError) -> Result
  ) throws(RegistryError) -> Result {
    if let commits { return try commits.run(for: self, body) { _, failure in whenKept(failure) }.get() }
    defer { whenKept(nil) }
    return try transaction(body)
  }

  /// Shows batches to readers and hands them out, in the order of their versions.
  func publish(_ batches: [RegistryBatch]) {
    writing.withLock { _ in
      for batch in batches { contents.withLock { $0.publish(batch) }.handOut() }
    }
  }

  /// Reads several objects at one moment. The body must not call the registry.
  public func read<Result: Sendable>(_ body: (RegistryTransaction) -> Result) -> Result {
    contents.withLock { body($0.objects) }
  }
}

// MARK: - The store

extension Registry {
  /// How the store fares; without one all is well.
  public var storeHealth: StoreHealth { commits?.monitor.health ?? StoreHealth() }

  /// Has a function told when the store begins to fail, and when it works again: once for each kind of failure, whatever the
  /// number of writes. It runs on the thread that writes to the store, before the writers are told, and takes the place of an
  /// earlier one.
  public func followStore(_ tell: @escaping @Sendable (StoreNews) -> Void) { commits?.monitor.listen(tell) }
}

// MARK: - Reading

/// Some of the registry's objects at one moment.
public struct RegistryList: Sendable {
  /// The version at which the objects were what they are here.
  public let version: UInt64
  /// The objects by namespace and name.
  public let objects: [ClusterObject]
  /// The last object, when there are more behind it.
  public let continuation: ObjectKey?
  /// How many objects of the kind are behind that one, whatever else was asked of them; 0 at the end.
  public let remaining: Int
}

extension Registry {
  /// The version of the last change.
  public var version: UInt64 { contents.withLock { $0.objects.version } }

  /// The object of that name; `nil` when there is none.
  public func object(_ key: ObjectKey) -> ClusterObject? { contents.withLock { $0.objects.object(key) } }

  /// The object of that name and kind; `nil` when there is none.
  public func get<Object: KubernetesObject>(_ type: Object.Type, namespace: String = "", name: String) -> Object? {
    object(ObjectKey(Object.kind, namespace: namespace, name: name)).flatMap(Object.init)
  }

  /// The objects of one kind in the order of namespaces and names.
  ///
  /// - Parameters:
  ///   - kind: their kind.
  ///   - namespace: the namespace that they are in; `nil` for all.
  ///   - name: their name; `nil` for all.
  ///   - labels: the labels that they have.
  ///   - limit: the most objects, `nil` for all.
  ///   - key: begins behind this object, as ``RegistryList/continuation`` of an earlier part has it.
  ///   - isWanted: what the objects must be beside that; it must not call the registry.
  public func list(
    _ kind: ObjectKind, namespace: String? = nil, name: String? = nil, labels: LabelSelector = .everything,
    limit: Int? = nil, after key: ObjectKey? = nil, where isWanted: (ClusterObject) -> Bool = { _ in true }
  ) -> RegistryList {
    let filter = RegistryFilter([kind], namespace: namespace, name: name, labels: labels)
    return contents.withLock { $0.objects.list(kind, filter, limit, after: key, where: isWanted) }
  }
}

// MARK: - Watching

extension Registry {
  /// Hands all objects of the kinds there are, as one batch of additions, and from then on every batch, to a function that
  /// runs on the writer's thread before the transaction returns.
  ///
  /// The first batch comes before this returns, also when it is empty. The function may read the registry; it must not
  /// write, and must be quick, for it holds up all writers.
  public func subscribe(
    to kinds: Set<ObjectKind> = Set(ObjectKind.allCases), _ receive: @escaping @Sendable (RegistryBatch) -> Void
  ) -> RegistrySubscription {
    writing.withLock { _ in
      let subscription = RegistrySubscription(self, RegistryFilter(kinds), receive)
      let first = contents.withLock { contents in
        contents.subscriptions.append(subscription)
        return contents.objects.snapshot(RegistryFilter(kinds))
      }
      receive(first)
      return subscription
    }
  }

  /// Follows the changes behind a version; without a version the first batch holds all objects there are.
  ///
  /// The registry keeps no queue for a watch: one that is read too slowly fails with `Expired` when the history no longer
  /// reaches back to where it stands.
  ///
  /// - Throws: `Expired` for a version that the history has lost, `Timeout` for one that is still to come.
  public func watch(
    after version: UInt64? = nil, _ filter: RegistryFilter = RegistryFilter()
  ) throws(RegistryError) -> RegistryWatch {
    try contents.withLock { contents throws(RegistryError) in try contents.checkWatchable(version, filter) }
    return RegistryWatch(self, after: version, filter)
  }
}
