import Logging
import QueryEngine
import Registry

extension Registry {
  /// Logs when the store of the registry's state begins to fail, and when it works again.
  func logStore(_ log: Logger) {
    followStore { news in
      switch news {
      case .fails(let why):
        log.error("registry: changes are refused, for they cannot be kept: \(why); reads and DNS go on")
      case .works: log.info("registry: changes are kept again")
      }
    }
  }
}

extension StoreHealth {
  /// What metrics say of it.
  var families: [MetricFamily] {
    [
      MetricFamily(
        name: "clusterdns_registry_store_failing",
        help: "Whether the last write of the registry's state failed: 0 or 1.",
        kind: .gauge, value: failure == nil ? 0 : 1),
      MetricFamily(
        name: "clusterdns_registry_store_refused_total",
        help: "Changes that were refused because the registry's state could not be kept.", kind: .counter,
        value: Double(refused)),
    ]
  }
}
