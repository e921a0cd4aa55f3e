import Synchronization

/// What is counted of one answered query.
public struct QueryObservation: Sendable, Hashable {
  /// How the query came.
  public var transport: Transport
  /// The client's address is an IPv6 address.
  public var isIPv6: Bool
  /// The question's type (QTYPE).
  public var type: UInt16
  /// The query asks for DNSSEC records.
  public var dnssecOK: Bool
  /// The answer's response code, with EDNS's upper bits; `nil` when the query was dropped without an answer.
  public var responseCode: UInt16?
  /// Where the answering stage stands in ``QueryCounters/plugins``.
  public var plugin: Int
  /// In octets, as it came.
  public var requestSize: Int
  /// In octets, as it left; 0 without an answer.
  public var responseSize: Int
  /// From the query's arrival to its answer.
  public var nanoseconds: UInt64

  /// An observation.
  public init(
    transport: Transport, isIPv6: Bool, type: UInt16, dnssecOK: Bool, responseCode: UInt16?, plugin: Int,
    requestSize: Int,
    responseSize: Int, nanoseconds: UInt64
  ) {
    self.transport = transport
    self.isIPv6 = isIPv6
    self.type = type
    self.dnssecOK = dnssecOK
    self.responseCode = responseCode
    self.plugin = plugin
    self.requestSize = requestSize
    self.responseSize = responseSize
    self.nanoseconds = nanoseconds
  }
}

/// The labels that all counters of one ``QueryCounters`` carry.
public struct QueryLabels: Sendable, Hashable {
  /// `dns://:53`.
  public var server: String
  /// The zone that the name lies in; `dropped` for queries that no zone took.
  public var zone: String
  /// The name of the block's `view`; empty without one.
  public var view: String

  /// The labels of one owner.
  public init(server: String, zone: String, view: String = "") {
    self.server = server
    self.zone = zone
    self.view = view
  }
}

/// The counters of queries for one server, zone and view, in one piece of memory.
///
/// A worker thread has its own and writes them through a `Writer`, which costs no locked instruction; tasks share one and write it with
/// ``countShared(_:)``. ``QueryMetrics`` sums them all up.
public final class QueryCounters: Sendable {
  /// What all samples of these counters carry.
  public let labels: QueryLabels
  /// Who answers: the label `plugin`, by ``QueryObservation/plugin``. The empty name stands for the server itself.
  public let plugins: [String]
  let row: AtomicCounters

  init(labels: QueryLabels, plugins: [String]) {
    self.labels = labels
    self.plugins = plugins.isEmpty ? [""] : plugins
    row = AtomicCounters(count: Layout.responses + self.plugins.count * Layout.codes)
  }

  /// What the one thread that owns these counters writes them with; it must not outlive them.
  var writer: Writer { unsafe Writer(row: row.base, plugins: plugins.count) }

  /// Counts one query; any thread.
  public func countShared(_ query: QueryObservation) {
    Self.each(query, plugins: plugins.count) { row.add($1, at: $0) }
  }

  /// The counters by their address, copied without counting references.
  @safe
  struct Writer: @unchecked Sendable {
    fileprivate let row: UnsafeMutablePointer<Atomic<UInt64>>
    fileprivate let plugins: Int

    /// Counts one query.
    @inline(__always)
    func count(_ query: QueryObservation) {
      QueryCounters.each(query, plugins: plugins) { unsafe AtomicCounters.addAsOwner($1, to: row, at: $0) }
    }
  }

  /// Gives `add` the places of all counters that the query moves, each with its amount; all are below the row's end.
  @inline(__always)
  private static func each(_ query: QueryObservation, plugins: Int, add: (Int, UInt64) -> Void) {
    let transport = query.transport == .udp ? 0 : 1
    add(Layout.requests + (transport * 2 + (query.isIPv6 ? 1 : 0)) * Layout.types + Layout.typeIndex(query.type), 1)
    if query.dnssecOK { add(Layout.dnssecOK, 1) }
    add(Layout.durations + Layout.durationIndex(query.nanoseconds), 1)
    add(Layout.durationSum, query.nanoseconds)
    let sizes = transport * Layout.sizeRow
    add(Layout.requestSizes + sizes + Layout.sizeIndex(query.requestSize), 1)
    add(Layout.requestSizes + sizes + Layout.sizes, UInt64(clamping: query.requestSize))
    add(Layout.responseSizes + sizes + Layout.sizeIndex(query.responseSize), 1)
    add(Layout.responseSizes + sizes + Layout.sizes, UInt64(clamping: query.responseSize))
    if let code = query.responseCode {
      let plugin = query.plugin >= 0 && query.plugin < plugins ? query.plugin : 0
      add(Layout.responses + plugin * Layout.codes + min(Int(code), Layout.codes - 1), 1)
    }
  }
}

/// All query counters of the process, and the totals of those whose owner has gone.
public final class QueryMetrics: Sendable {
  private struct State {
    var live: [ObjectIdentifier: QueryCounters] = [:]
    var retired = FamilyMerger()
  }

  private let state = Mutex(State())

  /// New counters for one owner.
  ///
  /// - Parameter labels: the owner's labels.
  /// - Parameter plugins: the names that the label `plugin` may have.
  public func counters(_ labels: QueryLabels, plugins: [String]) -> QueryCounters {
    let counters = QueryCounters(labels: labels, plugins: plugins)
    state.withLock { $0.live[ObjectIdentifier(counters)] = counters }
    return counters
  }

  /// Adds what was counted to the totals for good; the owner counts no more (its configuration was replaced).
  public func retire(_ counters: QueryCounters) {
    state.withLock { state in
      guard state.live.removeValue(forKey: ObjectIdentifier(counters)) != nil else { return }
      for family in counters.families() { state.retired.add(family) }
    }
  }

  /// How many owners count now.
  var ownerCount: Int { state.withLock { $0.live.count } }

  /// The families `coredns_dns_…` with the sums of all counters.
  func families() -> [MetricFamily] {
    var (live, merged) = state.withLock { (Array($0.live.values), $0.retired) }
    for counters in live { counters.families().forEach { merged.add($0) } }
    return merged.families()
  }
}
