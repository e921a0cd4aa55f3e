import ClusterDiscovery
import ClusterDiscoveryObjects
import ClusterModel

/// What the lists and watches of a subscription have shown so far, and what follows for its reader.
struct SeenService {
  /// The kinds that a client of a Service has to know.
  static let kinds: [ObjectKind] = [.service, .endpointSlice]

  private var objects: ServiceObjects
  /// The versions up to which everything was seen, of the kinds that were listed.
  private var versions: [ObjectKind: String] = [:]
  /// What is wrong with which kind at the moment.
  private var problems: [ObjectKind: DiscoveryError] = [:]

  init(_ target: Target, _ families: EndpointFamilies) { objects = ServiceObjects(target, families: families) }

  /// All objects of a kind were listed.
  mutating func listed(_ kind: ObjectKind, _ list: ObjectList) {
    objects.removeAll(of: kind)
    for object in list.objects { objects.put(object) }
    versions[kind] = list.version
    problems[kind] = nil
  }

  /// A watch told of something.
  mutating func heard(_ kind: ObjectKind, _ event: WatchEvent) {
    versions[kind] = event.version
    switch event.change {
    case .put(let object): objects.put(object)
    case .remove(let key): objects.remove(key)
    case .none: break
    }
  }

  /// A list or a watch failed.
  mutating func failed(_ kind: ObjectKind, _ problem: DiscoveryError) { problems[kind] = problem }

  /// What is to be said; `nil` as long as not everything was seen.
  mutating func update() -> EndpointUpdate? {
    for kind in Self.kinds { if let problem = problems[kind] { return .failure(problem) } }
    guard Self.kinds.allSatisfy({ versions[$0] != nil }) else { return nil }
    return EndpointUpdate { () throws(DiscoveryError) in try endpoints() }
  }

  /// What the objects that were seen amount to.
  mutating func endpoints() throws(DiscoveryError) -> EndpointSet {
    try objects.endpointSet(revision: versions[.endpointSlice] ?? "")
  }
}
