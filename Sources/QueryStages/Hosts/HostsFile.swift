import DNSWire
import Glibc
import Logging
import QueryEngine
import Synchronization

/// What `hosts` answers from: a file that is read anew when it changes, and lines of the Corefile.
final class HostsFile: Sendable {
  let path: String
  private let inline: [HostsEntry]
  private let zones: ZoneSet
  private let hasReverse: Bool
  private let log: Logger
  private let metrics: Metrics

  private struct State {
    var table: HostsTable
    var stamp: FileStamp?
    /// Open as long as the table has nothing in the zone.
    var gates: [(zone: DomainName, gate: FastGate)] = []
  }

  private let state: Mutex<State>

  struct Metrics: Sendable {
    let entries: Gauge
    let reloaded: Gauge

    init(_ registry: MetricsRegistry) {
      entries = registry.gauge("coredns_hosts_entries", help: "Entries in hosts files and in the Corefile.").with()
      reloaded = registry.gauge("coredns_hosts_reload_timestamp_seconds", help: "When a hosts file was read last.")
        .with()
    }
  }

  /// Nothing is read before ``refresh()``.
  init(path: String, inline: [HostsEntry], zones: ZoneSet, hasReverse: Bool, log: Logger, metrics: Metrics) {
    self.path = path
    self.inline = inline
    self.zones = zones
    self.hasReverse = hasReverse
    self.log = log
    self.metrics = metrics
    state = Mutex(State(table: HostsTable([inline], zones: zones, hasReverse: hasReverse)))
  }

  var table: HostsTable { state.withLock { $0.table } }

  /// Reads the file when its time of change or its size is another than when it was read last. Without a file, the lines of the
  /// Corefile remain.
  func refresh() {
    let seen = state.withLock { $0.stamp }
    let now = FileStamp(path: path)
    if now == seen { return }
    do {
      let contents = try FileContents.read(path)
      publish(entries(contents.bytes), contents.stamp)
    } catch {
      if !error.isMissing { log.warning("Hosts file \(path) cannot be read: \(error)") }
      publish([], now)
    }
  }

  private func entries(_ bytes: [UInt8]) -> [HostsEntry] {
    var parser = HostsParser()
    parser.read(bytes)
    for number in parser.malformedLines.prefix(10) { log.warning("\(path):\(number): a malformed line is left out") }
    let more = parser.malformedLines.count - 10
    if more > 0 { log.warning("\(path): \(more) more malformed lines are left out") }
    return parser.entries
  }

  /// Open as long as the table has neither a name nor an address's name in the zone.
  func gate(for zone: DomainName) -> FastGate {
    state.withLock { state in
      if let known = state.gates.first(where: { $0.zone == zone }) { return known.gate }
      let gate = FastGate(isOpen: state.table.isEmpty(in: zone))
      state.gates.append((zone, gate))
      return gate
    }
  }

  private func publish(_ entries: [HostsEntry], _ stamp: FileStamp?) {
    let table = HostsTable([entries, inline], zones: zones, hasReverse: hasReverse)
    // The long search comes before the lock that queries wait for; gates are only ever added.
    let open = state.withLock { $0.gates }.map { table.isEmpty(in: $0.zone) }
    state.withLock { state in
      for (index, entry) in state.gates.enumerated() {
        entry.gate.isOpen = index < open.count ? open[index] : table.isEmpty(in: entry.zone)
      }
      state.table = table
      state.stamp = stamp
    }
    metrics.entries.set(Double(table.entryCount))
    metrics.reloaded.set(Double(time(nil)))
    log.debug("Parsed hosts file into \(table.entryCount) entries")
  }
}
