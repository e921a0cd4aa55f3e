import ClusterModel
import NetworkAddresses

/// The name of an object in a namespace.
struct NamespacedName: Hashable, Sendable {
  var namespace: String
  var name: String
}

/// An object that is found by its namespace and name: a set of them costs a word each.
struct KeyedObject: Hashable, Sendable {
  let object: ClusterObject

  private var key: (namespace: String, name: String) {
    let metadata = object.metadata
    return (metadata.namespace, metadata.name)
  }

  static func == (a: KeyedObject, b: KeyedObject) -> Bool { a.key == b.key }

  func hash(into hasher: inout Hasher) {
    let key = key
    hasher.combine(key.namespace)
    hasher.combine(key.name)
  }
}

/// What is known of one Service's name: the Service, and the slices that are labelled with it.
struct ServiceEntry: Sendable {
  var service: ClusterObject?
  /// Mostly one: it needs no array.
  private var stored = Slices.one(nil)

  private enum Slices: Sendable {
    case one(ClusterObject?)
    /// Two or more, sorted by name.
    case many([ClusterObject])
  }

  /// Sorted by name.
  var slices: [ClusterObject] {
    get {
      switch stored {
      case .one(let slice): slice.map { [$0] } ?? []
      case .many(let slices): slices
      }
    }
    set { stored = newValue.count > 1 ? .many(newValue) : .one(newValue.first) }
  }

  var isEmpty: Bool {
    if service == nil, case .one(nil) = stored { return true }
    return false
  }

  /// Puts a slice in, or in the place of the one with its name.
  mutating func set(_ slice: ClusterObject) {
    let name = slice.metadata.name
    var slices = slices
    let index = slices.firstIndex { $0.metadata.name >= name } ?? slices.endIndex
    if index < slices.endIndex, slices[index].metadata.name == name {
      slices[index] = slice
    } else {
      slices.insert(slice, at: index)
    }
    self.slices = slices
  }

  mutating func remove(_ slice: ClusterObject) {
    let name = slice.metadata.name
    slices = slices.filter { $0.metadata.name != name }
  }
}

/// A namespace, and how much there is in it.
struct NamespaceEntry: Sendable {
  var namespace: ClusterObject?
  /// Names of Services that the index knows.
  var services = 0
}

/// What a batch of events touched, with how it was before.
struct TouchedObjects {
  var services: [NamespacedName: ServiceEntry] = [:]
  /// Namespaces, and whether they were shown.
  var namespaces: [String: Bool] = [:]
  /// Addresses of Pods, and whether there was a Pod.
  var pods: [PodAddress: Bool] = [:]
}

/// The objects that a zone answers from, by what is looked for. It refers to the objects; it does not copy them.
struct ClusterIndex: Sendable {
  let configuration: ClusterZoneConfiguration
  private(set) var services: [NamespacedName: ServiceEntry] = [:]
  private(set) var namespaces: [String: NamespaceEntry] = [:]
  private var slices = Set<KeyedObject>()
  private(set) var pods = PodIndex()

  init(_ configuration: ClusterZoneConfiguration) { self.configuration = configuration }

  var isEmpty: Bool { services.isEmpty && namespaces.isEmpty && pods.isEmpty }

  /// Whether a namespace exists and the options show it.
  func shows(_ namespace: String) -> Bool {
    guard configuration.names(namespace), let object = namespaces[namespace]?.namespace else { return false }
    return configuration.namespaceLabels.matches(object.metadata.labels)
  }

  /// The keys of all objects that are kept.
  var keys: Set<ObjectKey> {
    var keys = Set<ObjectKey>()
    for entry in services.values { entry.service.map { _ = keys.insert($0.key) } }
    for entry in namespaces.values { entry.namespace.map { _ = keys.insert($0.key) } }
    for slice in slices { keys.insert(slice.object.key) }
    return keys.union(pods.keys)
  }
}

extension ClusterIndex {
  /// Takes one change in, and notes what it touches.
  mutating func take(_ event: ClusterEvent, _ touched: inout TouchedObjects) {
    switch event {
    case .set(let object): isWanted(object) ? set(object, &touched) : delete(object.key, &touched)
    case .delete(let key): delete(key, &touched)
    }
  }

  /// Whether the object's kind matters here, and the options show it.
  private func isWanted(_ object: ClusterObject) -> Bool {
    switch object {
    case .namespace: true
    case .service: configuration.labels.matches(object.metadata.labels)
    case .endpointSlice: configuration.publishesEndpoints && configuration.labels.matches(object.metadata.labels)
    case .pod: configuration.pods == .verified && configuration.labels.matches(object.metadata.labels)
    case .node, .endpoints, .lease, .event: false
    }
  }

  private mutating func set(_ object: ClusterObject, _ touched: inout TouchedObjects) {
    let key = object.key
    switch object {
    case .namespace: setNamespace(object, key.name, &touched)
    case .service:
      change(NamespacedName(namespace: key.namespace, name: key.name), &touched) { $0.service = object }
    case .endpointSlice: setSlice(object, &touched)
    case .pod: pods.set(object, &touched)
    case .node, .endpoints, .lease, .event: break
    }
  }

  private mutating func delete(_ key: ObjectKey, _ touched: inout TouchedObjects) {
    let name = NamespacedName(namespace: key.namespace, name: key.name)
    switch key.kind {
    case .namespace: setNamespace(nil, key.name, &touched)
    case .service:
      if services[name]?.service != nil { change(name, &touched) { $0.service = nil } }
    case .endpointSlice: deleteSlice(name, &touched)
    case .pod: pods.delete(name, &touched)
    case .node, .endpoints, .lease, .event: break
    }
  }

  private mutating func setNamespace(_ object: ClusterObject?, _ name: String, _ touched: inout TouchedObjects) {
    if touched.namespaces[name] == nil { touched.namespaces[name] = shows(name) }
    namespaces[name, default: NamespaceEntry()].namespace = object
    forgetIfEmpty(name)
  }

  private mutating func setSlice(_ object: ClusterObject, _ touched: inout TouchedObjects) {
    let old = slices.update(with: KeyedObject(object: object))?.object
    let owner = object.serviceOfSlice
    if let old, let former = old.serviceOfSlice, former != owner { change(former, &touched) { $0.remove(old) } }
    if let owner { change(owner, &touched) { $0.set(object) } }
  }

  private mutating func deleteSlice(_ name: NamespacedName, _ touched: inout TouchedObjects) {
    let probe = EndpointSlice(
      metadata: ObjectMeta(name: name.name, namespace: name.namespace), addressType: .ipv4)
    guard let old = slices.remove(KeyedObject(object: probe.object))?.object, let owner = old.serviceOfSlice else {
      return
    }
    change(owner, &touched) { $0.remove(old) }
  }

  /// Changes what is known of a Service's name, and remembers how it was before the batch.
  private mutating func change(
    _ name: NamespacedName, _ touched: inout TouchedObjects, _ body: (inout ServiceEntry) -> Void
  ) {
    let before = services[name]
    if touched.services[name] == nil { touched.services[name] = before ?? ServiceEntry() }
    var entry = before ?? ServiceEntry()
    body(&entry)
    services[name] = entry.isEmpty ? nil : entry
    let difference = (entry.isEmpty ? 0 : 1) - (before == nil ? 0 : 1)
    if difference != 0 { namespaces[name.namespace, default: NamespaceEntry()].services += difference }
    forgetIfEmpty(name.namespace)
  }

  private mutating func forgetIfEmpty(_ namespace: String) {
    if let entry = namespaces[namespace], entry.namespace == nil, entry.services == 0 { namespaces[namespace] = nil }
  }

  /// The Services of some namespaces. O(all Services) when they have any.
  func services(in names: Set<String>) -> [NamespacedName] {
    let inhabited = names.filter { namespaces[$0]?.services ?? 0 > 0 }
    return inhabited.isEmpty ? [] : services.keys.filter { inhabited.contains($0.namespace) }
  }
}

extension ClusterObject {
  /// The Service that a slice is labelled with; `nil` for none, and for other kinds.
  fileprivate var serviceOfSlice: NamespacedName? {
    guard case .endpointSlice(let slice) = self, let name = slice.serviceName else { return nil }
    return NamespacedName(namespace: slice.metadata.namespace, name: name)
  }
}
