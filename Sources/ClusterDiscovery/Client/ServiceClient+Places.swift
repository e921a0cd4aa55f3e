extension ServiceClient {
  /// Waits for the first endpoint set, up to the limit.
  func waitForEndpoints() async throws {
    if book.withLock({ $0.hasPicker }) { return }
    let deadline = clock.now() + options.waitLimit.bounded
    while true {
      let version = news.version
      if try isReady(lastTry: clock.now() >= deadline) { return }
      await news.wait(after: version, until: deadline, clock)
      try Task.checkCancellation()
    }
  }

  /// Whether there is a picker. An error, when there is no use in waiting.
  private func isReady(lastTry: Bool) throws(ServiceError) -> Bool {
    let (hasPicker, held) = book.withLock { ($0.hasPicker, $0.held) }
    if hasPicker { return true }
    if case .failed(let error) = held.state, lastTry || held.hadSet || error.reason != .unavailable {
      throw .unavailable(error)
    }
    guard !lastTry else { throw .unavailable(saidNothing) }
    return false
  }

  private var saidNothing: DiscoveryError {
    DiscoveryError(
      .unavailable,
      book.withLock { $0.isRunning }
        ? "\(source.name) has said nothing of \(target) for \(options.waitLimit)"
        : "nobody runs the client of \(target): call run(), or use withServiceClient")
  }

  /// Takes a place among the requests under way; waits for one if need be. To be given back with ``leave()``.
  func enter() async throws {
    let entry = book.withLock { book in
      book.statistics.requests += 1
      let entry = book.circuit.enter()
      if entry == .refused { book.statistics.refusedByCircuit += 1 }
      return entry
    }
    switch entry {
    case .admitted: return
    case .waits(let ticket): try await wait(with: ticket)
    case .refused:
      throw book.withLock {
        ServiceError.circuitOpen(target, underWay: $0.circuit.underWay, waiting: $0.circuit.waiters)
      }
    }
  }

  /// Gives a place back.
  func leave() { book.withLock { $0.leave() }?.resume() }

  /// Waits until it is a ticket's turn. With an error no place is taken.
  private func wait(with ticket: UInt64) async throws {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { waiter in
        let outcome: Result<Void, any Error>? = book.withLock { book in
          if book.early.remove(ticket) != nil { return .success(()) }
          // Whoever cancels sets the flag before it gives the ticket back.
          if Task.isCancelled { return .failure(CancellationError()) }
          book.waiters[ticket] = waiter
          return nil
        }
        if let outcome { waiter.resume(with: outcome) }
      }
    } onCancel: {
      let waiter = book.withLock { book in
        book.circuit.abandon(ticket) ? book.waiters.removeValue(forKey: ticket) : nil
      }
      waiter?.resume(throwing: CancellationError())
    }
  }
}
