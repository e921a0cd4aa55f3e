public import ClusterModel

/// One object's change.
public struct RegistryEvent: Sendable {
  /// What happened to the object.
  public enum Change: Sendable, Hashable {
    case added
    case modified
    case deleted
  }

  /// What happened.
  public let change: Change
  /// The object as it is now; of a deleted one its last state, with the version of the deletion.
  public let object: ClusterObject
  /// The object as it was before; `nil` of an added one.
  public let previous: ClusterObject?

  /// A change that a store has kept.
  public init(change: Change, object: ClusterObject, previous: ClusterObject?) {
    self.change = change
    self.object = object
    self.previous = previous
  }

  /// The object's name.
  public var key: ObjectKey { object.key }

  /// The registry's version that the change made.
  public var version: UInt64 { object.metadata.resourceVersion }
}

/// The changes of one transaction, in the order of their versions: a reader sees all of them or none.
public struct RegistryBatch: Sendable {
  /// The version of the last change; a watch goes on from here.
  public let version: UInt64
  /// At least one, but for the first batch of a watch, which may find nothing.
  public let events: [RegistryEvent]

  /// Changes of one transaction, in the order of their versions.
  public init(version: UInt64, events: [RegistryEvent]) {
    self.version = version
    self.events = events
  }
}

/// Which objects somebody wants to see.
public struct RegistryFilter: Sendable {
  /// The kinds of interest.
  public var kinds: Set<ObjectKind>
  /// The namespace; `nil` for all of them.
  public var namespace: String?
  /// The name; `nil` for all.
  public var name: String?
  /// What the labels must be.
  public var labels: LabelSelector
  /// Only the Service of that name and the slices that belong to it; `nil` for all.
  public var service: String?

  /// Everything that is not narrowed down.
  public init(
    _ kinds: Set<ObjectKind> = Set(ObjectKind.allCases), namespace: String? = nil, name: String? = nil,
    labels: LabelSelector = .everything
  ) {
    self.kinds = kinds
    self.namespace = namespace
    self.name = name
    self.labels = labels
  }

  /// One Service and its slices: all that a client of the Service has to know.
  public init(service: String, namespace: String) {
    self.init([.service, .endpointSlice], namespace: namespace)
    self.service = service
  }

  /// Whether the object is one of them.
  public func takes(_ object: ClusterObject) -> Bool {
    guard kinds.contains(object.kind) else { return false }
    if namespace == nil && name == nil && labels.requirements.isEmpty && service == nil { return true }
    let metadata = object.metadata
    return (namespace ?? metadata.namespace) == metadata.namespace && (name ?? metadata.name) == metadata.name
      && labels.matches(metadata.labels) && (service.map { object.isOf(service: $0) } ?? true)
  }
}

extension ClusterObject {
  /// Whether the object is the Service of that name, or a slice that belongs to it.
  fileprivate func isOf(service name: String) -> Bool {
    switch self {
    case .service(let service): service.metadata.name == name
    case .endpointSlice(let slice): slice.serviceName == name
    default: false
    }
  }
}

extension RegistryFilter {
  /// The event as it looks through the filter: an object that comes into sight is added, one that leaves it deleted.
  func view(_ event: RegistryEvent) -> RegistryEvent? {
    guard kinds.contains(event.object.kind) else { return nil }
    let isSeen = event.change != .deleted && takes(event.object)
    let wasSeen = event.previous.map(takes) ?? false
    switch (wasSeen, isSeen) {
    case (false, false): return nil
    case (false, true): return RegistryEvent(change: .added, object: event.object, previous: nil)
    case (true, true): return event
    case (true, false): return RegistryEvent(change: .deleted, object: event.object, previous: event.previous)
    }
  }

  /// The batch as it looks through the filter; `nil` when nothing of it is seen.
  func view(_ batch: RegistryBatch) -> RegistryBatch? {
    let events = batch.events.compactMap(view)
    return events.isEmpty ? nil : RegistryBatch(version: batch.version, events: events)
  }
}
