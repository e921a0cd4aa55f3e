/// Several sources, of which the first that answers is listened to.
///
/// All are asked at once. The first with a set is it, and the others are let go; when it has nothing good to say any more, all are asked again.
/// What a source only remembers (a stale set) counts when no other has better. An error comes when all have one.
public struct FirstAnswering: DiscoverySource {
  private let combination: Combination

  /// - Parameter sources: at least one, or nothing is ever found.
  public init(_ sources: [any DiscoverySource]) {
    combination = Combination(sources: sources, rule: .firstAnswer, patience: .zero)
  }

  /// The names of the sources: `first of A, B`.
  public var name: String { "first of \(combination.names.joined(separator: ", "))" }

  /// The first set; an error when all have one.
  public func lookup(_ target: Target) async throws(DiscoveryError) -> EndpointSet {
    try await combination.lookup(target)
  }

  /// What the chosen source says.
  public func subscribe(to target: Target) -> EndpointUpdates { combination.subscribe(to: target) }
}

/// A source, and another one for when it has nothing good to say.
///
/// The fallback is asked when the primary source has an error (also ``DiscoveryError/Reason/notFound``) or only remembers, or has not answered for
/// some time; it is let go when the primary source is back. A set without endpoints is an answer.
public struct PrimaryWithFallback: DiscoverySource {
  private let combination: Combination

  /// - Parameters:
  ///   - primary: who is listened to as long as it has something good to say.
  ///   - fallback: who is listened to otherwise.
  ///   - patience: how long the primary source is waited for at first.
  public init(
    _ primary: any DiscoverySource, fallback: any DiscoverySource, patience: Duration = .seconds(2)
  ) {
    combination = Combination(sources: [primary, fallback], rule: .inOrder, patience: patience)
  }

  /// Both names: `A, else B`.
  public var name: String { combination.names.joined(separator: ", else ") }

  /// What the primary source says, or else the fallback.
  public func lookup(_ target: Target) async throws(DiscoveryError) -> EndpointSet {
    try await combination.lookup(target)
  }

  /// What the primary source says, or else the fallback.
  public func subscribe(to target: Target) -> EndpointUpdates { combination.subscribe(to: target) }
}

/// Sources, and whom of them to listen to.
private struct Combination: Sendable {
  let sources: [any DiscoverySource]
  let rule: SourceChoice.Rule
  let patience: Duration

  var names: [String] { sources.map(\.name) }

  func subscribe(to target: Target) -> EndpointUpdates {
    EndpointUpdates { publisher in
      let ask: Listening.Ask = { source, tell in
        for await update in source.subscribe(to: target) { tell(update) }
      }
      var listening = Listening(self, ask)
      await listening.run { update, _ in
        publisher.publish(update)
        return true
      }
    }
  }

  func lookup(_ target: Target) async throws(DiscoveryError) -> EndpointSet {
    guard !sources.isEmpty else { throw DiscoveryError(.notFound, "there is no source to ask for \(target)") }
    let ask: Listening.Ask = { source, tell in
      tell(await source.answer(target))
    }
    var answer = EndpointUpdate.failure(DiscoveryError(.cancelled, "the lookup of \(target) was cancelled"))
    var listening = Listening(self, ask)
    await listening.run { update, isSettled in
      if isSettled { answer = update }
      return !isSettled
    }
    return try answer.get()
  }
}

/// Listens to sources as a ``SourceChoice`` wants it, until its task is cancelled.
private struct Listening {
  /// Asks a source, and tells what it says.
  typealias Ask = @Sendable (any DiscoverySource, @Sendable (EndpointUpdate) -> Void) async -> Void

  private enum Event: Sendable {
    case said(EndpointUpdate, Int, run: UInt64)
    case waited
  }

  private let sources: [any DiscoverySource]
  private let patience: Duration
  private let ask: Ask
  private var choice: SourceChoice
  private var tasks: [Int: Task<Void, Never>] = [:]
  private let events = AsyncStream.makeStream(of: Event.self)

  init(_ combination: Combination, _ ask: @escaping Ask) {
    sources = combination.sources
    patience = combination.patience
    choice = SourceChoice(combination.rule, combination.names)
    self.ask = ask
  }

  /// - Parameter say: gets what there is to say, and whether nothing better can come; `false` ends the
  mutating func run(_ say: (EndpointUpdate, Bool) -> Bool) async {
    let clock = Task { [patience, events] in
      if (try? await Task.sleep(for: patience)) != nil { events.continuation.yield(.waited) }
    }
    defer {
      clock.cancel()
      for task in tasks.values { task.cancel() }
    }
    guard perform(choice.start(), say) else { return }
    for await event in events.stream {
      guard perform(actions(event), say) else { return }
    }
  }

  private mutating func actions(_ event: Event) -> [SourceChoice.Action] {
    switch event {
    case .said(let update, let source, let run): choice.take(update, from: source, run: run)
    case .waited: choice.waitedLongEnough()
    }
  }

  private mutating func perform(_ actions: [SourceChoice.Action], _ say: (EndpointUpdate, Bool) -> Bool) -> Bool {
    for action in actions {
      switch action {
      case .begin(let source, let run): begin(source, run)
      case .end(let source): tasks.removeValue(forKey: source)?.cancel()
      case .say(let update): guard say(update, choice.isSettled) else { return false }
      }
    }
    return true
  }

  private mutating func begin(_ index: Int, _ run: UInt64) {
    tasks[index] = Task { [source = sources[index], ask, events] in
      await ask(source) { events.continuation.yield(.said($0, index, run: run)) }
    }
  }
}
