import NetworkAddresses

extension ServiceClient {
  /// Makes a request: chooses an endpoint, and runs `body` with it.
  ///
  /// How long it takes and how it ends is what the balancer and outlier detection go by. When `body` throws an error after which another
  /// endpoint may be tried, and the budget allows it, `body` runs again, with an endpoint that was not tried yet. An attempt
  /// that is cancelled says nothing of its endpoint: a time limit belongs into `body`, as an error of its own.
  ///
  /// - Parameters:
  ///   - key: what identifies the client, for balancers that give equal keys the same endpoint.
  ///   - retry: how often a request is tried, and after which errors.
  ///   - body: the request, to this endpoint.
  /// - Returns: what `body` gives.
  /// - Throws: the last error of `body`; ``ServiceError`` when it never ran; `CancellationError`.
  public nonisolated(nonsending) func withEndpoint<Response>(
    key: String? = nil, retry: RetryPolicy = .standard,
    _ body: nonisolated(nonsending) (Endpoint) async throws -> Response
  ) async throws -> Response {
    let key = key.map { KeyHash.of($0) }
    try await waitForEndpoints()
    try await enter()
    defer { leave() }
    var attempts = RequestAttempts(attempts: retry.attempts)
    var tried: [SocketAddress] = []
    var lastError: (any Error)?
    var actions = take(.begun, &attempts)
    while case .attempt = actions.first {
      try Task.checkCancellation()
      guard let attempt = begin(key: key, not: tried) else { break }
      tried.append(attempt.pick.address)
      do {
        let response = try await body(attempt.endpoint)
        end(attempt, .success)
        return response
      } catch {
        let mayRetry = failed(attempt, error, retry)
        lastError = (error as? SafeToRetry)?.error ?? error
        actions = take(.failed(mayRetry: mayRetry), &attempts)
      }
    }
    throw lastError ?? whyNone
  }

  /// Counts a failed attempt. Whether another endpoint may be tried.
  func failed(_ attempt: Attempt, _ error: any Error, _ retry: RetryPolicy) -> Bool {
    guard !Task.isCancelled, !(error is CancellationError) else {
      end(attempt, .abandoned)
      return false
    }
    let verdict = retry.judge(error)
    end(attempt, verdict == .answered ? .success : .failure)
    return verdict == .safeToRetry
  }

  /// What to do after an event, within the budget.
  func take(_ event: RequestAttempts.Event, _ attempts: inout RequestAttempts) -> [RequestAttempts.Action] {
    let now = clock.now()
    return book.withLock { book in
      if event == .begun { book.budget.countRequest(at: now) }
      return attempts.take(event) { book.mayAgain(at: now) }
    }
  }
}

extension ClientBook {
  /// Asks the budget for one more attempt.
  fileprivate mutating func mayAgain(at now: ContinuousClock.Instant) -> Bool {
    let isAllowed = budget.takeRetry(at: now)
    if !isAllowed { statistics.refusedByBudget += 1 }
    return isAllowed
  }
}
