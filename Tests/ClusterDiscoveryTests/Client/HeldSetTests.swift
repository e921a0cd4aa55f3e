import NetworkAddresses
import Testing

@testable import ClusterDiscovery

private let start = ContinuousClock.now

@Suite("Sets that are kept while the source is away") struct HeldSetTests {
  private static func failure(_ reason: DiscoveryError.Reason) -> EndpointUpdate {
    .failure(DiscoveryError(reason, "why"))
  }

  private func held(_ limit: Int = 60) -> HeldSet {
    var held = HeldSet(webTarget, limit: .seconds(limit))
    held.take(.success(EndpointSet(webTarget, endpoints(3))), at: start)
    return held
  }

  @Test(
    "a set is kept after errors of a source that is away, up to the limit",
    arguments: [
      DiscoveryError.Reason.unavailable, .denied, .malformed,
    ])
  func kept(reason: DiscoveryError.Reason) {
    var held = held()
    #expect(held.state == .fresh && held.nextTime == nil)
    held.take(Self.failure(reason), at: start + .seconds(10))
    held.take(Self.failure(reason), at: start + .seconds(40))
    #expect(held.state == .stale(since: start + .seconds(10)) && held.set?.endpoints.count == 3)
    #expect(held.nextTime == start + .seconds(70))
    held.advance(to: start + .seconds(69))
    #expect(held.set != nil)
    held.advance(to: start + .seconds(70))
    #expect(held.set == nil)
    guard case .failed(let error) = held.state else { Issue.record("\(held.state)"); return }
    #expect(error.reason == .tooOld && error.message.contains("web.shop") && error.message.hasSuffix(": why"))
  }

  @Test(
    "what the source says of a target that is gone counts at once",
    arguments: [
      DiscoveryError.Reason.notFound, .tooOld,
    ])
  func gone(reason: DiscoveryError.Reason) {
    var held = held()
    held.take(Self.failure(reason), at: start)
    #expect(held.set == nil && held.state == .failed(DiscoveryError(reason, "why")))
  }

  @Test("a cancelled task says nothing of the source")
  func cancelled() {
    var held = held()
    held.take(Self.failure(.cancelled), at: start)
    #expect(held.state == .fresh)
  }

  @Test("a set that its source calls stale is as old as it says")
  func staleSource() {
    var held = held()
    held.take(.success(EndpointSet(webTarget, endpoints(2), staleSince: start - .seconds(50))), at: start)
    #expect(held.state == .stale(since: start - .seconds(50)) && held.set?.endpoints.count == 2)
    held.advance(to: start + .seconds(10))
    #expect(held.set == nil)
  }

  @Test("a new set makes all well; an empty one is a fact")
  func back() {
    var held = held()
    held.take(Self.failure(.unavailable), at: start)
    held.advance(to: start + .seconds(1000))
    held.take(.success(EndpointSet(webTarget, [])), at: start + .seconds(1001))
    #expect(held.state == .fresh && held.set?.endpoints.isEmpty == true)
  }

  @Test("before the first set there is nothing to keep, and clocks that jump do not trap")
  func before() {
    var held = HeldSet(webTarget, limit: .seconds(Int64.max))
    #expect(held.state == .waiting)
    held.take(Self.failure(.unavailable), at: start)
    #expect(held.state == .failed(DiscoveryError(.unavailable, "why")) && !held.hadSet)
    held.take(.success(EndpointSet(webTarget, endpoints(1), staleSince: start + .seconds(5000))), at: start)
    held.advance(to: start - .seconds(1_000_000))
    #expect(held.state == .stale(since: start))
  }
}
