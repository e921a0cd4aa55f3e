import DNSWire

/// The counters that one worker writes: a row for each zone of each block.
@safe
struct FastCounters: ~Copyable {
  /// Who owns the rows, in the order of the blocks' zones; the last one is for queries that no block takes.
  private let owners: [QueryCounters]
  /// The same rows, to be written without counting references.
  private let rows: UnsafeMutablePointer<QueryCounters.Writer>
  private let metrics: QueryMetrics

  /// Who gave an answer, as the metrics name it.
  enum Source: Int { case server, finished, cache }
  /// The names, by ``Source``.
  private static let plugins = ["", "kubernetes", "cache"]

  init(plan: ServerPlan, metrics: QueryMetrics) {
    var owners: [QueryCounters] = []
    for block in plan.blocks {
      for zone in block.zones {
        owners.append(
          metrics.counters(QueryLabels(server: block.server, zone: zone.description), plugins: Self.plugins))
      }
    }
    let server = plan.blocks.first?.server ?? ""
    owners.append(metrics.counters(QueryLabels(server: server, zone: "dropped"), plugins: [""]))
    unsafe rows = .allocate(capacity: owners.count)
    for (index, owner) in owners.enumerated() { unsafe (rows + index).initialize(to: owner.writer) }
    self.owners = owners
    self.metrics = metrics
  }

  deinit { unsafe rows.deallocate() }

  /// Leaves what was counted to the totals: the worker goes, or has a new plan.
  func retire() { owners.forEach(metrics.retire) }

  /// Counts a query that the fast path answered; without a route one that no block takes.
  @inline(__always)
  func count(
    _ route: UnsafeMutablePointer<ServerPlan.Route>?, by source: Source = .finished, head: QueryHead, code: UInt16,
    size: Int, reply: Int,
    arrival: FastPath.Arrival
  ) {
    let row = unsafe rows + (route?.pointee.row ?? owners.count - 1)
    unsafe row.pointee.count(
      QueryObservation(
        transport: arrival.transport, isIPv6: arrival.isIPv6, type: head.type, dnssecOK: head.dnssecOK,
        responseCode: code, plugin: route == nil ? 0 : source.rawValue, requestSize: size, responseSize: reply,
        nanoseconds: arrival.nanoseconds))
  }
}
