import ClusterDiscovery
import ClusterModel
import Synchronization

/// Lists and watches the objects of one kind, for as long as its task runs.
final class KindWatch: Sendable {
  /// What there is to say.
  enum News {
    case listed(ObjectList)
    case heard(WatchEvent)
    case failed(DiscoveryError)
  }

  private let kind: ObjectKind
  private let api: APIConnection
  private let tell: @Sendable (News) -> Void
  private let course = Mutex(WatchCourse())

  init(_ kind: ObjectKind, _ api: APIConnection, _ tell: @escaping @Sendable (News) -> Void) {
    (self.kind, self.api, self.tell) = (kind, api, tell)
  }

  func run() async {
    while !Task.isCancelled {
      let wait = await step()
      if wait > .zero { try? await Task.sleep(for: wait) }
    }
  }

  /// One list or one watch.
  ///
  /// - Returns: how long to wait before the next one.
  private func step() async -> Duration {
    let (next, start) = (course.withLock { $0.next }, ContinuousClock.now)
    do throws(WatchFailure) {
      switch next {
      case .list: return try await list()
      case .watch(let version): return try await watch(version)
      }
    } catch {
      guard !Task.isCancelled else { return .zero }
      var generator = SystemRandomNumberGenerator()
      let lasted = next == .list ? .zero : ContinuousClock.now - start
      let (wait, problem) = course.withLock { $0.failed(error, after: lasted, using: &generator) }
      if let problem { tell(.failed(problem)) }
      return wait
    }
  }

  private func list() async throws(WatchFailure) -> Duration {
    let list = try await api.list(kind)
    course.withLock { $0.listed(list.version) }
    tell(.listed(list))
    return .zero
  }

  private func watch(_ version: String) async throws(WatchFailure) -> Duration {
    let start = ContinuousClock.now
    try await api.watch(kind, after: version) { event in
      self.course.withLock { $0.heard(event.version) }
      self.tell(.heard(event))
    }
    var generator = SystemRandomNumberGenerator()
    return course.withLock { $0.ended(after: .now - start, using: &generator) }
  }
}
