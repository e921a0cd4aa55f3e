import DNSWire
import NetworkAddresses
import QueryEngine
import Synchronization

/// One upstream of a `forward` line.
final class ForwardTarget: Sendable {
  let server: SocketAddress
  private let metrics: ForwardTargetMetrics
  private let settings: ForwardSettings
  private let world: ForwardWorld
  private let health: Mutex<UpstreamHealth>

  /// How long an answer is waited for.
  static let readTimeout: Duration = .seconds(2)
  /// How long a probe's answer is waited for.
  private static let probeTimeout: Duration = .seconds(1)

  init(_ server: SocketAddress, settings: ForwardSettings, world: ForwardWorld) {
    self.server = server
    metrics = ForwardTargetMetrics(world.metrics, server: server.description)
    self.settings = settings
    self.world = world
    health = Mutex(UpstreamHealth(maxFails: settings.maxFails, interval: settings.healthCheck.interval))
  }

  /// Whether others are to be asked instead.
  var isDown: Bool { health.withLock(\.isDown) }

  /// Asks once. Over UDP with `prefer_udp`, what is truncated is asked again over TCP.
  func exchange(
    _ query: Message, over transport: UpstreamTransport, until deadline: ContinuousClock.Instant
  ) async throws(UpstreamError) -> Message {
    let reply = try await ask(query, over: transport, until: deadline)
    guard reply.truncated, transport == .udp, settings.prefersUDP else { return reply }
    return try await ask(query, over: .tcp, until: deadline)
  }

  private func ask(
    _ query: Message, over transport: UpstreamTransport, until deadline: ContinuousClock.Instant
  ) async throws(UpstreamError) -> Message {
    let start = world.clock.now()
    let timeout = min(Self.readTimeout, start.duration(to: deadline))
    do throws(UpstreamError) {
      let reply = try await world.upstream.exchange(
        query, with: server, over: transport, timeout: timeout, expire: settings.expire)
      metrics.answered(reply, over: transport, after: start.duration(to: world.clock.now()))
      return reply.message
    } catch {
      if error.isSuspicious, health.withLock({ $0.exchangeFailed() }) != .nothing { world.probes.request(self) }
      throw error
    }
  }

  /// Probes until the upstream is well again or the task is cancelled.
  func probeUntilWell() async {
    var step = UpstreamHealth.Step.probe(after: .zero)
    while case .probe(let delay) = step {
      do {
        if delay > .zero { try await world.clock.sleep(delay) }
      } catch { return }
      let isAlive = await probe()
      guard !Task.isCancelled else { return }
      if !isAlive { metrics.probeFailed() }
      step = health.withLock { $0.probed(isAlive: isAlive) }
    }
  }

  /// Any answer at all is a sign of life, also SERVFAIL.
  private func probe() async -> Bool {
    let check = settings.healthCheck
    var query = Message(id: 0, questions: [Question(name: check.domain, type: .ns)])
    query.recursionDesired = check.recursionDesired
    let reply = try? await world.upstream.exchange(
      query, with: server, over: settings.forcesTCP ? .tcp : .udp, timeout: Self.probeTimeout, expire: settings.expire)
    return reply != nil
  }
}

extension UpstreamError {
  /// Whether it says something about the upstream.
  fileprivate var isSuspicious: Bool {
    switch self {
    case .timeout, .unreachable, .closed: true
    case .overloaded, .cancelled: false
    }
  }
}
