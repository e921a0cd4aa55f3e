import ClusterModel

/// The latest batches, as many as fit into a number of octets.
struct EventHistory: Sendable {
  /// The most octets that the kept batches may hold.
  private let limit: Int
  /// The kept batches, oldest first, from `head` on.
  private var batches: [RegistryBatch] = []
  private var head = 0
  private(set) var octets = 0
  /// Every batch behind this version is kept.
  private(set) var oldest: UInt64

  init(limit: Int, from version: UInt64 = 0) {
    self.limit = limit
    oldest = version
  }

  /// Adds a batch, and lets the oldest ones go for it. Amortised O(events).
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

  /// The batches behind a version, oldest first; `nil` when some of them are gone. O(log n).
  func after(_ version: UInt64) -> ArraySlice<RegistryBatch>? {
    guard version >= oldest else { return nil }
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
