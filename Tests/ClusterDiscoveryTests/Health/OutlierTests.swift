import ClusterDiscovery
import NetworkAddresses
import Testing

private let start = ContinuousClock.now

/// 10.0.0.`host`, port 80.
private func endpoint(_ host: Int) -> SocketAddress {
  SocketAddress(.v4(IPv4Address(bits: 0x0A00_0000 | UInt32(host))), port: 80)
}

/// A detector of 10.0.0.0 to 10.0.0.`count - 1`.
private func detector(_ count: Int, _ change: (inout OutlierOptions) -> Void = { _ in }) -> OutlierDetector {
  var options = OutlierOptions()
  change(&options)
  var detector = OutlierDetector(options, at: start)
  detector.take((0..<count).map(endpoint))
  return detector
}

extension OutlierDetector {
  /// Reports `good` successes and `bad` failures of an endpoint.
  fileprivate mutating func report(
    _ host: Int, good: Int = 0, bad: Int = 0, latency: Duration = .milliseconds(1), at second: Int = 0
  ) -> [OutlierAction] {
    let ends = Array(repeating: RequestOutcome.success, count: good) + Array(repeating: .failure, count: bad)
    return ends.compactMap { report($0, after: latency, of: endpoint(host), at: start + .seconds(second)) }
  }
}

@Suite("Outlier detection") struct OutlierTests {
  @Test(
    "so many failures in a row eject, and a success begins the row anew",
    arguments: [
      (3, "---", true), (3, "--", false), (3, "--+--", false), (3, "--+---", true), (1, "+-", true),
      (0, "--------", false),
    ])
  func consecutive(limit: Int, ends: String, isEjected: Bool) {
    var detector = detector(4) { $0.consecutiveFailures = limit }
    for end in ends { _ = detector.report(1, good: end == "+" ? 1 : 0, bad: end == "-" ? 1 : 0) }
    #expect(detector.ejected == (isEjected ? [endpoint(1)] : []))
    #expect(detector.admits(endpoint(1), underWay: 0) != isEjected)
  }

  @Test("what nobody waited for says nothing")
  func abandoned() {
    var detector = detector(4) { $0.consecutiveFailures = 1 }
    same(detector.report(.abandoned, after: .zero, of: endpoint(1), at: start), nil)
    #expect(detector.ejected.isEmpty)
  }

  @Test(
    "no more than the share is away at once, one of two may be, and a single endpoint never is",
    arguments: [(10, 0.3, 3), (10, 1, 10), (10, 0, 0), (10, 0.01, 1), (2, 0.1, 1), (1, 1, 0), (10, .nan, 0), (4, 7, 4)])
  func share(count: Int, share: Double, most: Int) {
    var detector = detector(count) { ($0.maximumShare, $0.consecutiveFailures) = (share, 1) }
    for host in 0..<count { _ = detector.report(host, bad: 1) }
    #expect(detector.ejected.count == most)
  }

  @Test("each ejection is longer than the one before, up to the maximum; intervals without fault take that back")
  func repetition() {
    var detector = detector(4) {
      ($0.consecutiveFailures, $0.ejection, $0.maximumEjection) = (1, .seconds(30), .seconds(75))
      $0.interval = .seconds(1000)
    }
    var now = 0
    for seconds in [30, 60, 75, 75] {
      let actions = detector.report(1, bad: 1, at: now)
      #expect(actions == [.eject(endpoint(1), for: .seconds(seconds), because: .consecutiveFailures)])
      same(detector.advance(to: start + .seconds(now + seconds - 1)).isEmpty, true)
      now += seconds
      same(detector.advance(to: start + .seconds(now)), [.admit(endpoint(1))])
    }
    same(detector.report(1, good: 3, at: now), [.restore(endpoint(1))])
    for interval in 1...4 { _ = detector.advance(to: start + .seconds(now + 1000 * interval)) }
    let actions = detector.report(1, bad: 1, at: now + 4000)
    #expect(actions == [.eject(endpoint(1), for: .seconds(30), because: .consecutiveFailures)])
  }

  @Test("on probation one request at a time, until enough succeeded; one failure ends it")
  func probation() {
    var detector = detector(4) { ($0.consecutiveFailures, $0.probationRequests) = (5, 3) }
    _ = detector.report(1, bad: 5)
    _ = detector.advance(to: start + .seconds(30))
    #expect(detector.admits(endpoint(1), underWay: 0) && !detector.admits(endpoint(1), underWay: 1))
    same(detector.report(1, good: 2, at: 30).isEmpty, true)
    same(detector.report(1, bad: 1, at: 31).count, 1)
    #expect(detector.ejected == [endpoint(1)])
    _ = detector.advance(to: start + .seconds(91))
    #expect(detector.isOnProbation(endpoint(1)))
    same(detector.report(1, good: 3, at: 92), [.restore(endpoint(1))])
    #expect(detector.admits(endpoint(1), underWay: 100))
  }

  @Test(
    "a success rate too far below the mean ejects",
    arguments: [
      ([100, 100, 100, 100, 50], [4]),  // the mean is 0.9, the deviation 0.2
      ([100, 100, 100, 100, 96], []),  // below, and tolerable
      ([80, 80, 80, 80, 80], []),  // all alike
      ([100, 100, 100, 50], []),  // too few endpoints
      ([100, 100, 100, 100, 100, 100, 100, 100, 20, 10], [9]),  // the worst; the other is within the deviation
    ] as [([Int], [Int])])
  func successRate(good: [Int], expected: [Int]) {
    var detector = detector(good.count) { $0.consecutiveFailures = 0 }
    for (host, good) in good.enumerated() { _ = detector.report(host, good: good, bad: 100 - good) }
    let actions = detector.advance(to: start + .seconds(10))
    #expect(actions == expected.map { .eject(endpoint($0), for: .seconds(30), because: .successRate) })
  }

  @Test("endpoints with few requests are not compared, and each interval counts anew")
  func fewRequests() {
    var detector = detector(6) { $0.consecutiveFailures = 0 }
    for host in 0..<6 { _ = detector.report(host, good: host == 5 ? 0 : 100, bad: host == 5 ? 19 : 0) }
    same(detector.advance(to: start + .seconds(10)).isEmpty, true)
    for host in 0..<6 { _ = detector.report(host, good: host == 5 ? 0 : 100, bad: host == 5 ? 19 : 0, at: 11) }
    same(detector.advance(to: start + .seconds(20)).isEmpty, true)
  }

  @Test(
    "a mean latency of many times the median ejects",
    arguments: [
      ([10, 11, 12, 10, 1000], [4]), ([10, 11, 12, 10, 90], []), ([10, 10, 10, 500, 900], [4, 3]),
      ([100, 100, 100, 100, 9000], []),  // in microseconds of these: tolerable
    ] as [([Int], [Int])])
  func latency(milliseconds: [Int], expected: [Int]) {
    let isMicroseconds = milliseconds[0] == 100
    var detector = detector(milliseconds.count)
    for (host, latency) in milliseconds.enumerated() {
      _ = detector.report(host, good: 20, latency: isMicroseconds ? .microseconds(latency) : .milliseconds(latency))
    }
    let actions = detector.advance(to: start + .seconds(10))
    #expect(actions == expected.map { .eject(endpoint($0), for: .seconds(30), because: .latency) })
  }

  @Test("a clock that goes back counts as standing still, one that jumps ahead ends what was due")
  func clockJumps() throws {
    var detector = detector(4) { $0.consecutiveFailures = 1 }
    _ = detector.report(1, bad: 1, at: 100)
    same(detector.advance(to: start - .seconds(86_400)).isEmpty, true)
    same(
      detector.report(2, bad: 1, at: -1000),
      [
        .eject(endpoint(2), for: .seconds(30), because: .consecutiveFailures)
      ])
    #expect(try #require(detector.nextTime) > start)
    let actions = detector.advance(to: start + .seconds(10_000_000_000))
    #expect(actions == [.admit(endpoint(1)), .admit(endpoint(2))])
    #expect(try #require(detector.nextTime) > start + .seconds(10_000_000_000))
  }

  @Test("options beyond all measure do not trap")
  func extremes() {
    var detector = detector(2) {
      ($0.ejection, $0.maximumEjection, $0.interval) = (.seconds(Int64.max), .seconds(Int64.max), .seconds(Int64.max))
      ($0.consecutiveFailures, $0.minimumRequests, $0.minimumEndpoints) = (1, .min, .min)
      ($0.latencyFactor, $0.successRateFactor) = (.infinity, -.infinity)
    }
    _ = detector.report(.success, after: .seconds(Int64.max), of: endpoint(0), at: start)
    same(detector.report(1, bad: 1).count, 1)
    _ = detector.advance(to: start + .seconds(100 * 365 * 86_400))
    #expect(detector.ejected.isEmpty)
  }

  @Test("what leaves the set is forgotten, what stays is not")
  func sets() {
    var detector = detector(4) { $0.consecutiveFailures = 1 }
    _ = detector.report(1, bad: 1)
    _ = detector.report(2, bad: 1)
    detector.take([0, 2, 3].map(endpoint))
    #expect(detector.ejected == [endpoint(2)])
    detector.take([0, 1, 2, 3].map(endpoint))
    #expect(detector.admits(endpoint(1), underWay: 0) && !detector.admits(endpoint(2), underWay: 0))
    detector.take([])
    #expect(detector.nextTime == nil)
  }
}
