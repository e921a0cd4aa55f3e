import ClusterModel

/// The latest changes. Those of Leases have a ring of their own: they are renewed by the thousand a second, and would push out
/// everything else that watches go on from.
struct EventHistory: Sendable {
  private var others: EventRing
  private var leases: EventRing

  /// An empty history.
  ///
  /// - Parameters:
  ///   - limit: the most octets of changes other than those of Leases; these may take half as many beside.
  ///   - version: every change behind it will be here.
  ///   - leasesFrom: the same for Leases; `nil` for the same version.
  init(limit: Int, from version: UInt64 = 0, leasesFrom: UInt64? = nil) {
    others = EventRing(limit: limit, from: version)
    leases = EventRing(limit: limit / 2, from: leasesFrom ?? version)
  }

  /// Adds a batch, and lets the oldest ones go for it. Amortised O(events).
  mutating func append(_ batch: RegistryBatch) {
    let renewed = batch.events.count { $0.object.kind == .lease }
    if renewed == 0 { return others.append(batch) }
    if renewed == batch.events.count { return leases.append(batch) }
    others.append(RegistryBatch(version: batch.version, events: batch.events.filter { $0.object.kind != .lease }))
    leases.append(RegistryBatch(version: batch.version, events: batch.events.filter { $0.object.kind == .lease }))
  }

  /// Every change of these kinds behind this version is here.
  func oldest(_ kinds: Set<ObjectKind>) -> UInt64 {
    if !kinds.contains(.lease) { return others.oldest }
    return kinds.count == 1 ? leases.oldest : max(leases.oldest, others.oldest)
  }

  /// The batches with changes of these kinds behind a version, oldest first, which may have changes of other kinds in them;
  /// `nil` when some of them are gone. O(log n), and then what is read of them.
  func after(_ version: UInt64, _ kinds: Set<ObjectKind>) -> MergedBatches? {
    guard version >= oldest(kinds) else { return nil }
    let hasLeases = kinds.contains(.lease)
    return MergedBatches(
      hasLeases && kinds.count == 1 ? [] : others.after(version), hasLeases ? leases.after(version) : [])
  }
}

/// The batches of two rings in the order of their versions; what was one batch is one again.
struct MergedBatches: Sequence, IteratorProtocol {
  private var first: ArraySlice<RegistryBatch>
  private var second: ArraySlice<RegistryBatch>

  init(_ first: ArraySlice<RegistryBatch>, _ second: ArraySlice<RegistryBatch>) {
    self.first = first
    self.second = second
  }

  mutating func next() -> RegistryBatch? {
    guard let one = first.first else { return second.popFirst() }
    guard let other = second.first else { return first.popFirst() }
    if one.version < other.version { return first.popFirst() }
    if one.version > other.version { return second.popFirst() }
    first.removeFirst()
    second.removeFirst()
    return RegistryBatch(version: one.version, events: (one.events + other.events).sorted { $0.version < $1.version })
  }
}

/// The latest batches, as many as fit into a number of octets.
private struct EventRing: Sendable {
  /// The most octets that the kept batches may hold.
  private let limit: Int
  /// The kept batches, oldest first, from `head` on.
  private var batches: [RegistryBatch] = []
  private var head = 0
  private var octets = 0
  /// Every batch behind this version is kept.
  private(set) var oldest: UInt64

  init(limit: Int, from version: UInt64) {
    self.limit = limit
    oldest = version
  }

  mutating func append(_ batch: RegistryBatch) {
    batches.append(batch)
    octets += batch.weight
    while octets > limit, head < batches.count { dropFirst() }
    if head > 64, head > batches.count / 2 {
      batches.removeFirst(head)
      head = 0
    }
  }

  private mutating func dropFirst() {
    octets -= batches[head].weight
    oldest = batches[head].version
    batches[head] = RegistryBatch(version: oldest, events: [])
    head += 1
  }

  /// The batches behind a version that is not before ``oldest``, oldest first. O(log n).
  func after(_ version: UInt64) -> ArraySlice<RegistryBatch> {
    var low = head
    var high = batches.count
    while low < high {
      let middle = (low + high) / 2
      if batches[middle].version <= version { low = middle + 1 } else { high = middle }
    }
    return batches[low...]
  }
}

extension RegistryBatch {
  /// About how many octets the batch keeps alive.
  fileprivate var weight: Int {
    events.reduce(64) { $0 + 32 + $1.object.weight + ($1.previous?.weight ?? 0) }
  }
}

extension ClusterObject {
  /// About how many octets the object takes.
  fileprivate var weight: Int {
    let metadata = metadata
    return ownWeight + metadata.labels.weight + metadata.annotations.weight
  }

  /// The weight without labels and annotations.
  private var ownWeight: Int {
    switch self {
    case .namespace: 256
    case .node(let node): 512 + 64 * (node.status.addresses.count + node.status.conditions.count)
    case .service(let service): 384 + 64 * service.spec.ports.count + 32 * service.spec.selector.count
    case .endpoints(let endpoints):
      endpoints.subsets.reduce(256) { $0 + 96 + 160 * ($1.addresses.count + $1.notReadyAddresses.count) }
    case .endpointSlice(let slice): 448 + 192 * slice.endpoints.count + 48 * slice.ports.count
    case .lease: 384
    case .event: 640
    case .pod(let pod): 768 + 96 * pod.status.conditions.count
    }
  }
}

extension StringMap {
  /// About how many octets the pairs take; writers choose how long they are.
  fileprivate var weight: Int { pairs.reduce(0) { $0 + 32 + $1.key.utf8.count + $1.value.utf8.count } }
}
