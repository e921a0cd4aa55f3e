import ClusterDiscovery
import ClusterModel
import RegistryClient
import Synchronization

/// Lists and watches the objects of one target over HTTP.
struct APIConnection: Sendable {
  let login: APILogin
  let target: Target
  let patience: APIPatience

  /// All objects of a kind that concern the target.
  func list(_ kind: ObjectKind) async throws(WatchFailure) -> ObjectList {
    let request = RegistryClient.Request("GET", path(kind))
    let outcome = await Patience(patience.answer).run { await login.list(request, of: kind) }
    return try (outcome ?? .failure(.failed(login.silence(patience.answer)))).get()
  }

  /// Follows what changes behind a version until the server ends the watch.
  func watch(
    _ kind: ObjectKind, after version: String, _ receive: @escaping @Sendable (WatchEvent) -> Void
  ) async throws(WatchFailure) {
    let seconds = Int.random(in: 240...360)
    let request = RegistryClient.Request(
      "GET",
      "\(path(kind))&watch=true&allowWatchBookmarks=true&timeoutSeconds=\(seconds)"
        + "&resourceVersion=\(version.percentEncoded)")
    let progress = WatchProgress(patience)
    let outcome = await progress.patience.run { await login.watch(request, of: kind, progress, receive) }
    if let failure = outcome ?? progress.silence(login) { throw failure }
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
  private let begun = Mutex(false)

  init(_ limits: APIPatience) {
    self.limits = limits
    patience = Patience(limits.answer)
  }

  var isOpen: Bool { begun.withLock { $0 } }

  /// The server has begun to answer.
  func open() {
    begun.withLock { $0 = true }
    patience.extend(by: limits.silence)
  }

  /// A line came.
  func hear() { patience.extend(by: limits.silence) }

  /// What it means that nothing more came.
  func silence(_ login: APILogin) -> WatchFailure {
    isOpen ? .cut(login.silence(limits.silence)) : .failed(login.silence(limits.answer))
  }
}
