/// The attempts of one request: the first, those after failures, and those beside one that takes long.
///
/// A value: what happened goes in, what to do comes out. It holds no endpoint and no time but what is given to it.
public struct RequestAttempts: Sendable {
  /// What happened.
  public enum Event: Sendable, Hashable {
    /// The request came.
    case begun
    /// The hedging delay passed.
    case delayPassed
    /// An attempt failed; whether another one may be made.
    case failed(mayRetry: Bool)
    /// A further attempt found no place or no endpoint, and was not made.
    case notMade
    /// An attempt gave the result.
    case succeeded
  }

  /// What to do.
  public enum Action: Sendable, Hashable {
    /// Make an attempt; `isHedge` when another one runs.
    case attempt(isHedge: Bool)
    /// Tell when the hedging delay has passed, counted from now.
    case wait(Duration)
    /// Nothing; something is under way.
    case goOn
    /// Give the result, and end what else is under way.
    case finish
    /// Give the last error.
    case giveUp
  }

  private var attemptsLeft: Int
  private var hedgesLeft: Int
  private let delay: Duration?
  private var underWay = 0

  /// A request that is tried `attempts` times at most, one after the other, and beside those `hedges` times, `delay` after each other.
  public init(attempts: Int, hedges: Int = 0, delay: Duration? = nil) {
    attemptsLeft = max(attempts, 1)
    hedgesLeft = delay == nil ? 0 : max(hedges, 0)
    self.delay = delay
  }

  /// Takes what happened.
  ///
  /// - Parameters:
  ///   - event: what happened.
  ///   - mayAgain: asks the budget for one more attempt; asked only when one would be made.
  public mutating func take(_ event: Event, budget mayAgain: () -> Bool) -> [Action] {
    switch event {
    case .begun: return begin()
    case .delayPassed: return hedge(mayAgain)
    case .failed(let mayRetry): return failed(mayRetry, mayAgain)
    case .notMade: return notMade()
    case .succeeded: return [.finish]
    }
  }

  private mutating func begin() -> [Action] {
    attemptsLeft -= 1
    underWay = 1
    return [.attempt(isHedge: false)] + nextDelay()
  }

  private mutating func hedge(_ mayAgain: () -> Bool) -> [Action] {
    guard underWay > 0, hedgesLeft > 0, mayAgain() else { return [.goOn] }
    hedgesLeft -= 1
    underWay += 1
    return [.attempt(isHedge: true)] + nextDelay()
  }

  private mutating func failed(_ mayRetry: Bool, _ mayAgain: () -> Bool) -> [Action] {
    underWay -= 1
    if mayRetry, attemptsLeft > 0, mayAgain() {
      attemptsLeft -= 1
      underWay += 1
      return [.attempt(isHedge: underWay > 1)]
    }
    return [underWay > 0 ? .goOn : .giveUp]
  }

  private mutating func notMade() -> [Action] {
    underWay -= 1
    return [underWay > 0 ? .goOn : .giveUp]
  }

  private func nextDelay() -> [Action] {
    guard hedgesLeft > 0, let delay else { return [] }
    return [.wait(delay)]
  }
}
