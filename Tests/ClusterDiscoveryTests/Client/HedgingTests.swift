import NetworkAddresses
import Testing

@testable import ClusterDiscovery

private struct Broken: Error, Hashable {}

@Suite("Hedged requests", .timeLimit(.minutes(2))) struct HedgingTests {
  private let source = ToldSource()
  private let time = ManualClock()

  private func client(_ change: (inout ServiceClientOptions) -> Void = { _ in }) -> ServiceClient {
    var options = ServiceClientOptions()
    change(&options)
    source.say(endpoints(3))
    return ServiceClient(
      webTarget, source: source, balancer: Balancer(.roundRobin), options: options, clock: time.clock)
  }

  /// What the attempts of a request are told to do.
  private final class Attempts: Sendable {
    let asked = Watched<[SocketAddress]>([])
    let cancelled = Watched(0)

    /// Waits until it is cancelled.
    func hang() async throws {
      do { try await Task.sleep(for: .seconds(3600)) } catch {
        cancelled.change { $0 += 1 }
        throw error
      }
    }

    /// Notes an attempt; its number, from 1.
    func note(_ endpoint: Endpoint) -> Int {
      var number = 0
      asked.change {
        $0.append(endpoint.address)
        number = $0.count
      }
      return number
    }
  }

  @Test("after the delay another endpoint is asked beside, its response counts, and the slow one is cancelled")
  func hedge() async throws {
    let (client, attempts) = (client { $0.outliers.consecutiveFailures = 1 }, Attempts())
    try await running(client) {
      async let answer = client.withEndpoint(hedge: HedgePolicy(after: .fixed(.seconds(1)))) { endpoint in
        guard attempts.note(endpoint) == 2 else {
          try await attempts.hang()
          return address(of: 99)
        }
        return endpoint.address
      }
      await attempts.asked.wait { $0.count == 1 }
      time.advance(by: .seconds(1))
      let found = try await answer
      #expect(found == attempts.asked.value[1])
    }
    #expect(Set(attempts.asked.value).count == 2 && attempts.cancelled.value == 1)
    #expect(client.statistics.hedges == 1 && client.statistics.retries == 0)
    #expect(client.ejected.isEmpty && client.book.withLock { $0.circuit.underWay } == 0)
  }

  @Test("what is quick is not hedged")
  func quick() async throws {
    let (client, attempts) = (client(), Attempts())
    try await running(client) {
      _ = try await client.withEndpoint(hedge: HedgePolicy(after: .fixed(.seconds(1)), maximum: 9)) {
        attempts.note($0)
      }
    }
    #expect(attempts.asked.value.count == 1 && client.statistics.hedges == 0)
  }

  @Test(
    "hedges are no more than the maximum, the budget, the places and the endpoints allow",
    arguments: [
      (1, 100, 100, 2), (9, 100, 100, 3), (9, 0, 100, 1), (9, 100, 2, 2),
    ])
  func bounds(maximum: Int, budget: Int, places: Int, expected: Int) async throws {
    let attempts = Attempts()
    let client = client {
      ($0.budget.minimumPerSecond, $0.budget.share, $0.limits.concurrent) = (budget, 0, places)
    }
    await running(client) {
      let policy = HedgePolicy(after: .fixed(.seconds(1)), maximum: maximum)
      let request = Task {
        try await client.withEndpoint(hedge: policy) { endpoint in
          _ = attempts.note(endpoint)
          try await attempts.hang()
        }
      }
      for number in 1...expected {
        await attempts.asked.wait { $0.count == number }
        time.advance(by: .seconds(1))
      }
      time.advance(by: .seconds(100))
      request.cancel()
      await #expect(throws: CancellationError.self) { try await request.value }
    }
    #expect(attempts.asked.value.count == expected && attempts.cancelled.value == expected)
  }

  @Test("failures are retried, and when all fail the last error stands")
  func failures() async throws {
    let (client, attempts) = (client(), Attempts())
    try await running(client) {
      let policy = HedgePolicy(after: .fixed(.seconds(1)))
      let number = try await client.withEndpoint(hedge: policy) { endpoint in
        let number = attempts.note(endpoint)
        if number < 3 { throw ConnectionRefused() }
        return number
      }
      #expect(number == 3)
      await #expect(throws: Broken.self) { try await client.withEndpoint(hedge: policy) { _ in throw Broken() } }
    }
    #expect(client.statistics.retries == 2)
  }

  @Test("a percentile of the client's own latencies is the delay, once they are known")
  func percentile() async throws {
    let client = client()
    try await running(client) {
      let policy = HedgePolicy(after: .percentile(0.5))
      #expect(client.book.withLock { policy.wait($0.latencies) } == nil)
      for _ in 0..<LatencyHistogram.minimum {
        try await client.withEndpoint { _ in time.advance(by: .milliseconds(100)) }
      }
      let delay = try #require(client.book.withLock { policy.wait($0.latencies) })
      #expect(delay >= .milliseconds(100) && delay <= .milliseconds(126))
    }
  }
}
