import DNSWire
import NetworkAddresses
import QueryEngine
import Testing

@testable import QueryStages

@Suite("forward: states, without sockets and clocks")
struct ForwardStateTests {
  @Test("an upstream goes down after so many failed probes, and is well after one that is answered", arguments: 1...4)
  func health(maxFails: Int) {
    var health = UpstreamHealth(maxFails: maxFails, interval: .milliseconds(500))
    #expect(health.exchangeFailed() == .probe(after: .zero))
    #expect(health.exchangeFailed() == .nothing)
    for fails in 1...6 {
      #expect(health.probed(isAlive: false) == .probe(after: .milliseconds(500)))
      #expect(health.isDown == (fails >= maxFails))
      #expect(health.exchangeFailed() == .nothing)
    }
    #expect(health.probed(isAlive: true) == .nothing)
    #expect(!health.isDown)
    #expect(health.exchangeFailed() == .probe(after: .zero))
  }

  @Test("max_fails 0: never down, never probed")
  func neverDown() {
    var health = UpstreamHealth(maxFails: 0, interval: .seconds(1))
    for _ in 0..<10 { #expect(health.exchangeFailed() == .nothing) }
    #expect(!health.isDown)
  }

  @Test("the order in which upstreams are asked")
  func policies() {
    var random = SystemRandomNumberGenerator()
    #expect(ForwardPolicy.sequential.order(count: 3, turn: 7, using: &random) == [0, 1, 2])
    let turns = (0..<4).map { ForwardPolicy.roundRobin.order(count: 3, turn: $0, using: &random) }
    #expect(turns == [[0, 1, 2], [1, 2, 0], [2, 0, 1], [0, 1, 2]])
    let drawn = (0..<300).map { _ in ForwardPolicy.random.order(count: 3, turn: 0, using: &random) }
    #expect(Set(drawn).count == 6)
    for policy in ForwardPolicy.allCases { #expect(policy.order(count: 1, turn: 5, using: &random) == [0]) }
  }

  @Test("what timed out may be asked again, what is unreachable is not")
  func attempts() {
    var attempts = ForwardAttempts(order: [2, 0, 1], maximum: 0)
    #expect(attempts.next { _ in false } == 2)
    attempts.failed(2, .timeout("slow"), mostTries: 2)
    #expect(attempts.next { _ in false } == 0)
    attempts.failed(0, .unreachable("refused"), mostTries: 2)
    #expect(attempts.next { $0 == 1 } == 2)
    attempts.failed(2, .timeout("slow again"), mostTries: 2)
    #expect(attempts.next { $0 == 1 } == nil)
    #expect(attempts.areAllDown)
    #expect(attempts.nextOfAny() == 1)
    attempts.failed(1, .closed("EOF"), mostTries: 2)
    #expect(attempts.next { _ in false } == nil && attempts.nextOfAny() == nil)
    guard case .failure("EOF") = attempts.outcome else {
      Issue.record("\(attempts.outcome)")
      return
    }
  }

  @Test("max_connect_attempts bounds the questions for one query")
  func bounded() {
    var attempts = ForwardAttempts(order: [0, 1, 2], maximum: 2)
    for index in 0..<2 {
      #expect(attempts.next { _ in false } == index)
      attempts.failed(index, .timeout(""), mostTries: 3)
    }
    #expect(attempts.next { _ in false } == nil)
    #expect(!attempts.areAllDown)
  }
}
