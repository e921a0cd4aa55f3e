import Synchronization

/// The questions that are on their way: whoever asks the same waits for the same answer.
final class ForwardFlights: Sendable {
  private typealias Waiter = CheckedContinuation<Turn, Never>
  private let flights = Mutex<[ForwardQuestion: [Waiter]]>([:])

  /// What comes of wanting to ask.
  private enum Turn: Sendable {
    /// Nobody asks this yet: ask.
    case lead
    /// Another one asked.
    case landed(ForwardRoute.Outcome)
  }

  /// How many questions are on their way.
  var count: Int { flights.withLock(\.count) }

  /// How many queries wait for an answer that another one asked for.
  var waiting: Int { flights.withLock { $0.values.reduce(0) { $0 + $1.count } } }

  /// Asks, unless the same question is on its way already: then its outcome is this one's too.
  func join(
    _ question: ForwardQuestion, _ ask: () async -> ForwardRoute.Outcome
  ) async -> ForwardRoute.Outcome {
    while true {
      switch await turn(question) {
      case .lead:
        let outcome = await ask()
        land(question, outcome)
        return outcome
      case .landed(.cancelled):
        // Only the one who asked was cancelled.
        if Task.isCancelled { return .cancelled }
      case .landed(let outcome): return outcome
      }
    }
  }

  private func turn(_ question: ForwardQuestion) async -> Turn {
    // Mostly nobody asks the same: that needs no continuation.
    if takesLead(question) { return .lead }
    return await withCheckedContinuation { waiter in
      if takesLead(question, else: waiter) { waiter.resume(returning: .lead) }
    }
  }

  /// Whether nobody asks this yet; else the waiter, if there is one, gets the outcome.
  private func takesLead(_ question: ForwardQuestion, else waiter: Waiter? = nil) -> Bool {
    flights.withLock { flights in
      guard flights[question] != nil else {
        flights[question] = []
        return true
      }
      if let waiter { flights[question]?.append(waiter) }
      return false
    }
  }

  private func land(_ question: ForwardQuestion, _ outcome: ForwardRoute.Outcome) {
    let waiters = flights.withLock { $0.removeValue(forKey: question) }
    for waiter in waiters ?? [] { waiter.resume(returning: .landed(outcome)) }
  }
}
