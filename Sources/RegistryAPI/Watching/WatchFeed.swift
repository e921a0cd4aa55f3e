import ClusterModel
import Registry

/// What one watch has still to show, without a connection or a clock: the objects there are, then changes.
///
/// It holds no events of its own but those that it was given last; when it has none left, it says so, and is given more.
struct WatchFeed: Sendable {
  private let selection: WatchSelection
  /// Objects that are still to be shown as added, from an index on.
  private var state: ArraySlice<ClusterObject>
  /// Whether a bookmark is to say when they were all shown.
  private var owesEndOfState: Bool
  private var batches: ArraySlice<RegistryBatch> = []
  private var events: ArraySlice<RegistryEvent> = []
  /// The version up to which nothing is missing, when all that the feed was given was shown.
  private var target: UInt64
  /// The version up to which everything was shown.
  private(set) var version: UInt64

  /// A feed that begins with objects.
  init(_ selection: WatchSelection, state: [ClusterObject], version: UInt64, endsWithBookmark: Bool) {
    self.selection = selection
    self.state = state[...]
    self.version = version
    target = version
    owesEndOfState = endsWithBookmark
  }

  /// A feed that begins with the changes behind a version.
  init(_ selection: WatchSelection, after version: UInt64) {
    self.init(selection, state: [], version: version, endsWithBookmark: false)
  }

  /// The next event; `nil` when the feed needs more of the history behind ``version``.
  mutating func next() -> WatchEvent? {
    if let object = state.popFirst() {
      return .change(WatchEvent.ObjectChange(type: .added, object: object, version: object.metadata.resourceVersion))
    }
    if owesEndOfState {
      owesEndOfState = false
      return .bookmark(version, endsState: true)
    }
    while true {
      while let event = events.popFirst() {
        if let change = selection.view(event) { return .change(change) }
      }
      guard let batch = batches.popFirst() else { break }
      events = batch.events[...]
    }
    version = target
    return nil
  }

  /// Whether all that the feed was given was shown.
  var isDone: Bool { state.isEmpty && !owesEndOfState && batches.isEmpty && events.isEmpty }

  /// Takes what came behind ``version``; to be called when ``next()`` gave nothing.
  mutating func take(_ history: RegistryHistory) {
    batches = history.batches[...]
    target = max(version, history.version)
  }
}
