import ClusterDiscovery
import ClusterModel

/// The objects of one kind at one moment.
struct ObjectList {
  var objects: [ClusterObject] = []
  /// The state of the API that they are from; a watch goes on from here.
  var version: String

  /// Reads a list as the API gives it (`ServiceList`).
  init(_ node: DocumentNode, of kind: ObjectKind) throws(WatchFailure) {
    guard let version = node["metadata"]?["resourceVersion"]?.string, !version.isEmpty else {
      throw .malformed("a list of \(kind.resource) without a resourceVersion")
    }
    self.version = version
    let interner = StringInterner()
    switch node["items"]?.content {
    case .sequence(let items)?: for item in items { objects.append(try ClusterObject(item, kind, interner)) }
    case .scalar(_, .null)?, nil: break
    default: throw .malformed("a list of \(kind.resource) whose items are no list")
    }
  }
}

/// One line of a watch.
struct WatchEvent {
  enum Change {
    case put(ClusterObject)
    case remove(ObjectKey)
    /// Nothing changed up to the version (a bookmark).
    case none
  }

  let change: Change
  /// The version of the change.
  let version: String

  /// Reads a line.
  ///
  /// - Throws: also for an event that says that the watch has failed.
  init(_ node: DocumentNode, of kind: ObjectKind) throws(WatchFailure) {
    guard let type = node["type"]?.string, let object = node["object"] else {
      throw .malformed("a line of a watch that is no event")
    }
    guard type != "ERROR" else { throw Self.failure(object) }
    guard let version = object["metadata"]?["resourceVersion"]?.string, !version.isEmpty else {
      throw .malformed("an event without a resourceVersion")
    }
    self.version = version
    switch type {
    case "ADDED", "MODIFIED": change = .put(try ClusterObject(object, kind))
    case "DELETED": change = .remove(try ClusterObject(object, kind).key)
    case "BOOKMARK": change = .none
    default: throw .malformed("an event of the unknown type \"\(type)\"")
    }
  }

  private static func failure(_ status: DocumentNode) -> WatchFailure {
    let code = status["code"]?.integer ?? 0
    let message = status["message"]?.string ?? "the server ends the watch with an error"
    return code == 410 ? .expired : .failed(DiscoveryError(.unavailable, message))
  }
}

extension ClusterObject {
  /// Reads an object; fields that we do not know are none of our business.
  fileprivate init(_ node: DocumentNode, _ kind: ObjectKind, _ interner: StringInterner = StringInterner())
    throws(WatchFailure)
  {
    let (object, problems) = ClusterObject.decode(node, as: kind, interner: interner)
    if let problem = problems.first(where: { !$0.isLenient }) { throw .malformed("\(kind.name): \(problem)") }
    guard !object.metadata.name.isEmpty else { throw .malformed("an object of kind \(kind.name) without a name") }
    self = object
  }
}

extension WatchFailure {
  static func malformed(_ what: String) -> WatchFailure {
    .failed(DiscoveryError(.malformed, "the API's answer cannot be understood: \(what)"))
  }
}
