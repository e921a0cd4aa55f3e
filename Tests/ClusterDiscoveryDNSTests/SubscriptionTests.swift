import ClusterDiscovery
import DNSWire
import NetworkAddresses
import QueryEngine
import Synchronization
import Testing

@testable import ClusterDiscoveryDNS

@Suite("DNS: when it is asked again", .timeLimit(.minutes(1)))
struct SubscriptionTests {
  @Test(
    "by the shortest TTL, within bounds; denials by the SOA; TTLs with the highest bit are none",
    arguments: [
      (ScriptedZone(srv("_http._tcp.", name("a."), ttl: 20), address(name("a."), "10.0.0.1", ttl: 7)), 7),
      (ScriptedZone(srv("_http._tcp.", name("a."), ttl: 20), address(name("a."), "10.0.0.1", ttl: 27)), 20),
      (ScriptedZone(srv("_http._tcp.", name("a."), ttl: 0), address(name("a."), "10.0.0.1")), 1),
      (ScriptedZone(srv("_http._tcp.", name("a."), ttl: 3600), address(name("a."), "10.0.0.1", ttl: 3600)), 30),
      (ScriptedZone(srv("_http._tcp.", name("a."), ttl: 1 << 31), address(name("a."), "10.0.0.1")), 1),
      (
        ScriptedZone(
          alias(name("_http._tcp."), name("_x._tcp."), ttl: 4), srv("_x._tcp.", name("a.")),
          address(name("a."), "10.0.0.1")),
        4
      ),
      (ScriptedZone(), 5), (ScriptedZone(address(name("_http._tcp."), "10.0.0.1")), 5),
    ])
  func pauses(zone: ScriptedZone, seconds: Int) async throws {
    let (pauses, pause) = AsyncStream.makeStream(of: Duration.self)
    let source = DNSSource(servers(1), upstream: ScriptedUpstream { zone.reply(to: $0.question) }) {
      pause.yield($0)
      throw CancellationError()
    }
    for await _ in source.subscribe(to: try Target("web.shop:http")) {}
    pause.finish()
    #expect(await pauses.reduce(into: []) { $0.append($1) } == [.seconds(seconds)])
  }

  @Test("changes, errors and recoveries come in order; what says the same comes once")
  func changes() async throws {
    let states: [ScriptedZone?] = [
      ScriptedZone(address(name(), "10.0.0.1", ttl: 9)), ScriptedZone(address(name(), "10.0.0.1", ttl: 8)), nil,
      ScriptedZone(address(name(), "10.0.0.1"), address(name(), "10.0.0.2")), ScriptedZone(),
    ]
    let step = Mutex(0)
    let upstream = ScriptedUpstream { asked in
      guard let zone = states[step.withLock { $0 }] else { return .message { $0.responseCode = .servFail } }
      return zone.reply(to: asked.question)
    }
    let (resumes, resume) = AsyncStream.makeStream(of: Void.self)
    let source = DNSSource(servers(1), settings: DNSSourceSettings(families: .only(.ipv4)), upstream: upstream) { _ in
      for await _ in resumes { return }
      throw CancellationError()
    }
    func advance() {
      step.withLock { $0 += 1 }
      resume.yield()
    }
    var updates = source.subscribe(to: try Target("web.shop:80")).makeAsyncIterator()
    #expect(try await updates.next()?.get().lines == ["10.0.0.1:80*1"])
    advance()
    advance()
    guard case .failure(let error)? = await updates.next() else {
      Issue.record("no error")
      return
    }
    #expect(error.reason == .unavailable)
    advance()
    #expect(try await updates.next()?.get().lines == ["10.0.0.1:80*1", "10.0.0.2:80*1"])
    advance()
    guard case .failure(let absence)? = await updates.next() else {
      Issue.record("no error")
      return
    }
    #expect(absence.reason == .notFound)
  }

  @Test("after failures the pauses grow to the longest, shortened by chance, and begin anew after an answer")
  func backoff() {
    var times = RefreshTimes(within: .seconds(1) ... .seconds(30))
    var generator = SystemRandomNumberGenerator()
    for longest in [2, 4, 8, 16, 30, 30, 30] {
      let pause = times.pause(afterTTL: nil, using: &generator)
      #expect((.seconds(longest) / 2 ... .seconds(longest)).contains(pause), "\(pause)")
    }
    #expect(times.pause(afterTTL: 3, using: &generator) == .seconds(3))
    #expect(times.pause(afterTTL: nil, using: &generator) <= .seconds(2))
    for _ in 0..<100 { #expect(times.pause(afterTTL: nil, using: &generator) <= .seconds(30)) }
  }

  @Test("a cancelled task ends a lookup that waits for a silent server")
  func cancelled() async throws {
    let (asked, ask) = AsyncStream.makeStream(of: Void.self)
    let (source, _) = DNSSource.scripted { _ in
      ask.yield()
      return .silence
    }
    let target = try Target("web.shop:80")
    let lookup = Task { () async -> DiscoveryError.Reason? in
      do throws(DiscoveryError) {
        _ = try await source.lookup(target)
        return nil
      } catch {
        return error.reason
      }
    }
    for await _ in asked.prefix(1) {}
    lookup.cancel()
    #expect(await lookup.value == .cancelled)
  }
}
