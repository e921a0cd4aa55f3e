import ClusterModel
import Registry

/// One event as a watch shows it (Kubernetes API concepts, "Efficient detection of changes").
enum WatchEvent: Sendable {
  case change(ObjectChange)
  /// Everything up to this version was shown; `endsState` when it is the first such word after the objects there are.
  case bookmark(UInt64, endsState: Bool)
  /// Why the watch cannot go on; its last event.
  case failure(RegistryError)

  /// What happened to one object.
  struct ObjectChange: Sendable {
    let type: ChangeType
    let object: ClusterObject
    /// The version that the event has, which is not the object's own where one that is still there leaves a selection.
    let version: UInt64
  }

  enum ChangeType: String, Sendable, Hashable {
    case added = "ADDED"
    case modified = "MODIFIED"
    case deleted = "DELETED"
  }
}

/// Which objects a watch shows.
struct WatchSelection: Sendable {
  let filter: RegistryFilter
  let fields: FieldSelector

  func takes(_ object: ClusterObject) -> Bool { filter.takes(object) && fields.matches(object) }

  /// A change as it looks through the selection: what enters it was added, what leaves it was deleted, with the state it had.
  func view(_ event: RegistryEvent) -> WatchEvent.ObjectChange? {
    let isSeen = event.change != .deleted && takes(event.object)
    let wasSeen = event.previous.map(takes) ?? false
    let version = event.version
    return switch (wasSeen, isSeen) {
    case (false, false): nil
    case (false, true): WatchEvent.ObjectChange(type: .added, object: event.object, version: version)
    case (true, true): WatchEvent.ObjectChange(type: .modified, object: event.object, version: version)
    case (true, false):
      WatchEvent.ObjectChange(
        type: .deleted, object: event.change == .deleted ? event.object : event.previous ?? event.object,
        version: version)
    }
  }
}
