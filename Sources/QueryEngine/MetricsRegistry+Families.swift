import Synchronization

/// Counts that only grow.
public typealias CounterFamily = LabelledFamily<Counter>
/// Numbers that rise and fall.
public typealias GaugeFamily = LabelledFamily<Gauge>
/// Distributions.
public typealias HistogramFamily = LabelledFamily<Histogram>

/// One number or histogram that changes: what `LabelledFamily.with(_:)` gives out.
public protocol MetricHandle: AnyObject, Sendable {
  static var kind: MetricFamily.Kind { get }
  var value: MetricFamily.Value { get }
}

/// All metrics of one name: one handle for each set of label values.
public final class LabelledFamily<Handle: MetricHandle>: Sendable, FamilyStorage {
  /// The family's name in the text.
  public let name: String
  /// One sentence on what is counted.
  public let help: String
  /// The names of the labels, in the order in which `with(_:)` takes their values.
  public let labels: [String]
  private let make: @Sendable () -> Handle
  private let handles = Mutex<[[String]: Handle]>([:])

  init(name: String, help: String, labels: [String], make: @escaping @Sendable () -> Handle) {
    self.name = name
    self.help = help
    self.labels = labels
    self.make = make
    // A metric without labels shows its zero from the start.
    if labels.isEmpty { _ = with() }
  }

  /// The handle for these label values, made when it is asked for the first time. Takes a lock: keep what it returns.
  ///
  /// - Precondition: as many values as ``labels``.
  public func with(_ values: String...) -> Handle { with(values) }

  /// As ``with(_:)-(String...)``, with the values in an array.
  public func with(_ values: [String]) -> Handle {
    precondition(values.count == labels.count, "\(name) has the labels \(labels)")
    return handles.withLock { handles in
      let key =
        handles.count < MetricsRegistry.mostSeries || handles[values] != nil ? values : labels.map { _ in "other" }
      if let known = handles[key] { return known }
      let handle = make()
      handles[key] = handle
      return handle
    }
  }

  func snapshot() -> MetricFamily {
    let handles = handles.withLock { $0 }
    let samples = handles.map { values, handle in
      MetricFamily.Sample(labels: zip(labels, values).map(MetricLabel.init), value: handle.value)
    }
    return MetricFamily(name: name, help: help, kind: Handle.kind, samples: samples)
  }
}

/// What the registry asks of a family, whatever its kind.
protocol FamilyStorage: Sendable {
  func snapshot() -> MetricFamily
}

/// A count that only grows.
public final class Counter: MetricHandle {
  private let count = Atomic<UInt64>(0)

  /// Always a counter.
  public static var kind: MetricFamily.Kind { .counter }
  /// The count.
  public var value: MetricFamily.Value { .number(Double(total)) }
  /// What was counted so far.
  public var total: UInt64 { count.load(ordering: .relaxed) }

  /// Counts `amount` more.
  public func add(_ amount: UInt64 = 1) { count.wrappingAdd(amount, ordering: .relaxed) }
}

/// A number that rises and falls.
public final class Gauge: MetricHandle {
  private let current = AtomicDouble()

  /// Always a gauge.
  public static var kind: MetricFamily.Kind { .gauge }
  /// The number that was set last.
  public var value: MetricFamily.Value { .number(current.value) }

  /// Replaces the number.
  public func set(_ value: Double) { current.set(value) }
  /// Changes the number by `amount`, which may be negative.
  public func add(_ amount: Double) { current.add(amount) }
}

/// Counts observations by their size.
public final class Histogram: MetricHandle {
  private let bounds: [Double]
  /// One count a bound, and one for what lies above all of them.
  private let counts: AtomicCounters
  private let sum = AtomicDouble()

  init(buckets: [Double]) {
    precondition(zip(buckets, buckets.dropFirst()).allSatisfy(<), "buckets rise")
    bounds = buckets
    counts = AtomicCounters(count: buckets.count + 1)
  }

  /// Always a histogram.
  public static var kind: MetricFamily.Kind { .histogram }
  /// The counts of all buckets.
  public var value: MetricFamily.Value {
    .histogram(HistogramValue(bounds: bounds, counts: counts.values(), sum: sum.value))
  }

  /// Counts one observation in the bucket that it belongs to.
  public func observe(_ value: Double) {
    counts.add(1, at: bounds.firstIndex { value <= $0 } ?? bounds.count)
    sum.add(value)
  }
}

/// A floating point number that threads share.
final class AtomicDouble: Sendable {
  private let bits = Atomic<UInt64>(0)

  var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }

  func set(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }

  func add(_ amount: Double) {
    var seen = bits.load(ordering: .relaxed)
    while true {
      let sum = (Double(bitPattern: seen) + amount).bitPattern
      let (exchanged, original) = bits.weakCompareExchange(expected: seen, desired: sum, ordering: .relaxed)
      if exchanged { return }
      seen = original
    }
  }
}
