public import ClusterModel
import NetworkAddresses

/// What one transaction sees and may do: everything in the registry, alone.
///
/// Each change is checked, and made or refused, by itself; what follows from the changes (endpoints of Services) is
/// made when the body of the transaction ends, and all of it becomes one batch of events.
public struct RegistryTransaction: Sendable {
  let settings: RegistrySettings
  var tables = [ObjectTable](repeating: ObjectTable(), count: ObjectKind.allCases.count)
  /// The version of the last change.
  public internal(set) var version: UInt64 = 0
  var addresses: AddressAllocator
  var nodePorts: PortAllocator
  var endpointIndex = EndpointIndex()
  var dependents = Dependents()
  var lives = LeaseLives()
  /// Rings when a Lease may lapse earlier than who waits for that knows.
  let alarm = DeadlineAlarm()
  var loadBalancers: LoadBalancerPool
  /// The Services whose load balancer's addresses are to be looked at again.
  var balancing: Set<ObjectKey> = []
  /// The Services for which the pool had no address.
  var pendingBalancers: Set<ObjectKey> = []
  /// The namespaces that wait for what is in them to go.
  var terminatingNamespaces: Set<String> = []
  /// Whether objects outlive the process, so that what is noted of them must mean the same in the next one.
  var outlivesProcess = false
  private var sharedLists = SharedLists()
  private var sharedFieldSets = SharedFieldSets()
  /// What the transaction has changed so far, with what was there before.
  private var journal: [JournalEntry] = []
  private var randomness = SystemRandomNumberGenerator()

  init(settings: RegistrySettings) {
    self.settings = settings
    addresses = AddressAllocator(settings.serviceRanges)
    nodePorts = PortAllocator(settings.nodePorts)
    loadBalancers = LoadBalancerPool(settings.loadBalancerRanges)
  }
}

// MARK: - Reading

extension RegistryTransaction {
  /// The object of that name; `nil` when there is none.
  public func object(_ key: ObjectKey) -> ClusterObject? { entry(key)?.object }

  /// The object of that name and kind; `nil` when there is none.
  public func get<Object: KubernetesObject>(
    _ type: Object.Type, namespace: String = "", name: String
  ) -> Object? {
    object(ObjectKey(Object.kind, namespace: namespace, name: name)).flatMap(Object.init)
  }

  /// How many objects of the kind there are.
  public func count(of kind: ObjectKind) -> Int { tables[Int(kind.rawValue)].count }

  func entry(_ key: ObjectKey) -> ObjectTable.Entry? { tables[Int(key.kind.rawValue)][key.namespace, key.name] }

  /// Every object of the kind, in no order.
  func forEach(_ kind: ObjectKind, in namespace: String? = nil, _ visit: (ObjectTable.Entry) -> Void) {
    tables[Int(kind.rawValue)].forEach(in: namespace, visit)
  }
}

// MARK: - Writing

extension RegistryTransaction {
  /// Puts an object in place, or takes it away, without any check; all that is derived from objects follows.
  mutating func put(_ key: ObjectKey, _ entry: ObjectTable.Entry?) {
    let previous = self.entry(key)
    journal.append(JournalEntry(key: key, previous: previous, version: version, isSeen: true))
    replace(key, previous, entry)
  }

  /// Notes that an object, as it is, belongs to somebody else now; that is no change that watches show.
  mutating func relabel(_ entry: ObjectTable.Entry, _ origin: Origin) {
    let key = entry.object.key
    journal.append(JournalEntry(key: key, previous: entry, version: version, isSeen: false))
    replace(key, entry, ObjectTable.Entry(object: entry.object, origin: origin))
  }

  /// Stores an object under a new version, as a new one or in the place of an older one.
  @discardableResult
  mutating func store(_ object: ClusterObject, from origin: Origin) -> ClusterObject {
    var stored = sharedFieldSets.share(sharedLists.share(object))
    version += 1
    stored.metadata.resourceVersion = version
    put(stored.key, ObjectTable.Entry(object: stored, origin: origin))
    return stored
  }

  /// Takes an object away under a new version.
  mutating func discard(_ key: ObjectKey) {
    version += 1
    put(key, nil)
  }

  private mutating func replace(_ key: ObjectKey, _ old: ObjectTable.Entry?, _ new: ObjectTable.Entry?) {
    tables[Int(key.kind.rawValue)][key.namespace, key.name] = new
    if key.kind == .service {
      nodePorts.release(old?.object.claimedNodePorts ?? [])
      addresses.release(old?.object.claimedAddresses ?? [])
      nodePorts.claim(new?.object.claimedNodePorts ?? [])
      addresses.claim(new?.object.claimedAddresses ?? [])
      trackLoadBalancer(key, (old?.object).flatMap(Service.init), (new?.object).flatMap(Service.init))
    }
    if key.kind == .lease || key.kind == .pod { trackLife(old?.object, new?.object) }
    if key.kind == .namespace { trackNamespace(key.name, new) }
    dependents.track(key, old, new)
    trackEndpoints(key, old?.object, new?.object)
  }

  /// A new identity.
  mutating func newUID() -> UID { UID.random(using: &randomness) }
}

// MARK: - Beginning and end

extension RegistryTransaction {
  /// Runs a body, then what follows from it; a body that throws leaves everything as it was.
  mutating func run<Result>(
    _ body: (inout RegistryTransaction) throws(RegistryError) -> Result
  ) throws(RegistryError) -> (Result, TransactionChanges) {
    let start = version
    do throws(RegistryError) {
      let result = try body(&self)
      repeat {
        removeDependents()
        reconcileLives()
        reconcileLoadBalancers()
        reconcileEndpoints()
        finishNamespaces()
      } while dependents.isTouched
      if lives.isAlarming { alarm.ring() }
      let journal = journal
      return (result, TransactionChanges(start: start, journal: journal, batch: takeBatch()))
    } catch {
      undo(TransactionChanges(start: start, journal: journal, batch: nil))
      throw error
    }
  }

  /// Makes everything as it was before a transaction; those that came after it must be undone already.
  mutating func undo(_ changes: TransactionChanges) {
    for change in changes.journal.reversed() { replace(change.key, entry(change.key), change.previous) }
    journal = []
    endpointIndex.forgetDirty()
    dependents.forgetChanges()
    lives.forgetRenewed()
    version = changes.start
  }

  /// Puts an object back that a store has kept, under its own version; nobody is told.
  mutating func restore(_ kept: StoredObject) {
    let object = sharedFieldSets.share(sharedLists.share(kept.object))
    replace(object.key, entry(object.key), ObjectTable.Entry(object: object, origin: kept.origin))
    endpointIndex.forgetDirty()
    lives.forgetRenewed()
  }

  /// The changes since the last batch, one for each object, in the order of their versions.
  private mutating func takeBatch() -> RegistryBatch? {
    defer { journal = [] }
    guard !journal.isEmpty else { return nil }
    var first: [ObjectKey: Int] = [:]
    var last: [ObjectKey: Int] = [:]
    for (index, change) in journal.enumerated() where change.isSeen {
      if let earlier = last.updateValue(index, forKey: change.key) { first[change.key] = first[change.key] ?? earlier }
    }
    var events: [RegistryEvent] = []
    events.reserveCapacity(last.count)
    for (index, change) in journal.enumerated() where last[change.key] == index {
      let previous = first[change.key].map { journal[$0].previous } ?? change.previous
      if let event = change.event(from: previous?.object, to: entry(change.key)?.object) { events.append(event) }
    }
    return events.isEmpty ? nil : RegistryBatch(version: version, events: events)
  }
}

/// What one transaction has done.
struct TransactionChanges: Sendable {
  /// The version before it.
  let start: UInt64
  /// Each step, with what was there before.
  let journal: [JournalEntry]
  /// What watches are told; `nil` for nothing.
  let batch: RegistryBatch?
}

/// One change of a transaction.
struct JournalEntry: Sendable {
  let key: ObjectKey
  /// What was there before; `nil` for nothing.
  let previous: ObjectTable.Entry?
  /// The version that the change made.
  let version: UInt64
  /// Whether the object itself has changed.
  let isSeen: Bool

  /// What has become of the object; `nil` when it is as it was, or came and went within the transaction.
  fileprivate func event(from old: ClusterObject?, to new: ClusterObject?) -> RegistryEvent? {
    if let new {
      if old?.metadata.resourceVersion == new.metadata.resourceVersion { return nil }
      return RegistryEvent(change: old == nil ? .added : .modified, object: new, previous: old)
    }
    guard let old else { return nil }
    var last = old
    last.metadata.resourceVersion = version
    return RegistryEvent(change: .deleted, object: last, previous: old)
  }
}

extension ClusterObject {
  /// The addresses that a Service keeps from all others.
  fileprivate var claimedAddresses: [IPAddress] {
    guard case .service(let service) = self else { return [] }
    return Array(service.spec.clusterIPs)
  }

  /// The node ports that a Service keeps from all others.
  fileprivate var claimedNodePorts: [Int32] {
    guard case .service(let service) = self else { return [] }
    return service.spec.ports.map(\.nodePort).filter { $0 != 0 } + [service.spec.healthCheckNodePort].filter { $0 != 0 }
  }
}
