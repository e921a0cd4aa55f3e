import Synchronization

/// Every counter of the process, and their text for Prometheus (exposition format 0.0.4).
///
/// A stage asks for its families once, looks up the handles it needs (`LabelledFamily.with(_:)`) and keeps them: counting is then
/// one atomic addition. Counters kept elsewhere come in through ``collect(_:)`` as plain values. Where two sources give the same family and
/// the same labels, the text shows their sum.
public final class MetricsRegistry: Sendable {
  /// A family has at most so many label sets; those that come later share one whose labels all say `other`.
  public static let mostSeries = 10_000

  typealias Source = @Sendable () -> [MetricFamily]

  private struct State {
    var families: [String: any FamilyStorage] = [:]
    var sources: [UInt64: Source] = [:]
    var nextSource: UInt64 = 0
  }

  private let state = Mutex(State())
  /// The counters of answered queries, kept by those who answer them.
  public let queries = QueryMetrics()

  /// A registry without any family.
  public init() {}

  /// The family of counters with this name: a new one, or the one that was asked for before.
  ///
  /// - Precondition: a name keeps its kind and its label names.
  public func counter(_ name: String, help: String, labels: [String] = []) -> CounterFamily {
    family(name, help: help, labels: labels) { Counter() }
  }

  /// The family of gauges with this name: a new one, or the one that was asked for before.
  ///
  /// - Precondition: a name keeps its kind and its label names.
  public func gauge(_ name: String, help: String, labels: [String] = []) -> GaugeFamily {
    family(name, help: help, labels: labels) { Gauge() }
  }

  /// The family of histograms with this name: a new one, or the one that was asked for before.
  ///
  /// - Parameter name: the family's name.
  /// - Parameter help: what it counts, in a line.
  /// - Parameter labels: the names of its labels.
  /// - Parameter buckets: the upper bounds, inclusive and rising; the bucket `+Inf` comes by itself.
  /// - Precondition: a name keeps its kind, its label names and its buckets.
  public func histogram(_ name: String, help: String, labels: [String] = [], buckets: [Double]) -> HistogramFamily {
    family(name, help: help, labels: labels) { Histogram(buckets: buckets) }
  }

  private func family<Handle>(
    _ name: String, help: String, labels: [String], make: @escaping @Sendable () -> Handle
  ) -> LabelledFamily<Handle> {
    state.withLock { state in
      if let known = state.families[name] {
        guard let family = known as? LabelledFamily<Handle>, family.labels == labels else {
          preconditionFailure("the metric \(name) was asked for before with another kind or other labels")
        }
        return family
      }
      let family = LabelledFamily(name: name, help: help, labels: labels, make: make)
      state.families[name] = family
      return family
    }
  }

  /// Asks `source` for plain values at each exposition, until the token is cancelled or let go.
  ///
  /// The source may be called from any thread, and more than once at a time.
  public func collect(_ source: @escaping @Sendable () -> [MetricFamily]) -> CollectorToken {
    let key = state.withLock { state in
      state.nextSource += 1
      state.sources[state.nextSource] = source
      return state.nextSource
    }
    return CollectorToken { [weak self] in self?.removeSource(key) }
  }

  private func removeSource(_ key: UInt64) {
    state.withLock { state in _ = state.sources.removeValue(forKey: key) }
  }

  /// All families with their present values, by name, each name once.
  public func families() -> [MetricFamily] {
    let (own, sources) = state.withLock { (Array($0.families.values), Array($0.sources.values)) }
    var merged = FamilyMerger()
    for family in own { merged.add(family.snapshot()) }
    for source in sources { source().forEach { merged.add($0) } }
    for family in queries.families() { merged.add(family) }
    return merged.families()
  }

  /// The text that `/metrics` answers: families by name, samples by their labels.
  public func exposition() -> String {
    var text = ""
    for family in families() { family.write(to: &text) }
    return text
  }

  /// The media type of ``exposition()``.
  public static let contentType = "text/plain; version=0.0.4; charset=utf-8"
}

/// Keeps a collector registered; see ``MetricsRegistry/collect(_:)``.
public final class CollectorToken: Sendable {
  private let remove: @Sendable () -> Void

  init(remove: @escaping @Sendable () -> Void) { self.remove = remove }
  deinit { remove() }

  /// Takes the collector out; a second time does nothing.
  public func cancel() { remove() }
}

/// Brings families of several sources together: samples with the same labels become their sum.
struct FamilyMerger {
  private var byName: [String: (family: MetricFamily, samples: [[MetricLabel]: MetricFamily.Value])] = [:]

  mutating func add(_ family: MetricFamily) {
    var entry = byName[family.name] ?? (family, [:])
    for sample in family.samples {
      entry.samples[sample.labels] = entry.samples[sample.labels].map { $0 + sample.value } ?? sample.value
    }
    byName[family.name] = entry
  }

  func families() -> [MetricFamily] {
    byName.values.map { entry in
      var family = entry.family
      family.samples = entry.samples.map { MetricFamily.Sample(labels: $0.key, value: $0.value) }
        .sorted { $0.labels.lexicographicallyPrecedes($1.labels) }
      return family
    }.sorted { $0.name < $1.name }
  }
}
