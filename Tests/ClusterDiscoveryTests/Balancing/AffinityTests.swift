import ClusterDiscovery
import NetworkAddresses
import Testing

@testable import ClusterDiscovery

@Suite("Session affinity") struct AffinityTests {
  static let second: UInt64 = 1_000_000_000

  private func cell(_ count: Int, timeout: Duration? = .seconds(10_800), clients: Int = 65_536) -> PickerCell {
    PickerCell(.sessionAffinity(SessionAffinity(timeout: timeout, clients: clients)), endpoints(count))
  }

  private func place(_ cell: PickerCell, _ client: Int, at seconds: UInt64) -> Int {
    cell.picks(1) { _ in PickContext(key: KeyHash.of("client \(client)"), now: seconds * Self.second) }[0]
  }

  @Test("a client keeps its endpoint, and clients are spread evenly")
  func keeps() {
    let cell = cell(10)
    let first = (0..<1000).map { place(cell, $0, at: 100) }
    #expect((0..<10).allSatisfy { endpoint in first.filter { $0 == endpoint }.count == 100 })
    #expect((0..<1000).map { place(cell, $0, at: 200) } == first)
  }

  @Test("each request begins the timeout anew; after it the client is a new one")
  func timeout() {
    let cell = cell(10, timeout: .seconds(100))
    let first = place(cell, 1, at: 1000)
    for seconds in stride(from: UInt64(1090), through: 2000, by: 90) {
      #expect(place(cell, 1, at: seconds) == first)
      // Others come in between, so that the next in turn is not the same endpoint.
      _ = place(cell, Int(seconds), at: seconds)
    }
    let other = place(cell, 2, at: 3000)
    #expect(place(cell, 1, at: 3000) == (other + 1) % 10)
  }

  @Test(
    "a timeout that the options leave open is the Service's, also when it changes; three hours where it says none",
    arguments: [nil, .seconds(1), .seconds(90), .seconds(86_400)] as [Duration?])
  func timeoutOfService(service: Duration?) throws {
    let seconds = UInt64(service?.components.seconds ?? 10_800)
    let target = try Target("web.shop")
    let cell = cell(10, timeout: nil)
    let first = place(cell, 1, at: 1_000_000)
    cell.update(EndpointSet(target, endpoints(10), sessionAffinity: service))
    // Known to the table since before the Service changed, and to the end of the new timeout; a unit of time is 2.1 s.
    #expect(place(cell, 1, at: 1_000_000 + seconds) == first)
    let next = place(cell, 2, at: 1_000_000 + seconds)
    #expect(place(cell, 1, at: 1_000_000 + 2 * seconds + 5) == (next + 1) % 10)
  }

  @Test("a timeout of the options is kept, whatever the Service says")
  func timeoutOfOptions() throws {
    let cell = cell(10, timeout: .seconds(100))
    let first = place(cell, 1, at: 1000)
    cell.update(EndpointSet(try Target("web.shop"), endpoints(10), sessionAffinity: .seconds(1)))
    _ = place(cell, 2, at: 1050)
    #expect(place(cell, 1, at: 1099) == first)
  }

  @Test("a client whose endpoint goes, or is ejected, gets another one and stays there")
  func endpointGoes() {
    let cell = cell(3)
    let first = place(cell, 1, at: 1)
    cell.update(endpoints(3), ejected: [address(of: first)])
    let second = place(cell, 1, at: 2)
    #expect(second != first)
    cell.update(endpoints(3))
    #expect(place(cell, 1, at: 3) == second)
    cell.update(endpoints(3).filter { $0.address != address(of: second) })
    #expect(place(cell, 1, at: 4) != second)
  }

  @Test("the table is bounded: the clients not seen for longest are forgotten first")
  func bounded() {
    let cell = cell(1000, clients: 8)
    let early = (0..<8).map { place(cell, $0, at: UInt64(1000 * ($0 + 1))) }
    #expect((0..<8).map { place(cell, $0, at: UInt64(9000 + 100 * $0)) } == early)
    _ = place(cell, 100, at: 10_500)
    #expect((1..<8).map { place(cell, $0, at: 10_501) } == Array(early.dropFirst()))
    #expect(place(cell, 0, at: 10_502) != early[0])
  }

  @Test("without a key endpoints take turns")
  func withoutKey() {
    #expect(Set(cell(5).picks(5)).count == 5)
  }

  @Test("a clock that goes back does not make clients new")
  func clock() {
    let cell = cell(10)
    let first = place(cell, 1, at: 10_000)
    #expect(place(cell, 1, at: 9_900) == first)
  }
}
