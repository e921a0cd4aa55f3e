public import ClusterModel
import NetworkAddresses

/// What became of a set of manifests.
public struct ManifestReport: Sendable {
  /// An object that was not taken; one that was there before stays as it was.
  public struct Refusal: Sendable {
    /// The object's place in the set.
    public let index: Int
    /// What it is called.
    public let key: ObjectKey
    /// Why it was refused.
    public let error: RegistryError
  }

  /// How many objects are new.
  public internal(set) var created = 0
  /// How many objects are other ones than before.
  public internal(set) var updated = 0
  /// How many objects left the files and were deleted.
  public internal(set) var deleted = 0
  /// How many objects are as they were.
  public internal(set) var unchanged = 0
  /// The objects that were not taken, in the order in which they were tried.
  public internal(set) var refusals: [Refusal] = []
  /// What was done that the manifests do not say, one sentence each.
  public internal(set) var notes: [String] = []
}

extension RegistryTransaction {
  /// Makes the objects that belong to manifests those of the set.
  ///
  /// What changed in the files is written, what left them is deleted, what others made is left alone, and what others
  /// changed of an object stays as long as the file has it as before. An object that is refused is refused alone.
  ///
  /// - Parameter objects: the set.
  /// - Parameter isComplete: false when some of the files could not be read whole: then nothing is deleted, for it may only be
  ///   hidden by the mistake.
  public mutating func apply(manifests objects: [ClusterObject], isComplete: Bool = true) -> ManifestReport {
    var objects = objects
    return apply(draining: &objects, isComplete: isComplete)
  }

  /// The same for objects that nobody else keeps: each is let go as soon as it is stored, so that the next one, which is
  /// written anew with its version, takes its memory. The array is empty afterwards.
  public mutating func apply(draining objects: inout [ClusterObject], isComplete: Bool = true) -> ManifestReport {
    var report = ManifestReport()
    let set = ManifestSet(objects, &report)
    yieldBootstrap(to: objects)
    if isComplete { removeLeft(set, &report) }
    imply(set.namespaces, &report)
    let taken = Namespace(name: "").object
    for index in set.order {
      var object = taken
      swap(&object, &objects[index])
      apply(object, at: index, &report)
    }
    objects = []
    return report
  }

  // MARK: What left the files

  private mutating func removeLeft(_ set: ManifestSet, _ report: inout ManifestReport) {
    for kind in ObjectKind.allCases.reversed() where kind != .namespace {
      for key in manifestKeys(kind) where !set.keys.contains(key) {
        discard(key)
        report.deleted += 1
      }
    }
    reconcileEndpoints()
    for key in manifestKeys(.namespace) where !set.keys.contains(key) && !set.namespaces.contains(key.name) {
      removeNamespace(key, &report)
    }
  }

  /// A namespace in which others have objects stays, and is theirs from then on.
  private mutating func removeNamespace(_ key: ObjectKey, _ report: inout ManifestReport) {
    if contents(of: key.name).isEmpty {
      discard(key)
      report.deleted += 1
    } else if let entry = entry(key) {
      relabel(entry, .client)
      report.notes.append("namespace \(key.name) has left the manifests; it stays for the objects of others in it")
    }
  }

  private func manifestKeys(_ kind: ObjectKind) -> [ObjectKey] {
    var keys: [ObjectKey] = []
    forEach(kind) { entry in
      if entry.origin.isManifest { keys.append(entry.object.key) }
    }
    return keys.sorted()
  }

  // MARK: What the files say

  /// Makes the namespaces that the objects are in and that nobody has made.
  private mutating func imply(_ namespaces: Set<String>, _ report: inout ManifestReport) {
    for name in namespaces.sorted() {
      let namespace = Namespace(name: name).object
      guard entry(namespace.key) == nil else { continue }
      do throws(RegistryError) {
        _ = try create(namespace, by: .manifests, from: name == "default" ? .bootstrap : .implied)
        if name != "default" {
          report.notes.append("namespace \(name) is not in the manifests; it was made for the objects in it")
        }
      } catch {
        report.notes.append("namespace \(name) cannot be made: \(error)")
      }
    }
  }

  private mutating func apply(_ object: ClusterObject, at index: Int, _ report: inout ManifestReport) {
    let key = object.key
    let origin = Origin.manifest(digest: digest(of: object))
    let before = entry(key)
    if before?.origin == origin {
      report.unchanged += 1
      return
    }
    do throws(RegistryError) {
      try write(object, over: before, from: origin, &report)
      noteForeignAddresses(key, &report)
    } catch {
      report.refusals.append(ManifestReport.Refusal(index: index, key: key, error: error))
    }
  }

  /// The same for equal objects; in the next process too, if they outlive this one, which costs putting them in writing.
  private func digest(of object: ClusterObject) -> UInt32 {
    UInt32(
      truncatingIfNeeded: outlivesProcess ? StableHash(object.json).value : UInt64(bitPattern: Int64(object.hashValue)))
  }

  private mutating func write(
    _ object: ClusterObject, over before: ObjectTable.Entry?, from origin: Origin, _ report: inout ManifestReport
  ) throws(RegistryError) {
    var object = object
    object.metadata.resourceVersion = 0
    guard let before else {
      _ = try create(object, by: .manifests, from: origin)
      report.created += 1
      return
    }
    object.metadata.uid = .none
    let isTracked = !before.object.metadata.managedFields.isEmpty
    let manager = isTracked ? Self.manifestManager : nil
    let stored = try update(object, over: before, by: .manifests, from: origin, manager: manager)
    let isSame = stored.metadata.resourceVersion == before.object.metadata.resourceVersion
    if isSame { report.unchanged += 1 } else { report.updated += 1 }
  }

  private func noteForeignAddresses(_ key: ObjectKey, _ report: inout ManifestReport) {
    guard key.kind == .service, let service = get(Service.self, namespace: key.namespace, name: key.name) else {
      return
    }
    for address in service.spec.clusterIPs where addresses.range(of: address.family)?.contains(address) != true {
      report.notes.append("\(key): clusterIP \(address) is outside of the service ranges; it is kept as it is")
    }
  }
}

/// The objects of manifests in the order in which they are written.
private struct ManifestSet {
  var keys: Set<ObjectKey> = []
  /// The namespaces that the objects are in.
  var namespaces: Set<String> = []
  /// The places of the objects: namespaces first, Services that name their addresses before those that take any, and
  /// within that by name, so that the same files give the same addresses.
  var order: [Int] = []

  init(_ objects: [ClusterObject], _ report: inout ManifestReport) {
    for (index, object) in objects.enumerated() {
      let key = object.key
      if keys.insert(key).inserted {
        order.append(index)
        if key.kind.isNamespaced { namespaces.insert(key.namespace) }
      } else {
        let error = RegistryError(.alreadyExists, "\(key) is in the manifests more than once; the first one counts")
        report.refusals.append(ManifestReport.Refusal(index: index, key: key, error: error))
      }
    }
    namespaces.subtract(keys.lazy.filter { $0.kind == .namespace }.map(\.name))
    let ranks = objects.map { ($0.writingRank, $0.key) }
    order.sort { ranks[$0] < ranks[$1] }
  }
}

extension ClusterObject {
  /// When the object is written, among others: lower ranks first.
  fileprivate var writingRank: Int {
    switch self {
    case .namespace: 0
    case .node: 1
    case .service(let service):
      service.spec.clusterIPs.isEmpty && service.spec.ports.allSatisfy { $0.nodePort == 0 } ? 3 : 2
    case .pod: 4
    case .endpoints: 5
    case .endpointSlice: 6
    case .lease: 7
    case .event: 8
    }
  }
}
