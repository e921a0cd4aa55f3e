import DNSWire
import QueryEngine

/// Which upstreams a query was sent to and how that went: a state machine without sockets and clocks.
///
/// The upstreams that are well are asked in turn, over and over, each as often as allowed. One that can't be reached, or
/// whose answer calls for another upstream (`failover`), is not asked again. When all are down, one of them is asked all
/// the same: perhaps it is the probes that fail.
struct ForwardAttempts {
  /// The upstreams that may be asked, the next one first.
  private var queue: [Int]
  /// How many more questions may be sent.
  private var left: Int
  private var tries: [Int: Int] = [:]
  private var answer: Message?
  private var failure: String?
  /// Whether the last call of ``next(isDown:)`` found nobody only because all are down.
  private(set) var areAllDown = false

  /// - Parameters:
  ///   - order: the upstreams in the order in which to ask.
  ///   - maximum: the most questions in all; 0 for no bound.
  init(order: [Int], maximum: Int) {
    queue = order
    left = maximum == 0 ? .max : maximum
  }

  /// The next upstream that is well.
  mutating func next(isDown: (Int) -> Bool) -> Int? {
    areAllDown = false
    guard left > 0, let position = queue.firstIndex(where: { !isDown($0) }) else {
      areAllDown = left > 0 && !queue.isEmpty && answer == nil
      return nil
    }
    left -= 1
    return take(at: position)
  }

  /// One of those that are down, the first time that it is asked for.
  mutating func nextOfAny() -> Int? {
    guard left > 0, let position = queue.indices.randomElement() else { return nil }
    left = 0
    return take(at: position)
  }

  private mutating func take(at position: Int) -> Int {
    let index = queue.remove(at: position)
    tries[index, default: 0] += 1
    return index
  }

  /// The upstream gave no answer.
  mutating func failed(_ index: Int, _ error: UpstreamError, mostTries: Int) {
    failure = error.text
    switch error {
    case .timeout, .closed: if tries[index, default: 0] < mostTries { queue.append(index) }
    case .unreachable: break
    case .overloaded, .cancelled: queue = []
    }
  }

  /// The upstream's answer calls for another one; it counts when there is none.
  mutating func failedOver(_ index: Int, _ message: Message) { answer = message }

  /// What the query gets when nobody is left or time is up.
  var outcome: ForwardRoute.Outcome {
    if let answer { return .answer(answer) }
    return .failure(failure ?? "no healthy proxies")
  }
}
