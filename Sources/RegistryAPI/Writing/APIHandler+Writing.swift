import ClusterModel
import Registry

// Requests that change objects, one function for each pair of method and route.

extension APIHandler {
  func write(_ request: APIRequest, _ route: APIRoute) throws(RegistryError) -> APIReply {
    switch (request.method, route) {
    case ("POST", .list(let kind, let namespace)) where kind.isNamespaced == (namespace != nil):
      try create(kind, in: namespace ?? "", request)
    case ("PUT", .object(let key)): try update(WriteTarget(key: key), request)
    case ("PUT", .status(let key)): try update(WriteTarget(key: key, isStatus: true), request)
    case ("PATCH", .object(let key)): try patch(WriteTarget(key: key), request)
    case ("PATCH", .status(let key)): try patch(WriteTarget(key: key, isStatus: true), request)
    case ("DELETE", .object(let key)): try delete(key, request)
    case ("DELETE", .list(let kind, let namespace)) where kind.isNamespaced == (namespace != nil) && kind != .namespace:
      try deleteAll(kind, in: namespace, request)
    case ("POST", .review(let kind)): try review(kind, request)
    default: throw .methodNotAllowed
    }
  }
}

/// What a request writes to: an object, or its status alone.
struct WriteTarget: Sendable {
  let key: ObjectKey
  var isStatus = false
}

extension APIHandler {
  /// Makes a change; one that is only tried is undone, and its result told.
  func commit(
    isDryRun: Bool, _ change: (inout RegistryTransaction) throws(RegistryError) -> ClusterObject
  ) throws(RegistryError) -> ClusterObject {
    guard isDryRun else {
      guard let pending else { return try registry.transaction(change) }
      return try registry.transaction(whenKept: pending.change(), change)
    }
    var outcome: ClusterObject?
    do throws(RegistryError) {
      _ = try registry.transaction { (registry) throws(RegistryError) -> ClusterObject in
        outcome = try change(&registry)
        throw .onlyTried
      }
    } catch {
      if outcome == nil { throw error }
    }
    guard var outcome else { throw .onlyTried }
    outcome.metadata.resourceVersion = registry.object(outcome.key)?.metadata.resourceVersion ?? 0
    return outcome
  }
}

extension RegistryError {
  /// Ends the transaction of a change that is only tried; no client sees it.
  fileprivate static let onlyTried = RegistryError(.internalError, "the change was only tried")
}
