import NetworkAddresses

/// One attempt of a request, on one endpoint.
struct Attempt: Sendable {
  let pick: Pick
  let endpoint: Endpoint
  let begun: ContinuousClock.Instant
}

extension ServiceClient {
  /// How often the balancer is asked for an endpoint that may be used, before one is looked for.
  private static let draws = 4

  /// Chooses an endpoint that is not in `tried`, and counts a request of it. To be ended with ``end(_:_:)``.
  ///
  /// - Returns: `nil` when there is none.
  func begin(key: UInt64?, not tried: [SocketAddress], isHedge: Bool = false) -> Attempt? {
    let now = clock.now()
    return book.withLock { book in
      guard let (pick, endpoint) = draw(key, tried, book) ?? search(tried, book) else { return nil }
      picker.begin(pick)
      if !tried.isEmpty { book.statistics.count(isHedge: isHedge) }
      return Attempt(pick: pick, endpoint: endpoint, begun: now)
    }
  }

  /// Counts the end of an attempt.
  func end(_ attempt: Attempt, _ outcome: RequestOutcome) {
    let now = clock.now()
    let latency = max(now - attempt.begun, .zero)
    picker.end(attempt.pick, latency: outcome == .abandoned ? nil : latency, succeeded: outcome == .success)
    let (action, admitted) = book.withLock { book in
      if outcome == .success { book.latencies.count(latency) }
      let action = book.detector.report(outcome, after: latency, of: attempt.pick.address, at: now)
      return (action, book.note(action.map { [$0] } ?? []))
    }
    for waiter in admitted { waiter.resume() }
    if action != nil { work.notify() }
  }

  /// Why no endpoint was found.
  var whyNone: ServiceError {
    if case .failed(let error) = state { .unavailable(error) } else { .noEndpoints(target) }
  }

  /// What the balancer says. A further attempt has a key of its own, so that it does not meet the same endpoint again.
  private func draw(_ key: UInt64?, _ tried: [SocketAddress], _ book: ClientBook) -> (Pick, Endpoint)? {
    for number in tried.count..<tried.count + Self.draws {
      let key = number == 0 ? key : key.map { KeyHash.mix($0, UInt64(number)) }
      guard let pick = picker.pick(PickContext(key: key)) else { return nil }
      if let endpoint = usable(pick, tried, book) { return (pick, endpoint) }
    }
    return nil
  }

  /// Any endpoint that the picker has and that may be used.
  private func search(_ tried: [SocketAddress], _ book: ClientBook) -> (Pick, Endpoint)? {
    var found: Endpoint?
    let pick = picker.first { pick in
      found = usable(pick, tried, book)
      return found != nil
    }
    return if let pick, let found { (pick, found) } else { nil }
  }

  private func usable(_ pick: Pick, _ tried: [SocketAddress], _ book: ClientBook) -> Endpoint? {
    guard !tried.contains(pick.address) else { return nil }
    return book.endpoint(pick.address, underWay: picker.requestsUnderWay(pick))
  }
}
