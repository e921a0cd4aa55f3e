import ClusterDiscovery
import ClusterModel
import RegistryClient
import Synchronization

/// Lists and watches the objects of one target over HTTP.
struct APIConnection: Sendable {
  let access: APIAccess
  let target: Target
  let patience: APIPatience

  /// All objects of a kind that concern the target.
  func list(_ kind: ObjectKind) async throws(WatchFailure) -> ObjectList {
    let request = RegistryClient.Request("GET", path(kind))
    let outcome = await Patience(patience.answer).run { await access.list(request, of: kind) }
    return try (outcome ?? .failure(.failed(access.silence(patience.answer)))).get()
  }

  /// Follows what changes behind a version until the server ends the watch.
  ///
  /// - Returns: whether anything was heard.
  func watch(
    _ kind: ObjectKind, after version: String, _ receive: @escaping @Sendable (WatchEvent) -> Void
  ) async throws(WatchFailure) -> Bool {
    let seconds = Int.random(in: 240...360)
    let request = RegistryClient.Request(
      "GET",
      "\(path(kind))&watch=true&allowWatchBookmarks=true&timeoutSeconds=\(seconds)"
        + "&resourceVersion=\(version.percentEncoded)")
    let progress = WatchProgress(patience)
    let outcome = await progress.patience.run { await access.watch(request, of: kind, progress, receive) }
    return try (outcome ?? .failure(progress.silence(access))).get()
  }

  /// The list of the kind, with its query.
  private func path(_ kind: ObjectKind) -> String {
    let list = kind.path(namespace: target.namespace)
    guard kind == .service else {
      return "\(list)?labelSelector=\(WellKnownLabel.serviceName.percentEncoded)%3D\(target.service)"
    }
    return "\(list)?fieldSelector=metadata.name%3D\(target.service)"
  }
}

/// How far a watch has come.
final class WatchProgress: Sendable {
  let patience: Patience
  private let limits: APIPatience
  private let state = Mutex((isOpen: false, hasHeard: false))

  init(_ limits: APIPatience) {
    self.limits = limits
    patience = Patience(limits.answer)
  }

  var isOpen: Bool { state.withLock { $0.isOpen } }
  var hasHeard: Bool { state.withLock { $0.hasHeard } }

  /// The server has begun to answer.
  func open() {
    state.withLock { $0.isOpen = true }
    patience.extend(by: limits.silence)
  }

  /// A line came.
  func hear() {
    state.withLock { $0.hasHeard = true }
    patience.extend(by: limits.silence)
  }

  /// What it means that nothing more came.
  func silence(_ access: APIAccess) -> WatchFailure {
    isOpen ? .cut(access.silence(limits.silence)) : .failed(access.silence(limits.answer))
  }
}
