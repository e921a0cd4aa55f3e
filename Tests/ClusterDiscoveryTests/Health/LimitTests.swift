import ClusterDiscovery
import Testing

private let start = ContinuousClock.now

@Suite("Retry budget") struct RetryBudgetTests {
  @Test(
    "retries are a share of the requests, and so many a second besides",
    arguments: [
      (0, 0.2, 1, 10), (1000, 0.2, 1, 210), (1000, 0, 0, 0), (10, 0.5, 0, 5), (1000, .nan, 0, 0), (7, -1, -5, 0),
    ])
  func share(requests: Int, share: Double, perSecond: Int, expected: Int) {
    var options = RetryBudgetOptions()
    (options.share, options.minimumPerSecond) = (share, perSecond)
    var budget = RetryBudget(options, at: start)
    for _ in 0..<requests { budget.countRequest(at: start) }
    same((0..<2000).count { _ in budget.takeRetry(at: start) }, expected)
  }

  @Test("what is older than the window is forgotten, slice by slice")
  func window() {
    var options = RetryBudgetOptions()
    (options.share, options.minimumPerSecond) = (0.5, 0)
    var budget = RetryBudget(options, at: start)
    for _ in 0..<10 { budget.countRequest(at: start) }
    for _ in 0..<10 { budget.countRequest(at: start + .seconds(5)) }
    let first = (0..<100).count { _ in budget.takeRetry(at: start + .seconds(5)) }
    #expect(first == 10)
    // The first ten requests are beyond the window, and no retry.
    same(budget.takeRetry(at: start + .seconds(10)), false)
    // Everything is.
    same(budget.takeRetry(at: start + .seconds(100)), false)
    budget.countRequest(at: start + .seconds(100))
    budget.countRequest(at: start + .seconds(100))
    same(budget.takeRetry(at: start + .seconds(100)), true)
    same(budget.takeRetry(at: start + .seconds(100)), false)
  }

  @Test("a clock that jumps neither traps nor gives more than there is")
  func clockJumps() {
    var budget = RetryBudget(at: start)
    for offset in [0, -1_000_000, 1_000_000_000, 5, 1_000_000_000] { budget.countRequest(at: start + .seconds(offset)) }
    same((0..<500).count { _ in budget.takeRetry(at: start) }, 100)
  }
}

@Suite("Circuit limits") struct CircuitTests {
  @Test("places first, then tickets in their order, then refusals")
  func order() {
    var circuit = Circuit(places: 2, pending: 2)
    same(
      (0..<5).map { _ in circuit.enter() }, [.admitted, .admitted, .waits(ticket: 1), .waits(ticket: 2), .refused])
    same(circuit.enterAtOnce(), false)
    same([circuit.leave(), circuit.leave(), circuit.leave(), circuit.leave()], [1, 2, nil, nil])
    #expect(circuit.underWay == 0)
    same(circuit.enterAtOnce(), true)
  }

  @Test("a ticket that is given back is skipped, and one whose turn came is a place to be left")
  func abandoning() {
    var circuit = Circuit(places: 1, pending: 9)
    _ = (0..<4).map { _ in circuit.enter() }
    same(circuit.abandon(1), true)
    same(circuit.abandon(1), false)
    same(circuit.leave(), 2)
    same(circuit.abandon(2), false)
    same(circuit.leave(), 3)
    #expect(circuit.waiters == 0 && circuit.underWay == 1)
  }

  @Test("more places admit those who wait, fewer end nothing")
  func resizing() {
    var circuit = Circuit(places: 1, pending: 9)
    _ = (0..<5).map { _ in circuit.enter() }
    same(circuit.resize(places: 3), [1, 2])
    same(circuit.resize(places: 1), [])
    same([circuit.leave(), circuit.leave(), circuit.leave()], [nil, nil, 3])
  }

  @Test("however often tickets are given back, the order stays")
  func manyTickets() {
    var circuit = Circuit(places: 1, pending: 1000)
    _ = circuit.enter()
    var last: UInt64 = 0
    for _ in 0..<100 {
      for _ in 0..<100 { if case .waits(let ticket) = circuit.enter() { last = ticket } }
      for ticket in (last - 99)..<last { same(circuit.abandon(ticket), true) }
      #expect(circuit.waiters == 1)
      same(circuit.leave(), last)
    }
    #expect(circuit.underWay == 1)
  }
}

@Suite("Latency percentiles") struct LatencyHistogramTests {
  @Test("a percentile is within a quarter of what it should be", arguments: [0.5, 0.9, 0.99, 1])
  func accuracy(share: Double) throws {
    var histogram = LatencyHistogram()
    for step in 1...1000 { histogram.count(.microseconds(step * 10)) }
    let expected = share * 10_000
    let found = Double(try #require(histogram.percentile(share)) / .nanoseconds(1)) / 1000
    #expect(found >= expected && found <= 1.26 * expected)
  }

  @Test("too few requests give none, old ones fade, and no latency traps")
  func bounds() throws {
    var histogram = LatencyHistogram()
    for _ in 1..<LatencyHistogram.minimum { histogram.count(.seconds(1)) }
    #expect(histogram.percentile(0.5) == nil)
    histogram.count(.seconds(Int64.max))
    histogram.count(.seconds(-1))
    #expect(try #require(histogram.percentile(0.5)) > .seconds(1))
    #expect(histogram.percentile(.nan) == nil)
    for _ in 0..<20_000 { histogram.count(.nanoseconds(3)) }
    #expect(histogram.percentile(0.99) == .nanoseconds(4))
  }
}

@Suite("Attempts of a request") struct RequestAttemptsTests {
  @Test("failures are tried again while attempts and budget last")
  func retries() {
    var attempts = RequestAttempts(attempts: 3)
    same(attempts.take(.begun) { true }, [.attempt(isHedge: false)])
    same(attempts.take(.failed(mayRetry: true)) { true }, [.attempt(isHedge: false)])
    same(attempts.take(.failed(mayRetry: true)) { true }, [.attempt(isHedge: false)])
    same(attempts.take(.failed(mayRetry: true)) { true }, [.giveUp])
  }

  @Test("the budget is asked only for an attempt that would be made", arguments: [true, false])
  func budget(mayRetry: Bool) {
    var attempts = RequestAttempts(attempts: 2)
    var asked = 0
    let no: () -> Bool = {
      asked += 1
      return false
    }
    _ = attempts.take(.begun, budget: no)
    #expect(asked == 0)
    same(attempts.take(.failed(mayRetry: mayRetry), budget: no), [.giveUp])
    #expect(asked == (mayRetry ? 1 : 0))
  }

  @Test("what takes long is tried beside, so often at most; the first result ends all")
  func hedging() {
    var attempts = RequestAttempts(attempts: 1, hedges: 2, delay: .seconds(1))
    same(attempts.take(.begun) { true }, [.attempt(isHedge: false), .wait(.seconds(1))])
    same(attempts.take(.delayPassed) { true }, [.attempt(isHedge: true), .wait(.seconds(1))])
    same(attempts.take(.delayPassed) { true }, [.attempt(isHedge: true)])
    same(attempts.take(.failed(mayRetry: false)) { true }, [.goOn])
    same(attempts.take(.notMade) { true }, [.goOn])
    same(attempts.take(.succeeded) { true }, [.finish])
  }

  @Test("hedges are refused by the budget, and the last failure of all gives up")
  func hedgingWithoutBudget() {
    var attempts = RequestAttempts(attempts: 1, hedges: 2, delay: .seconds(1))
    _ = attempts.take(.begun) { true }
    same(attempts.take(.delayPassed) { false }, [.goOn])
    same(attempts.take(.delayPassed) { true }, [.attempt(isHedge: true), .wait(.seconds(1))])
    same(attempts.take(.failed(mayRetry: true)) { true }, [.goOn])
    same(attempts.take(.failed(mayRetry: true)) { true }, [.giveUp])
    same(attempts.take(.delayPassed) { true }, [.goOn])
  }

  @Test("without a delay there is no hedge")
  func noDelay() {
    var attempts = RequestAttempts(attempts: 1, hedges: 3)
    same(attempts.take(.begun) { true }, [.attempt(isHedge: false)])
    same(attempts.take(.delayPassed) { true }, [.goOn])
  }
}

@Suite("What errors mean") struct RetryPolicyTests {
  private struct Other: Error {}

  @Test("an error says of itself whether another endpoint may be tried; one that does not say is the endpoint's fault")
  func verdicts() {
    #expect(RetryPolicy.byItself(ConnectionRefused()) == .safeToRetry)
    #expect(RetryPolicy.byItself(SafeToRetry(Other())) == .safeToRetry)
    #expect(RetryPolicy.byItself(Other()) == .endpointFailed)
  }
}
