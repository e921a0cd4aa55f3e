import Synchronization

/// How a registry's store fares.
public struct StoreHealth: Sendable, Hashable {
  /// Why the last write was not kept; `nil` when it was.
  public internal(set) var failure: RegistryStoreError?
  /// How many writers were told since the start that nothing of theirs was kept.
  public internal(set) var refused: UInt64 = 0
}

/// What is worth a line in the log about a registry's store.
public enum StoreNews: Sendable, Hashable {
  /// It does not keep changes, for that reason.
  case fails(String)
  /// It keeps changes again.
  case works
}

/// Decides what is said about a store: one line for each kind of failure, however many writes fail, and one when it works again. What
/// fails now and then is said once a minute. Times are in milliseconds of a clock that never goes back.
struct StoreReport: Sendable {
  private(set) var health = StoreHealth()
  /// Whether the failure that goes on was said.
  private var isSaid = false
  /// When each kind was last said; stores know a few.
  private var said: [String: Int64] = [:]
  private static let pause: Int64 = 60_000
  private static let mostKinds = 64

  /// Takes how a write went, and how many writers were refused with it.
  mutating func take(_ failure: RegistryStoreError?, refused: Int, now: Int64) -> StoreNews? {
    let isNew = failure != health.failure
    health.failure = failure
    health.refused += UInt64(refused)
    guard let failure else {
      defer { isSaid = false }
      return isSaid ? .works : nil
    }
    if isSaid, !isNew { return nil }
    isSaid = said[failure.message].map { now - $0 >= Self.pause } ?? true
    guard isSaid else { return nil }
    if said.count >= Self.mostKinds { said = [:] }
    said[failure.message] = now
    return .fails(failure.message)
  }
}

/// Hears how the writes of a store go, on the writer's thread, and tells who listens.
final class StoreMonitor: Sendable {
  private struct State: Sendable {
    var report = StoreReport()
    var tell: @Sendable (StoreNews) -> Void = { _ in }
  }

  private let state = Mutex(State())
  private let uptime: @Sendable () -> Int64

  init(_ uptime: @escaping @Sendable () -> Int64) { self.uptime = uptime }

  var health: StoreHealth { state.withLock { $0.report.health } }

  func listen(_ tell: @escaping @Sendable (StoreNews) -> Void) { state.withLock { $0.tell = tell } }

  func take(_ failure: RegistryStoreError?, refused: Int) {
    let (news, tell) = state.withLock { ($0.report.take(failure, refused: refused, now: uptime()), $0.tell) }
    if let news { tell(news) }
  }
}
