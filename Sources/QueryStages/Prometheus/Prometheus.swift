import DNSWire
import NetworkAddresses
import QueryEngine
import Synchronization

/// Counts the queries that the stages behind it answer. The fast path counts its own into the same families.
final class Prometheus: QueryStage {
  static let name = "prometheus"

  private struct Counted: Sendable {
    var counters: QueryCounters
    var plugins: [String: Int]
  }

  private let zones: ZoneSet
  private let metrics: MetricsRegistry
  private let counted: Mutex<[DomainName: Counted]>
  /// Keeps `coredns_plugin_enabled` of this block in the text.
  private let enabled: Mutex<CollectorToken?>

  init(zones: [DomainName], metrics: MetricsRegistry) {
    self.zones = ZoneSet(zones)
    self.metrics = metrics
    counted = Mutex([:])
    enabled = Mutex(nil)
  }

  /// What was counted stays in the totals when the configuration goes.
  deinit {
    counted.withLock { counted in
      for zone in counted.values { metrics.queries.retire(zone.counters) }
    }
  }

  var fastPath: FastPathRole { .transparent }

  /// Sets who may answer, when all stages of the block are known.
  func begin(server: String, stages: [String]) {
    let plugins = [""] + stages
    let places = Dictionary(zip(plugins, plugins.indices)) { first, _ in first }
    for zone in zones.zones {
      let labels = QueryLabels(server: server, zone: zone.description)
      let counters = metrics.queries.counters(labels, plugins: plugins)
      counted.withLock { $0[zone] = Counted(counters: counters, plugins: places) }
    }
    let family = Self.enabledFamily(server: server, zones: zones.zones, stages: stages)
    enabled.withLock { $0 = metrics.collect { [family] } }
  }

  private static func enabledFamily(server: String, zones: [DomainName], stages: [String]) -> MetricFamily {
    let samples = zones.flatMap { zone in
      Set(stages).map { stage in
        let labels = [("server", server), ("zone", zone.description), ("view", ""), ("name", stage)]
        return MetricFamily.Sample(labels: labels.map(MetricLabel.init), value: .number(1))
      }
    }
    return MetricFamily(
      name: "coredns_plugin_enabled", help: "Which directives are in force where; always 1.", kind: .gauge,
      samples: samples)
  }

  func answer(_ query: Query, next: NextStage) async -> Response? {
    let start = ContinuousClock.now
    let response = await next(query)
    count(query, response, .now - start)
    return response
  }

  private func count(_ query: Query, _ response: Response?, _ duration: Duration) {
    guard let zone = zones.match(query.question.name), let counted = counted.withLock({ $0[zone] }) else { return }
    let answerer = response?.servedBy ?? ""
    counted.counters.countShared(
      QueryObservation(
        transport: query.origin.transport, isIPv6: query.origin.client.address.unmapped.family == .ipv6,
        type: query.question.type.rawValue, dnssecOK: query.dnssecOK,
        responseCode: response?.message.responseCode.rawValue,
        plugin: counted.plugins[answerer] ?? 0, requestSize: query.size,
        responseSize: response?.message.uncompressedLength ?? 0,
        nanoseconds: UInt64(clamping: duration.wholeNanoseconds)))
  }
}
