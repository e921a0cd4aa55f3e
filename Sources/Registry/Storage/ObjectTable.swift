import ClusterModel

/// The objects of one kind, by namespace and name.
struct ObjectTable: Sendable {
  /// An object, and whom it comes from.
  struct Entry: Sendable {
    var object: ClusterObject
    var origin: Origin
  }

  /// The objects of one namespace.
  private struct Partition: Sendable {
    var entries: [String: Entry] = [:]
    /// The names in order; `nil` until somebody lists, and after a name has come or gone.
    var order: [String]?
  }

  private var partitions: [String: Partition] = [:]

  /// How many objects there are.
  private(set) var count = 0

  /// The entry of that name; setting `nil` takes it out.
  subscript(namespace: String, name: String) -> Entry? {
    get { partitions[namespace]?.entries[name] }
    set {
      guard let newValue else { return remove(namespace, name) }
      let replaced = partitions[namespace, default: Partition()].entries.updateValue(newValue, forKey: name)
      guard replaced == nil else { return }
      count += 1
      partitions[namespace]?.order = nil
    }
  }

  private mutating func remove(_ namespace: String, _ name: String) {
    guard partitions[namespace]?.entries.removeValue(forKey: name) != nil else { return }
    count -= 1
    partitions[namespace]?.order = nil
    if partitions[namespace]?.entries.isEmpty == true { partitions[namespace] = nil }
  }

  /// The namespaces that have such objects, in order.
  var namespaces: [String] { partitions.keys.sorted() }

  /// Whether a namespace has such objects.
  func hasObjects(in namespace: String) -> Bool { partitions[namespace] != nil }

  /// All objects in no order, of one namespace or of all.
  func forEach(in namespace: String? = nil, _ visit: (Entry) -> Void) {
    if let namespace {
      partitions[namespace]?.entries.values.forEach(visit)
    } else {
      for partition in partitions.values { partition.entries.values.forEach(visit) }
    }
  }

  /// The objects of one namespace in the order of their names, from behind `name` on, until `visit` says no.
  ///
  /// O(n log n) the first time after a name has come or gone, then O(log n + what is visited).
  mutating func walk(_ namespace: String, after name: String?, _ visit: (ClusterObject) -> Bool) -> Bool {
    if let partition = partitions[namespace], partition.order == nil {
      partitions[namespace]?.order = partition.entries.keys.sorted()
    }
    guard let partition = partitions[namespace], let order = partition.order else { return true }
    for index in (name.map { order.firstIndex(behind: $0) } ?? 0)..<order.count {
      if let entry = partition.entries[order[index]], !visit(entry.object) { return false }
    }
    return true
  }

  /// How many objects of the namespace have names behind this one, or any, without one. O(log n) after ``walk(_:after:_:)``.
  func count(in namespace: String, behind name: String?) -> Int {
    guard let partition = partitions[namespace] else { return 0 }
    guard let name else { return partition.entries.count }
    let order = partition.order ?? partition.entries.keys.sorted()
    return order.count - order.firstIndex(behind: name)
  }
}

extension [String] {
  /// The index of the first element behind `value` in a sorted array. O(log n).
  fileprivate func firstIndex(behind value: String) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if self[middle] <= value { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
