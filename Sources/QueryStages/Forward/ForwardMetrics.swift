import DNSWire
import NetworkAddresses
import QueryEngine

/// What `forward` counts, under CoreDNS's names.
struct ForwardMetrics: Sendable {
  private let duration: HistogramFamily
  private let healthFailures: CounterFamily
  private let connectionHits: CounterFamily
  private let connectionMisses: CounterFamily
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

  /// Counts an answer.
  func answered(_ reply: UpstreamReply, by server: String, over transport: UpstreamTransport, after time: Duration) {
    duration.with("forward", server, reply.message.responseCode.description).observe(time.seconds)
    let connections = reply.reusedConnection ? connectionHits : connectionMisses
    connections.with("forward", server, transport.rawValue).add(1)
  }

  /// Counts a probe that failed.
  func probeFailed(_ server: String) { healthFailures.with("forward", server).add(1) }
}

extension Duration {
  /// The duration in seconds.
  fileprivate var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
