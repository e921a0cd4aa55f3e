/// Which of several sources is listened to: told what they say, it says what is to be done.
///
/// A set that a source vouches for counts more than one that it only remembers (stale), and that more than an error.
struct SourceChoice {
  enum Rule {
    /// The one that answers first, until it has nothing good to say any more.
    case firstAnswer
    /// The foremost one that has something good to say.
    case inOrder
  }

  enum Action: Equatable {
    /// Listen to a source; the number tells this time from others.
    case begin(Int, run: UInt64)
    case end(Int)
    case say(EndpointUpdate)
  }

  private let rule: Rule
  private let names: [String]
  private var runs: [Int: UInt64] = [:]
  private var newest: [Int: EndpointUpdate] = [:]
  private var chosen: Int?
  private var lastRun: UInt64 = 0
  /// Whether the foremost source was waited for long enough.
  private var isImpatient: Bool

  init(_ rule: Rule, _ names: [String]) {
    self.rule = rule
    self.names = names
    isImpatient = rule == .firstAnswer
  }

  /// What is to be done first.
  mutating func start() -> [Action] { settle() }

  /// The foremost source has not answered for some time.
  mutating func waitedLongEnough() -> [Action] {
    isImpatient = true
    return settle()
  }

  /// A source says something.
  mutating func take(_ update: EndpointUpdate, from source: Int, run: UInt64) -> [Action] {
    guard runs[source] == run else { return [] }
    newest[source] = update
    return settle()
  }

  /// Whether nothing better can come: a good set was found, or all have answered.
  var isSettled: Bool { chosen != nil || newest.count == names.count }

  private mutating func settle() -> [Action] {
    choose()
    return adjustRuns() + (verdict.map { [.say($0)] } ?? [])
  }

  private mutating func choose() {
    if rule == .firstAnswer, let chosen, isFresh(chosen) { return }
    chosen = names.indices.first(where: isFresh)
  }

  private func isFresh(_ source: Int) -> Bool {
    guard case .success(let set)? = newest[source] else { return false }
    return set.staleSince == nil
  }

  private var wanted: Set<Int> {
    if let chosen { return rule == .firstAnswer ? [chosen] : Set(0...chosen) }
    return isImpatient || newest[0] != nil ? Set(names.indices) : Set(names.indices.prefix(1))
  }

  private mutating func adjustRuns() -> [Action] {
    var actions: [Action] = []
    for source in names.indices where wanted.contains(source) != (runs[source] != nil) {
      newest[source] = nil
      if runs[source] != nil {
        runs[source] = nil
        actions.append(.end(source))
      } else {
        lastRun += 1
        runs[source] = lastRun
        actions.append(.begin(source, run: lastRun))
      }
    }
    return actions
  }

  /// What the sources amount to; `nil` while some have not answered and none has a set.
  private var verdict: EndpointUpdate? {
    if let chosen { return newest[chosen] }
    let stale = names.indices.compactMap { newest[$0] }.first { if case .success = $0 { true } else { false } }
    if let stale { return stale }
    return newest.count == names.count ? .failure(failure) : nil
  }

  /// All errors as one. The target is not there only if all say so.
  private var failure: DiscoveryError {
    let errors = names.indices.compactMap { index -> (name: String, error: DiscoveryError)? in
      guard case .failure(let error)? = newest[index] else { return nil }
      return (names[index], error)
    }
    let reason = errors.first { $0.error.reason != .notFound }?.error.reason ?? .notFound
    return DiscoveryError(reason, errors.map { "\($0.name): \($0.error)" }.joined(separator: "; "))
  }
}
