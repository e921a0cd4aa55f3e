import NetworkAddresses
import Testing

@testable import ClusterDiscovery

@Suite("Faults of real endpoints", .timeLimit(.minutes(4)), .serialized) struct FaultTests {
  private let source = ToldSource()
  private let time = ManualClock()

  private func client(
    _ balancer: Balancer = Balancer(.leastRequests), _ change: (inout ServiceClientOptions) -> Void = { _ in }
  ) -> ServiceClient {
    var options = ServiceClientOptions()
    change(&options)
    return ServiceClient(webTarget, source: source, balancer: balancer, options: options, clock: time.clock)
  }

  private func servers(_ count: Int) async throws -> [LoopbackServer] {
    var servers: [LoopbackServer] = []
    for _ in 0..<count { servers.append(try await LoopbackServer()) }
    return servers
  }

  /// Sends requests one after the other, in so many tasks; the errors.
  private func load(_ client: ServiceClient, tasks: Int, each: Int, retry: RetryPolicy = .standard) async -> [String] {
    await withTaskGroup(of: [String].self) { group in
      for _ in 0..<tasks {
        group.addTask {
          var errors: [String] = []
          for _ in 0..<each {
            do { _ = try await client.withEndpoint(retry: retry, ask) } catch { errors.append("\(error)") }
          }
          return errors
        }
      }
      return await group.reduce(into: []) { $0 += $1 }
    }
  }

  @Test("half of the endpoints die without notice: no request is lost, and the dead are left out")
  func halfDead() async throws {
    let servers = try await servers(10)
    source.say(servers.map(\.endpoint))
    let client = client()
    try await running(client) {
      for server in servers[..<5] { await server.kill() }
      let dead = Set(servers[..<5].map(\.endpoint.address))
      // Six attempts of which each asks another endpoint find one of the five that live.
      let errors = await load(client, tasks: 4, each: 100, retry: RetryPolicy(attempts: 6))
      #expect(errors.isEmpty)
      #expect(client.ejected == dead)
      await client.wait { $0.book.withLock { $0.pickerEjections == dead } }
      let before = client.statistics.retries
      #expect(await load(client, tasks: 1, each: 50, retry: .never).isEmpty)
      #expect(client.statistics.retries == before)
      try await comeBack(client, servers[..<5])
    }
    for server in servers[5...] { await server.kill() }
  }

  /// The dead come back where they were, and are asked again when their time is over.
  private func comeBack(_ client: ServiceClient, _ dead: ArraySlice<LoopbackServer>) async throws {
    var alive: [LoopbackServer] = []
    for server in dead { alive.append(try await LoopbackServer(port: Int(server.endpoint.address.port))) }
    time.advance(by: .seconds(30))
    await client.wait { $0.book.withLock { $0.pickerEjections.isEmpty } }
    #expect(await load(client, tasks: 1, each: 400).isEmpty)
    #expect(alive.allSatisfy { $0.answered.value > 3 })
    for server in alive { await server.kill() }
  }

  @Test("an endpoint that is slower by 100 times gets far fewer requests", arguments: [true, false])
  func slow(byEWMA: Bool) async throws {
    let servers = try await servers(5)
    source.say(servers.map(\.endpoint))
    let client =
      byEWMA
      ? client(Balancer(.peakEWMA(PeakEWMA()))) { $0.outliers = .off }
      : client(Balancer(.roundRobin)) { $0.outliers.interval = .seconds(5) }
    let slow = servers[0].endpoint.address
    try await running(client) {
      for _ in 0..<1000 {
        _ = try await client.withEndpoint { endpoint in
          time.advance(by: endpoint.address == slow ? .milliseconds(200) : .milliseconds(2))
          return try await ask(endpoint)
        }
      }
    }
    // A fair share is 200.
    #expect(servers[0].answered.value < 100)
    #expect(servers[1...].allSatisfy { $0.answered.value > 50 })
    #expect(client.ejected == (byEWMA ? [] : [slow]))
    for server in servers { await server.kill() }
  }

  @Test("all endpoints die: requests fail with what happened to them, and succeed when the endpoints are back")
  func allDead() async throws {
    let servers = try await servers(4)
    source.say(servers.map(\.endpoint))
    let client = client()
    try await running(client) {
      #expect(await load(client, tasks: 2, each: 10).isEmpty)
      for server in servers { await server.kill() }
      for _ in 0..<40 {
        await #expect(throws: ConnectionRefused.self) { try await client.withEndpoint(ask) }
      }
      // No more than half are ever left out, so that the others notice at once.
      #expect(client.ejected.count == 2)
      var alive: [LoopbackServer] = []
      for server in servers { alive.append(try await LoopbackServer(port: Int(server.endpoint.address.port))) }
      #expect(await load(client, tasks: 2, each: 10).isEmpty)
      time.advance(by: .seconds(600))
      await client.wait { $0.book.withLock { $0.pickerEjections.isEmpty } }
      #expect(await load(client, tasks: 1, each: 100).isEmpty)
      #expect(client.ejected.isEmpty && alive.allSatisfy { $0.answered.value > 3 })
      for server in alive { await server.kill() }
    }
  }

  @Test("the source goes away for a while, and comes back with other endpoints")
  func sourceAway() async throws {
    let (before, after) = (try await servers(3), try await servers(3))
    source.say(before.map(\.endpoint))
    let client = client()
    await running(client) {
      #expect(await load(client, tasks: 2, each: 20).isEmpty)
      source.fail(.unavailable)
      await client.wait { $0.state == .stale(since: time.now) }
      await before[0].kill()
      time.advance(by: .seconds(60))
      #expect(await load(client, tasks: 2, each: 20).isEmpty)
      source.say(after.map(\.endpoint))
      let addresses = Set(after.map(\.endpoint.address))
      await client.wait { $0.book.withLock { Set($0.usable.keys) == addresses } }
      #expect(client.state == .fresh)
      for server in before { await server.kill() }
      #expect(await load(client, tasks: 2, each: 20, retry: RetryPolicy(attempts: 1)).isEmpty)
      #expect(after.reduce(0) { $0 + $1.answered.value } == 40)
    }
    for server in after { await server.kill() }
  }

  @Test("20 instances are restarted one after the other, under 1,000 requests a second: no request is lost")
  func rollingRestart() async throws {
    var servers = try await servers(20)
    source.say(servers.map(\.endpoint))
    let client = client()
    try await running(client) {
      let (isOver, answered) = (Watched(false), Watched(0))
      async let errors = pacedLoad(client, answered, until: isOver)
      for index in servers.indices {
        let old = servers[index]
        source.say(servers.map { $0 === old ? Endpoint($0.endpoint.address, condition: .draining) : $0.endpoint })
        // It goes at once, before all clients know: what was picked a moment ago is refused.
        await old.stop()
        servers[index] = try await LoopbackServer()
        source.say(servers.map(\.endpoint))
        let before = answered.value
        await answered.wait { $0 >= before + 50 }
      }
      isOver.change { $0 = true }
      let found = await errors
      #expect(found == [])
    }
    #expect(client.statistics.requests >= 1000)
    #expect(client.statistics.refusedByBudget == 0)
    for server in servers { await server.kill() }
  }

  /// Begins a request each millisecond, whether or not those before it have ended, until it is over; the errors. A machine that is
  /// too slow for that has 200 under way at once.
  private func pacedLoad(
    _ client: ServiceClient, _ answered: Watched<Int>, until isOver: Watched<Bool>
  ) async -> [String] {
    await withTaskGroup(of: String?.self) { group in
      let start = ContinuousClock.now
      var errors: [String] = []
      for number in 0..<100_000 where !isOver.value {
        try? await Task.sleep(until: start + .milliseconds(number), tolerance: .zero, clock: .continuous)
        if number >= 200, let error = await group.next() ?? nil { errors.append(error) }
        group.addTask {
          defer { answered.change { $0 += 1 } }
          do { _ = try await client.withEndpoint(ask) } catch { return "\(error)" }
          return nil
        }
      }
      return await group.reduce(into: errors) { errors, error in if let error { errors.append(error) } }
    }
  }

  @Test("1,000 clients are cancelled at once: all end, with everything that they had")
  func manyClients() async throws {
    let ended = Watched(0)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<1000 {
        group.addTask {
          let client = ServiceClient(webTarget, source: source, clock: time.clock)
          await running(client) {
            _ = await #expect(throws: CancellationError.self) { try await client.withEndpoint { $0.address } }
          }
          ended.change { $0 += 1 }
        }
      }
      await source.subscriptions.wait { $0 == 1000 }
      group.cancelAll()
    }
    #expect(ended.value == 1000)
    await source.subscriptions.wait { $0 == 0 }
  }

  @Test(
    "clocks that jump take no endpoint away and no request with them",
    arguments: [
      Duration.seconds(-86_400), .seconds(86_400 * 365), .seconds(-1), .milliseconds(1),
    ])
  func clockJumps(jump: Duration) async throws {
    let servers = try await servers(3)
    source.say(servers.map(\.endpoint))
    let client = client(Balancer(.peakEWMA(PeakEWMA())))
    try await running(client) {
      #expect(await load(client, tasks: 2, each: 20).isEmpty)
      _ = try await client.withEndpoint { endpoint in
        time.advance(by: jump)
        return try await ask(endpoint)
      }
      #expect(await load(client, tasks: 2, each: 20).isEmpty)
      #expect(client.ejected.isEmpty && client.state == .fresh)
    }
    for server in servers { await server.kill() }
  }
}
