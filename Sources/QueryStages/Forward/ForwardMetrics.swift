import DNSWire
import NetworkAddresses
import QueryEngine
import Synchronization

/// What `forward` counts, under CoreDNS's names.
struct ForwardMetrics: Sendable {
  fileprivate let duration: HistogramFamily
  fileprivate let healthFailures: CounterFamily
  fileprivate let connectionHits: CounterFamily
  fileprivate let connectionMisses: CounterFamily
  /// How often all upstreams were down, so that any one was asked.
  let healthcheckBroken: Counter
  /// How many questions were refused because of `max_concurrent`.
  let rejects: Counter

  /// From 0.25 ms, doubling, to 8 s.
  private static let buckets = (0..<16).map { 0.00025 * Double(1 << $0) }

  init(_ registry: MetricsRegistry) {
    duration = registry.histogram(
      "coredns_proxy_request_duration_seconds", help: "Histogram of the time each request took.",
      labels: ["proxy_name", "to", "rcode"], buckets: Self.buckets)
    healthFailures = registry.counter(
      "coredns_proxy_healthcheck_failures_total", help: "Counter of the number of failed healthchecks.",
      labels: ["proxy_name", "to"])
    connectionHits = registry.counter(
      "coredns_proxy_conn_cache_hits_total", help: "Counter of connection cache hits per upstream and protocol.",
      labels: ["proxy_name", "to", "proto"])
    connectionMisses = registry.counter(
      "coredns_proxy_conn_cache_misses_total", help: "Counter of connection cache misses per upstream and protocol.",
      labels: ["proxy_name", "to", "proto"])
    healthcheckBroken = registry.counter(
      "coredns_forward_healthcheck_broken_total",
      help: "Counter of the number of complete failures of the healthchecks."
    ).with()
    rejects = registry.counter(
      "coredns_forward_max_concurrent_rejects_total",
      help: "Counter of the number of queries rejected because the concurrent queries were at maximum."
    ).with()
  }
}

/// What is counted of one upstream. A series begins with the first thing that it counts; its handle is looked up then, and kept.
final class ForwardTargetMetrics: Sendable {
  private let families: ForwardMetrics
  /// The server's name in metrics.
  private let server: String
  private let handles = Mutex(Handles())

  private struct Handles {
    var durations: [ResponseCode: Histogram] = [:]
    var connections: [Connection: Counter] = [:]
  }

  private struct Connection: Hashable {
    let transport: UpstreamTransport
    let isReused: Bool
  }

  init(_ families: ForwardMetrics, server: String) {
    self.families = families
    self.server = server
  }

  /// Counts an answer.
  func answered(_ reply: UpstreamReply, over transport: UpstreamTransport, after time: Duration) {
    let code = reply.message.responseCode
    let connection = Connection(transport: transport, isReused: reply.reusedConnection)
    let (duration, connections) = handles.withLock { handles in
      (
        handles.durations.value(of: code) { families.duration.with("forward", server, code.description) },
        handles.connections.value(of: connection) {
          (connection.isReused ? families.connectionHits : families.connectionMisses)
            .with("forward", server, transport.rawValue)
        }
      )
    }
    duration.observe(time.seconds)
    connections.add(1)
  }

  /// Counts a probe that failed.
  func probeFailed() { families.healthFailures.with("forward", server).add(1) }
}

extension Dictionary {
  /// The value of a key, made when there is none yet.
  fileprivate mutating func value(of key: Key, _ make: () -> Value) -> Value {
    if let known = self[key] { return known }
    let value = make()
    self[key] = value
    return value
  }
}

extension Duration {
  /// The duration in seconds.
  fileprivate var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
