import ClusterModel
import NIOCore
import Registry
import Synchronization

/// All watches of an API: how many there may be, and who tells them that something changed.
///
/// Watches live on the event loops of their connections. A change wakes each loop once, however many watches it has; each
/// of them then reads the registry's history from where it stands, so nothing is queued for those that do not read.
final class WatchHub: Sendable {
  /// What one API's watches may cost together.
  struct Bounds: Sendable {
    /// The most watches.
    var watches = 3_000
    /// The most watches of one user.
    var watchesPerUser = 1_500
    /// The most octets of events that are kept in wire form.
    var encodedOctets = 8 << 20
    /// How long a watch may leave octets unread that wait for it, in seconds.
    var deafTime: Int64 = RequestBounds.replyTime
    /// How often bookmarks are sent, in seconds.
    var bookmarkTime: Int64 = 60
  }

  private struct State {
    /// The version of the latest batch.
    var version: UInt64 = 0
    /// The version of the latest batch with an object of the kind.
    var changed = [UInt64](repeating: 0, count: ObjectKind.allCases.count)
    var watched = [Int](repeating: 0, count: ObjectKind.allCases.count)
    var users: [String: Int] = [:]
    var loops: [ObjectIdentifier: WatchLoop] = [:]
    var isClosed = false

    var count: Int { users.values.reduce(0, +) }
  }

  let registry: Registry
  let bounds: Bounds
  let encoded: EncodedEvents
  private let state = Mutex(State())
  private let subscription = Mutex<RegistrySubscription?>(nil)

  init(_ registry: Registry, _ bounds: Bounds = Bounds()) {
    self.registry = registry
    self.bounds = bounds
    encoded = EncodedEvents(limit: bounds.encodedOctets)
    // What came before is for the history to say: the last object of a kind may have gone in an earlier process.
    let version = registry.version
    state.withLock { $0.changed = $0.changed.map { _ in version } }
    let own = registry.subscribe { [weak self] batch in self?.receive(batch) }
    subscription.withLock { $0 = own }
  }

  /// Remembers which kinds have changed, and wakes the watches if that is of interest. Runs on the writer's thread.
  private func receive(_ batch: RegistryBatch) {
    let woken = state.withLock { state -> [WatchLoop] in
      var isWatched = false
      for event in batch.events {
        let kind = Int(event.object.kind.rawValue)
        state.changed[kind] = batch.version
        isWatched = isWatched || state.watched[kind] > 0
      }
      state.version = batch.version
      return isWatched ? Array(state.loops.values) : []
    }
    for loop in woken { loop.wake() }
  }

  /// What changed of a kind behind a version. The history is not read, and need not reach so far back, when nothing has.
  func changes(of kind: ObjectKind, after version: UInt64) throws(RegistryError) -> RegistryHistory {
    let (changed, latest) = state.withLock { ($0.changed[Int(kind.rawValue)], $0.version) }
    if changed <= version { return RegistryHistory(nothingUpTo: max(version, latest)) }
    return try registry.history(of: kind, after: version)
  }
}

// MARK: - Beginning and ending

extension WatchHub {
  /// A watch that was let in.
  struct Ticket: Sendable {
    let request: WatchRequest
    let feed: WatchFeed
  }

  /// Lets a watch in, and looks up where it begins.
  ///
  /// - Throws: `TooManyRequests` when there are too many, `Timeout` for a version that is still to come. Who is let in must
  ///   be let out with ``leave(_:)``.
  func enter(_ request: WatchRequest) throws(RegistryError) -> Ticket {
    let feed = try feed(of: request)
    let isLetIn = state.withLock { state in
      let own = state.users[request.access.user, default: 0]
      guard !state.isClosed, state.count < bounds.watches, own < bounds.watchesPerUser else { return false }
      state.users[request.access.user] = own + 1
      state.watched[Int(request.kind.rawValue)] += 1
      return true
    }
    if !isLetIn { throw .tooManyRequests }
    return Ticket(request: request, feed: feed)
  }

  private func feed(of request: WatchRequest) throws(RegistryError) -> WatchFeed {
    switch request.start {
    case .now: return WatchFeed(request.selection, after: registry.version)
    case .after(let version):
      let current = registry.version
      if version > current { throw .tooLarge(version, current: current) }
      return WatchFeed(request.selection, after: version)
    case .state(let endsWithBookmark):
      let filter = request.selection.filter
      let list = registry.list(
        request.kind, namespace: filter.namespace, name: filter.name, labels: filter.labels,
        where: request.selection.fields.matches)
      return WatchFeed(
        request.selection, state: list.objects, version: list.version, endsWithBookmark: endsWithBookmark)
    }
  }

  /// Lets a watch out.
  func leave(_ ticket: Ticket) {
    let isEmpty = state.withLock { state in
      let user = ticket.request.access.user
      let own = state.users[user, default: 0] - 1
      state.users[user] = own > 0 ? own : nil
      state.watched[Int(ticket.request.kind.rawValue)] -= 1
      return state.users.isEmpty
    }
    if isEmpty { encoded.clear() }
  }

  /// The watches of one event loop.
  func loop(_ eventLoop: any EventLoop) -> WatchLoop {
    state.withLock { state in
      if let loop = state.loops[ObjectIdentifier(eventLoop)] { return loop }
      let loop = WatchLoop(eventLoop)
      state.loops[ObjectIdentifier(eventLoop)] = loop
      return loop
    }
  }

  /// How many watches there are.
  var count: Int { state.withLock { $0.count } }

  /// Ends all watches as if their time were over, and lets no new ones in.
  func close() {
    subscription.withLock { $0 }?.cancel()
    let loops = state.withLock { state in
      state.isClosed = true
      return Array(state.loops.values)
    }
    for loop in loops { loop.endAll() }
  }
}

/// The watches whose connections are on one event loop.
final class WatchLoop: Sendable {
  private let eventLoop: any EventLoop
  private let isWoken = Atomic(false)
  private let streams: NIOLoopBoundBox<[ObjectIdentifier: WatchStream]>
  /// What was read of the history in this round: most watches of a kind stand at the same place. `nil` outside of rounds.
  private let read: NIOLoopBoundBox<[Place: RegistryHistory]?>

  /// Where a watch stands.
  private struct Place: Hashable {
    let kind: ObjectKind
    let version: UInt64
  }

  init(_ eventLoop: any EventLoop) {
    self.eventLoop = eventLoop
    streams = .makeBoxSendingValue([:], eventLoop: eventLoop)
    read = .makeBoxSendingValue(nil, eventLoop: eventLoop)
  }

  /// Lets all watches look for changes, soon; changes that come until then are looked for together.
  func wake() {
    guard !isWoken.exchange(true, ordering: .acquiringAndReleasing) else { return }
    eventLoop.execute { [self] in
      isWoken.store(false, ordering: .sequentiallyConsistent)
      read.value = [:]
      for stream in streams.value.values { stream.pump() }
      read.value = nil
    }
  }

  /// What changed of a kind behind a version; in a round of all watches it is read once for all that stand there.
  func changes(
    of kind: ObjectKind, after version: UInt64, in hub: WatchHub
  ) throws(RegistryError) -> RegistryHistory {
    let place = Place(kind: kind, version: version)
    if let history = read.value?[place] { return history }
    let history = try hub.changes(of: kind, after: version)
    if read.value != nil { read.value?[place] = history }
    return history
  }

  /// Ends all watches.
  func endAll() {
    eventLoop.execute { [self] in for stream in streams.value.values { stream.finish() } }
  }

  /// To be called on the event loop, as ``remove(_:)`` is.
  func add(_ stream: WatchStream) { streams.value[ObjectIdentifier(stream)] = stream }

  func remove(_ stream: WatchStream) { streams.value[ObjectIdentifier(stream)] = nil }
}

extension RegistryError {
  /// More than there may be at a time.
  static let tooManyRequests = RegistryError(
    .tooManyRequests, "Too many requests, please try again later.", Details(retryAfterSeconds: 1))
}
