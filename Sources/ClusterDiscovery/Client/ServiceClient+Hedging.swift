import NetworkAddresses

extension ServiceClient {
  /// Makes a request that may be done twice: when an attempt takes long, another one runs beside it on another endpoint, and the first
  /// response counts.
  ///
  /// The attempts that lose are cancelled, and their ends waited for: `body` is to end soon when its task is cancelled. All
  /// else is as with ``withEndpoint(key:retry:_:)``.
  ///
  /// - Parameters:
  ///   - key: what identifies the client, for balancers that give equal keys the same endpoint.
  ///   - hedge: when another attempt is made, and how many; the budget counts them.
  ///   - retry: how often a request is tried after failures, and after which errors.
  ///   - body: the request, to this endpoint. It has to be idempotent.
  public func withEndpoint<Response: Sendable>(
    key: String? = nil, hedge: HedgePolicy, retry: RetryPolicy = .standard,
    _ body: @escaping @Sendable (Endpoint) async throws -> Response
  ) async throws -> Response {
    try await waitForEndpoints()
    try await enter()
    defer { leave() }
    let delay = book.withLock { hedge.wait($0.latencies) }
    let request = HedgedRequest(client: self, key: key.map { KeyHash.of($0) }, retry: retry, body: body)
    return try await request.run(RequestAttempts(attempts: retry.attempts, hedges: hedge.maximum, delay: delay))
  }
}

/// A request with attempts beside each other.
private struct HedgedRequest<Response: Sendable>: Sendable {
  enum News: Sendable {
    case delayPassed
    case response(Response)
    case failed(any Error, mayRetry: Bool)
    case cancelled
  }

  typealias Attempts = ThrowingTaskGroup<News, any Error>

  let client: ServiceClient
  let key: UInt64?
  let retry: RetryPolicy
  let body: @Sendable (Endpoint) async throws -> Response

  func run(_ attempts: RequestAttempts) async throws -> Response {
    try await withThrowingTaskGroup(of: News.self) { group in
      defer { group.cancelAll() }
      var attempts = attempts
      var tried: [SocketAddress] = []
      var lastError: (any Error)?
      var actions = client.take(.begun, &attempts)
      while true {
        if perform(actions, &attempts, &tried, &group) == .giveUp { throw lastError ?? client.whyNone }
        guard let news = try await group.next() else { throw lastError ?? client.whyNone }
        switch news {
        case .response(let response): return response
        case .cancelled: throw CancellationError()
        case .delayPassed: actions = client.take(.delayPassed, &attempts)
        case .failed(let error, let mayRetry):
          lastError = (error as? SafeToRetry)?.error ?? error
          actions = client.take(.failed(mayRetry: mayRetry), &attempts)
        }
      }
    }
  }

  /// Does what is to be done; what it comes to.
  private func perform(
    _ actions: [RequestAttempts.Action], _ attempts: inout RequestAttempts, _ tried: inout [SocketAddress],
    _ group: inout Attempts
  ) -> RequestAttempts.Action {
    let now = client.clock.now()
    for action in actions {
      switch action {
      case .attempt(let isHedge):
        guard !begin(isHedge: isHedge, &tried, &group) else { continue }
        if client.take(.notMade, &attempts) == [.giveUp] { return .giveUp }
      case .wait(let delay):
        group.addTask { [clock = client.clock] in
          await clock.sleep(now + delay)
          return Task.isCancelled ? .cancelled : .delayPassed
        }
      case .giveUp: return .giveUp
      case .goOn, .finish: break
      }
    }
    return .goOn
  }

  /// Begins an attempt, with a place of its own if it is a hedge. Whether there was an endpoint and a place.
  private func begin(isHedge: Bool, _ tried: inout [SocketAddress], _ group: inout Attempts) -> Bool {
    guard !isHedge || client.book.withLock({ $0.circuit.enterAtOnce() }) else { return false }
    guard let attempt = client.begin(key: key, not: tried, isHedge: isHedge) else {
      if isHedge { client.leave() }
      return false
    }
    tried.append(attempt.pick.address)
    group.addTask {
      defer { if isHedge { client.leave() } }
      return await perform(attempt)
    }
    return true
  }

  private func perform(_ attempt: Attempt) async -> News {
    do {
      let response = try await body(attempt.endpoint)
      client.end(attempt, Task.isCancelled ? .abandoned : .success)
      return .response(response)
    } catch {
      let mayRetry = client.failed(attempt, error, retry)
      return Task.isCancelled ? .cancelled : .failed(error, mayRetry: mayRetry)
    }
  }
}
