import ClusterDiscovery
import Metrics

/// The metrics of one client.
struct ClientMeters {
  private let endpoints: Gauge
  private let usable: Gauge
  private let requests: Counter
  private let retries: Counter
  private let hedges: Counter
  private let refused: Counter
  private let ejections: Counter
  private var last = Counts()

  /// What was counted up to the last update.
  private struct Counts {
    var requests = 0
    var retries = 0
    var hedges = 0
    var refused = 0
    var ejections = 0

    init() {}

    init(_ statistics: ServiceClientStatistics) {
      requests = statistics.requests
      retries = statistics.retries
      hedges = statistics.hedges
      refused = statistics.refusedByBudget + statistics.refusedByCircuit
      ejections = statistics.ejections
    }
  }

  init(target: Target) {
    let dimensions = [("target", "\(target)")]
    endpoints = Gauge(label: "discovery_endpoints", dimensions: dimensions)
    usable = Gauge(label: "discovery_endpoints_usable", dimensions: dimensions)
    requests = Counter(label: "discovery_requests_total", dimensions: dimensions)
    retries = Counter(label: "discovery_retries_total", dimensions: dimensions)
    hedges = Counter(label: "discovery_hedges_total", dimensions: dimensions)
    refused = Counter(label: "discovery_refused_total", dimensions: dimensions)
    ejections = Counter(label: "discovery_ejections_total", dimensions: dimensions)
  }

  /// Brings the metrics up to what the client says.
  mutating func update(_ client: ServiceClient) {
    let set = client.endpoints
    let ejected = client.ejected
    endpoints.record(set?.endpoints.count ?? 0)
    usable.record(set?.usable.filter { !ejected.contains($0.address) }.count ?? 0)
    let now = Counts(client.statistics)
    requests.increment(by: now.requests - last.requests)
    retries.increment(by: now.retries - last.retries)
    hedges.increment(by: now.hedges - last.hedges)
    refused.increment(by: now.refused - last.refused)
    ejections.increment(by: now.ejections - last.ejections)
    last = now
  }
}
