import Synchronization

/// A source whose last good sets are kept in a folder, and given when it is away.
///
/// While the source answers, its sets go through as they are, and are kept. When it is away (any error but
/// ``DiscoveryError/Reason/notFound``), the last good set goes on, marked with ``EndpointSet/staleSince``, also in a process that begins meanwhile; once that is
/// longer ago than allowed, the error is ``DiscoveryError/Reason/tooOld``. That a target is not there is believed at once.
///
/// Ages are measured with a clock that cannot be set; from process to process by the wall clock, where a time to come counts as now. Each target has a file
/// of its own, which is replaced as a whole. A file that cannot be read is reported, and stays as it is until a good set takes its place.
public struct KeptSource: DiscoverySource {
  private let source: any DiscoverySource
  private let shared: SharedSource
  private let keeper: Keeper

  /// Keeps what a source says.
  ///
  /// - Parameters:
  ///   - source: the source.
  ///   - folder: where sets are kept; it is made when it is not there. Two programs do not use the same.
  ///   - maximumAge: how long after the source was last good its set is still given.
  ///   - patience: how long the source is waited for at first before the kept set is given.
  ///   - report: is told what is wrong with the folder and its files meanwhile.
  /// - Throws: when nothing can be kept in the folder: `denied` for missing rights.
  public init(
    wrapping source: any DiscoverySource, folder: String, maximumAge: Duration = .seconds(86_400),
    patience: Duration = .seconds(2), report: @escaping @Sendable (DiscoveryError) -> Void
  ) throws(DiscoveryError) {
    self.source = source
    keeper = Keeper(source, try KeptSets(folder, maximumAge: maximumAge, report), maximumAge, patience)
    shared = SharedSource(keeper)
  }

  /// The name of the source.
  public var name: String { source.name }

  /// What the source says, or what is kept.
  public func lookup(_ target: Target) async throws(DiscoveryError) -> EndpointSet { try await keeper.lookup(target) }

  /// What the source says, or what is kept.
  public func subscribe(to target: Target) -> EndpointUpdates { shared.subscribe(to: target) }
}

/// The source behind the shared subscriptions.
private struct Keeper: DiscoverySource {
  let source: any DiscoverySource
  let sets: KeptSets
  let maximumAge: Duration
  let patience: Duration

  init(_ source: any DiscoverySource, _ sets: KeptSets, _ maximumAge: Duration, _ patience: Duration) {
    (self.source, self.sets, self.maximumAge, self.patience) = (source, sets, maximumAge, patience)
  }

  var name: String { source.name }

  func lookup(_ target: Target) async throws(DiscoveryError) -> EndpointSet {
    var course = KeptCourse(target, maximumAge: maximumAge)
    let known = sets.last(target)
    let source = source
    // Without a kept set there is nothing to give instead of waiting.
    let answer =
      known == nil
      ? await source.answer(target) : await Patience(patience).run { await source.answer(target) }
    if Task.isCancelled { throw DiscoveryError(.cancelled, "the lookup of \(target) was cancelled") }
    if let answer { course.take(answer, at: .now) }
    note(answer, course)
    if let known { course.restore(known) }
    return try (course.verdict(at: .now) ?? .failure(DiscoveryError(.unavailable, "\(name) does not answer"))).get()
  }

  func subscribe(to target: Target) -> EndpointUpdates {
    EndpointUpdates { publisher in
      let subscription = KeptSubscription(target, self, publisher)
      await withTaskGroup(of: Void.self) { group in
        group.addTask { for await update in source.subscribe(to: target) { subscription.take(update) } }
        group.addTask { await subscription.watchTheClock() }
      }
      subscription.save()
    }
  }

  /// Keeps a set that a lookup found, and forgets one that is no more.
  private func note(_ answer: EndpointUpdate?, _ course: KeptCourse) {
    if course.isGood, let kept = course.kept { sets.keep(kept) }
    if course.isGone { sets.forget(course.target) }
  }
}

/// One subscription to a source whose sets are kept.
private final class KeptSubscription: Sendable {
  private let course: Mutex<KeptCourse>
  private let sets: KeptSets
  private let publisher: EndpointPublisher
  private let patience: Duration
  /// How often it is looked whether what is known has become too old, or is to be kept.
  private let tick: Duration

  init(_ target: Target, _ keeper: Keeper, _ publisher: EndpointPublisher) {
    course = Mutex(KeptCourse(target, maximumAge: keeper.maximumAge))
    sets = keeper.sets
    self.publisher = publisher
    patience = keeper.patience
    tick = min(max(keeper.maximumAge / 4, .milliseconds(10)), .seconds(1))
  }

  /// The source says something. Under the lock, so that the reader gets states in their order.
  func take(_ update: EndpointUpdate) {
    course.withLock { course in
      course.take(update, at: .now)
      if course.isGone { sets.forget(course.target) }
      say(&course)
    }
  }

  /// Until the task is cancelled.
  func watchTheClock() async {
    let start = ContinuousClock.now
    while !Task.isCancelled {
      try? await Task.sleep(for: tick)
      course.withLock { course in
        course.pass(to: .now)
        if course.isGood, let kept = course.kept {
          sets.keep(kept)
        } else if course.hasAnswer || ContinuousClock.now - start >= patience {
          say(&course)
        }
      }
    }
  }

  /// Keeps what was good up to now.
  func save() {
    course.withLock { course in
      course.pass(to: .now)
      if course.isGood, let kept = course.kept { sets.keep(kept, always: true) }
    }
  }

  private func say(_ course: inout KeptCourse) {
    if course.needsKept, let known = sets.last(course.target) { course.restore(known) }
    if let verdict = course.verdict(at: .now) { publisher.publish(verdict) }
  }
}
