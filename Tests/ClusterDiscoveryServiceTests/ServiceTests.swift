import ClusterDiscovery
import ClusterDiscoveryService
import InMemoryTracing
import Logging
import Metrics
import MetricsTestKit
import NetworkAddresses
import ServiceLifecycle
import Synchronization
import Testing
import Tracing

/// A source whose sets a test pushes.
private struct PushedSource: DiscoverySource {
  let name = "test"
  let steps: AsyncStream<EndpointUpdate>

  func lookup(_ target: Target) async throws(DiscoveryError) -> EndpointSet {
    throw DiscoveryError(.unavailable, "only pushed")
  }

  func subscribe(to target: Target) -> EndpointUpdates {
    EndpointUpdates { publisher in for await step in steps { publisher.publish(step) } }
  }
}

/// Keeps what is logged.
private struct Lines: LogHandler {
  let lines: AsyncStream<String>.Continuation
  var logLevel = Logger.Level.trace
  var metadata = Logger.Metadata()
  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) { lines.yield("\(event.level) \(event.message)") }
}

/// What the process's tests share: metrics and traces are set up once.
private let instruments: (TestMetrics, InMemoryTracer) = {
  let instruments = (TestMetrics(), InMemoryTracer())
  MetricsSystem.bootstrap(instruments.0)
  InstrumentationSystem.bootstrap(instruments.1)
  return instruments
}()

@Suite("A client as a part of a server", .serialized, .timeLimit(.minutes(1))) struct ServiceTests {
  private func endpoint(_ number: UInt8) -> Endpoint {
    Endpoint(SocketAddress(.v4(IPv4Address(10, 0, 0, number)), port: 80))
  }

  @Test("it ends with its group, logs what becomes of its endpoints, and counts")
  func life() async throws {
    let (metrics, _) = instruments
    let target = try Target("web.shop")
    let (steps, push) = AsyncStream.makeStream(of: EndpointUpdate.self)
    let (lines, line) = AsyncStream.makeStream(of: String.self)
    let logger = Logger(label: "test") { _ in Lines(lines: line) }
    let client = ServiceClient(target, source: PushedSource(steps: steps))
    let group = ServiceGroup(
      services: [DiscoveryService(client, logger: logger)],
      logger: Logger(label: "quiet") { _ in SwiftLogNoOpLogHandler() })
    let running = Task { try await group.run() }
    var said = lines.makeAsyncIterator()
    push.yield(.success(EndpointSet(target, [endpoint(1), endpoint(2)])))
    #expect(await said.next() == "notice web.shop: the source answers, 2 usable endpoints")
    #expect(await said.next() == "debug web.shop: 2 usable endpoints")
    #expect(try await client.withEndpoint { $0.address.port } == 80)
    push.yield(.failure(DiscoveryError(.unavailable, "away")))
    #expect(await said.next() == "warning web.shop: the source does not answer; its last 2 endpoints are used")
    push.yield(.success(EndpointSet(target, [endpoint(1)])))
    #expect(await said.next() == "notice web.shop: the source answers, 1 usable endpoints")
    #expect(await said.next() == "debug web.shop: 1 usable endpoints")
    await group.triggerGracefulShutdown()
    try await running.value
    let dimensions = [("target", "web.shop")]
    #expect(try metrics.expectGauge("discovery_endpoints", dimensions).lastValue == 1)
    #expect(try metrics.expectGauge("discovery_endpoints_usable", dimensions).lastValue == 1)
    #expect(try metrics.expectCounter("discovery_requests_total", dimensions).totalValue == 1)
  }

  @Test("each attempt is a span with its endpoint, and an error is recorded")
  func spans() async throws {
    let (_, tracer) = instruments
    let target = try Target("traced.shop")
    try await withServiceClient(target, source: FixedSource([target: [endpoint(7), endpoint(8)]])) { client in
      let calls = Atomic(0)
      let port = try await client.withTracedEndpoint("GET /cart") { endpoint in
        if calls.wrappingAdd(1, ordering: .relaxed).oldValue == 0 { throw ConnectionRefused() }
        return endpoint.address.port
      }
      #expect(port == 80)
    }
    let spans = tracer.finishedSpans.filter { $0.operationName == "GET /cart" }
    #expect(spans.count == 2)
    #expect(spans.allSatisfy { $0.kind == .client && $0.attributes.get("server.port") == .int64(80) })
    #expect(spans.map { $0.attributes.get("clusterdns.attempt") } == [.int64(1), .int64(2)])
    #expect(Set(spans.map { "\($0.attributes.get("server.address")!)" }).count == 2)
    #expect(spans.first?.errors.isEmpty == false && spans.last?.errors.isEmpty == true)
  }
}
