import NetworkAddresses
import Synchronization
import Testing

@testable import ClusterDiscovery

private struct Broken: Error, Hashable {}

@Suite("Service clients", .timeLimit(.minutes(2))) struct ServiceClientTests {
  private let source = ToldSource()
  private let time = ManualClock()

  private func client(
    _ policy: BalancingPolicy = .roundRobin, _ change: (inout ServiceClientOptions) -> Void = { _ in }
  ) -> ServiceClient {
    var options = ServiceClientOptions()
    change(&options)
    return ServiceClient(webTarget, source: source, balancer: Balancer(policy), options: options, clock: time.clock)
  }

  @Test("a request that comes before the first set waits for it")
  func firstSet() async throws {
    let client = client()
    #expect(client.state == .waiting && client.pick() == nil && client.endpoints == nil)
    try await running(client) {
      async let answer = client.withEndpoint { $0.address }
      await source.subscriptions.wait { $0 == 1 }
      source.fail(.unavailable)
      await client.wait { $0.state != .waiting }
      source.say(endpoints(1))
      let found = try await answer
      #expect(found == address(of: 0))
      #expect(client.state == .fresh && client.pick()?.address == address(of: 0))
    }
    #expect(client.statistics.requests == 1)
  }

  @Test("it does not wait longer than the limit, nor for what cannot come")
  func waitLimit() async throws {
    let client = client { $0.waitLimit = .seconds(7) }
    await running(client) {
      let request = Task { try await client.withEndpoint { $0.address } }
      await source.subscriptions.wait { $0 == 1 }
      source.fail(.unavailable)
      await client.wait { $0.state != .waiting }
      time.advance(by: .seconds(7))
      await #expect(throws: ServiceError.unavailable(DiscoveryError(.unavailable, "unavailable"))) {
        try await request.value
      }
      source.fail(.notFound)
      await client.wait { $0.state == .failed(DiscoveryError(.notFound, "notFound")) }
      await #expect(throws: ServiceError.unavailable(DiscoveryError(.notFound, "notFound"))) {
        try await client.withEndpoint { $0.address }
      }
    }
  }

  @Test("a client that nobody runs says so")
  func notRun() async throws {
    let client = client { $0.waitLimit = .zero }
    let error = await #expect(throws: ServiceError.self) { try await client.withEndpoint { $0.address } }
    #expect(error?.description.contains("nobody runs the client of web.shop") == true)
  }

  @Test("a service without endpoints is an error of its own, and recovers")
  func noEndpoints() async throws {
    let client = client()
    source.say([])
    try await running(client) {
      await #expect(throws: ServiceError.noEndpoints(webTarget)) { try await client.withEndpoint { $0.address } }
      source.say(endpoints(2))
      await client.wait { $0.pick() != nil }
      _ = try await client.withEndpoint { $0.address }
    }
  }

  @Test(
    "what is safe to retry is retried, each time elsewhere",
    arguments: [
      BalancingPolicy.roundRobin, .random, .leastRequests, .pickFirst, .maglev(Maglev()), .ringHash(RingHash()),
      .sessionAffinity(SessionAffinity()), .peakEWMA(PeakEWMA()),
    ])
  func retries(policy: BalancingPolicy) async throws {
    let client = client(policy)
    source.say(endpoints(3))
    let asked = Watched<[SocketAddress]>([])
    try await running(client) {
      try await client.withEndpoint(key: "user 7") { endpoint in
        asked.change { $0.append(endpoint.address) }
        if asked.value.count < 3 { throw ConnectionRefused() }
      }
      #expect(Set(asked.value).count == 3)
      // There is no fourth: the last error stands.
      await #expect(throws: Broken.self) {
        try await client.withEndpoint(key: "user 7", retry: RetryPolicy(attempts: 9)) { _ in
          asked.change { $0.append(address(of: 99)) }
          throw SafeToRetry(Broken())
        }
      }
    }
    #expect(asked.value.count == 6)
    #expect(client.statistics.retries == 4)
  }

  @Test("what nobody calls safe is not retried, and who asks may judge otherwise")
  func judging() async throws {
    let client = client()
    source.say(endpoints(3))
    let asked = Watched(0)
    await running(client) {
      for (policy, expected) in [(RetryPolicy.standard, 1), (RetryPolicy { _ in .safeToRetry }, 3), (.never, 1)] {
        asked.change { $0 = 0 }
        await #expect(throws: Broken.self) {
          try await client.withEndpoint(retry: policy) { _ in
            asked.change { $0 += 1 }
            throw Broken()
          }
        }
        #expect(asked.value == expected)
      }
    }
  }

  @Test("the budget ends retries, not requests")
  func budget() async throws {
    let client = client { ($0.budget, $0.outliers) = (.none, .off) }
    source.say(endpoints(3))
    try await running(client) {
      await #expect(throws: ConnectionRefused.self) {
        try await client.withEndpoint { _ in throw ConnectionRefused() }
      }
      _ = try await client.withEndpoint { $0.address }
    }
    #expect(client.statistics.refusedByBudget == 1 && client.statistics.retries == 0)
  }

  @Test("beyond the limits requests wait in their order, then fail at once; who is cancelled leaves the queue")
  func circuit() async throws {
    let client = client { ($0.limits.concurrent, $0.limits.pending) = (1, 2) }
    source.say(endpoints(2))
    let (hold, order) = (Watched(false), Watched<[Int]>([]))
    try await running(client) {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await client.withEndpoint { _ in await hold.wait { $0 } } }
        await waitFor(client) { $0.circuit.underWay == 1 }
        let cancelled = Task { try await client.withEndpoint { _ in order.change { $0.append(1) } } }
        await waitFor(client) { $0.circuit.waiters == 1 }
        group.addTask { try await client.withEndpoint { _ in order.change { $0.append(2) } } }
        await waitFor(client) { $0.circuit.waiters == 2 }
        await #expect(throws: ServiceError.circuitOpen(webTarget, underWay: 1, waiting: 2)) {
          try await client.withEndpoint { $0.address }
        }
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        hold.change { $0 = true }
        try await group.waitForAll()
      }
    }
    #expect(order.value == [2] && client.statistics.refusedByCircuit == 1)
    client.book.withLock { book in
      #expect(book.circuit.underWay == 0 && book.circuit.waiters == 0 && book.early.isEmpty && book.waiters.isEmpty)
    }
  }

  @Test("no endpoint has more under way than it may")
  func perEndpoint() async throws {
    let client = client(.pickFirst) { $0.limits.concurrentPerEndpoint = 1 }
    source.say(endpoints(3))
    let (hold, asked) = (Watched(false), Watched<[SocketAddress]>([]))
    try await running(client) {
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 1...3 {
          group.addTask {
            try await client.withEndpoint { endpoint in
              asked.change { $0.append(endpoint.address) }
              await hold.wait { $0 }
            }
          }
          await asked.wait { $0.count == number }
        }
        #expect(Set(asked.value).count == 3)
        group.addTask { try await client.withEndpoint { _ in } }
        await waitFor(client) { $0.circuit.waiters == 1 }
        hold.change { $0 = true }
        try await group.waitForAll()
      }
    }
  }

  @Test("an endpoint that fails is left out, comes back on probation, and counts again when it does well")
  func ejection() async throws {
    let client = client { $0.outliers.consecutiveFailures = 2 }
    source.say(endpoints(4))
    try await running(client) {
      func ask(_ count: Int, isDown: Bool) async -> Int {
        var asked = 0
        for _ in 0..<count {
          try? await client.withEndpoint { endpoint in
            guard endpoint.address == address(of: 1) else { return }
            asked += 1
            if isDown { throw Broken() }
          }
        }
        return asked
      }
      #expect(await ask(16, isDown: true) == 2)
      #expect(client.ejected == [address(of: 1)] && client.statistics.ejections == 1)
      await client.wait { $0.book.withLock { $0.pickerEjections == [address(of: 1)] } }
      #expect(!(0..<16).contains { _ in client.pick()?.address == address(of: 1) })
      time.advance(by: .seconds(30))
      await client.wait { $0.book.withLock { $0.pickerEjections.isEmpty } }
      // While a request is under way, there is no second one.
      let hold = Watched(false)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<4 {
          group.addTask {
            try await client.withEndpoint { if $0.address == address(of: 1) { await hold.wait { $0 } } }
          }
        }
        while client.statistics.requests < 20 || client.underWay(address(of: 1)) < 1 { await Task.yield() }
        #expect(await ask(12, isDown: false) == 0)
        hold.change { $0 = true }
        try await group.waitForAll()
      }
      #expect(await ask(16, isDown: false) >= 3)
      #expect(client.book.withLock { !$0.detector.isOnProbation(address(of: 1)) })
    }
  }

  @Test(
    "when most are ejected, the balancer's panic threshold says whether they are asked nevertheless",
    arguments: [
      (0.5, true), (0.0, false),
    ])
  func panic(threshold: Double, isAsked: Bool) async throws {
    var options = ServiceClientOptions()
    (options.outliers.consecutiveFailures, options.outliers.maximumShare) = (1, 1)
    let balancer = Balancer(.roundRobin, panicThreshold: PanicThreshold(threshold))
    let client = ServiceClient(webTarget, source: source, balancer: balancer, options: options, clock: time.clock)
    source.say(endpoints(3))
    try await running(client) {
      for _ in 0..<3 { try? await client.withEndpoint(retry: .never) { _ in throw Broken() } }
      #expect(client.ejected.count == 3)
      await client.wait { $0.book.withLock { $0.pickerEjections.count == 3 } }
      if isAsked {
        _ = try await client.withEndpoint { $0.address }
      } else {
        await #expect(throws: ServiceError.noEndpoints(webTarget)) { try await client.withEndpoint { $0.address } }
      }
      time.advance(by: .seconds(30))
      await client.wait { $0.ejected.isEmpty && $0.pick() != nil }
      _ = try await client.withEndpoint { $0.address }
    }
  }

  @Test("a draining endpoint gets nothing new, and what it has under way ends well")
  func draining() async throws {
    let client = client()
    source.say(endpoints(2))
    let (hold, asked) = (Watched(false), Watched(0))
    try await running(client) {
      await client.wait { $0.pick() != nil }
      async let both: Void = withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<2 {
          group.addTask {
            try await client.withEndpoint { _ in
              asked.change { $0 += 1 }
              await hold.wait { $0 }
            }
          }
        }
        try await group.waitForAll()
      }
      await asked.wait { $0 == 2 }
      source.say([Endpoint(address(of: 0), condition: .draining), Endpoint(address(of: 1))])
      await client.wait { $0.book.withLock { $0.usable.count == 1 } }
      for _ in 0..<10 { #expect(try await client.withEndpoint { $0.address } == address(of: 1)) }
      hold.change { $0 = true }
      try await both
      #expect(client.underWay(address(of: 1)) == 0)
    }
  }

  @Test("while the source is away the last set is used, up to the limit; then requests say why they fail")
  func staleness() async throws {
    let client = client { $0.staleLimit = .seconds(60) }
    source.say(endpoints(2))
    try await running(client) {
      await client.wait { $0.pick() != nil }
      source.fail(.unavailable)
      await client.wait { $0.state == .stale(since: time.now) }
      time.advance(by: .seconds(59))
      _ = try await client.withEndpoint { $0.address }
      time.advance(by: .seconds(1))
      await client.wait { $0.pick() == nil }
      let error = await #expect(throws: ServiceError.self) { try await client.withEndpoint { $0.address } }
      guard case .unavailable(let why) = error else { Issue.record("\(String(describing: error))"); return }
      #expect(why.reason == .tooOld)
      source.say(endpoints(5))
      await client.wait { $0.pick() != nil }
      #expect(client.state == .fresh)
      _ = try await client.withEndpoint { $0.address }
    }
  }

  @Test("cancellation ends a request, says nothing of its endpoint, and is not retried")
  func cancellation() async throws {
    let client = client { $0.outliers.consecutiveFailures = 1 }
    source.say(endpoints(3))
    let asked = Watched(0)
    await running(client) {
      let request = Task {
        try await client.withEndpoint { _ in
          asked.change { $0 += 1 }
          try await Task.sleep(for: .seconds(3600))
        }
      }
      await asked.wait { $0 == 1 }
      request.cancel()
      await #expect(throws: CancellationError.self) { try await request.value }
    }
    #expect(asked.value == 1 && client.ejected.isEmpty && client.book.withLock { $0.circuit.underWay } == 0)
  }

  @Test("a client is run once, and a helper runs it for the length of a closure")
  func convenience() async throws {
    source.say(endpoints(1))
    let found = try await withServiceClient(webTarget, source: source) { client in
      await client.wait { $0.pick() != nil }
      await client.run()
      return try await client.withEndpoint { $0.address }
    }
    #expect(found == address(of: 0))
    await source.subscriptions.wait { $0 == 0 }
  }

  /// Waits for what the client's book says, which nothing announces: gives other tasks their turn in between.
  private func waitFor(_ client: ServiceClient, _ condition: (ClientBook) -> Bool) async {
    while !client.book.withLock({ condition($0) }) { await Task.yield() }
  }
}

extension ServiceClient {
  /// How many requests to an address are under way.
  fileprivate func underWay(_ address: SocketAddress) -> Int {
    picker.first { $0.address == address }.map(picker.requestsUnderWay) ?? 0
  }
}
