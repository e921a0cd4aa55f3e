/// One label of a sample.
public struct MetricLabel: Sendable, Hashable, Comparable {
  /// In the metric's own terms: `server`, `zone`.
  public var name: String
  /// Any text; the exposition escapes it.
  public var value: String

  /// A label.
  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }

  /// By name, then by value.
  public static func < (one: Self, other: Self) -> Bool {
    (one.name, one.value) < (other.name, other.value)
  }
}

/// A family of metrics as plain values: what a collector gives, and what the text is written from.
public struct MetricFamily: Sendable, Hashable {
  /// What Prometheus may do with a family.
  public enum Kind: String, Sendable { case counter, gauge, histogram }

  /// What one sample says.
  public enum Value: Sendable, Hashable {
    case number(Double)
    case histogram(HistogramValue)
  }

  /// One line of the text, or one histogram.
  public struct Sample: Sendable, Hashable {
    /// In the order in which the text shows them.
    public var labels: [MetricLabel]
    /// As counted now.
    public var value: Value

    /// A sample.
    public init(labels: [MetricLabel], value: Value) {
      self.labels = labels
      self.value = value
    }
  }

  /// With its namespace and unit: `coredns_dns_requests_total`.
  public var name: String
  /// One sentence on what is counted.
  public var help: String
  /// Decides how the samples are written.
  public var kind: Kind
  /// One a label set.
  public var samples: [Sample]

  /// A family.
  public init(name: String, help: String, kind: Kind, samples: [Sample]) {
    self.name = name
    self.help = help
    self.kind = kind
    self.samples = samples
  }

  /// A family with one number and no labels.
  public init(name: String, help: String, kind: Kind, value: Double) {
    self.init(name: name, help: help, kind: kind, samples: [Sample(labels: [], value: .number(value))])
  }
}

/// A histogram's counts, each bucket for itself (not summed up as in the text).
public struct HistogramValue: Sendable, Hashable {
  /// The upper bounds, inclusive and rising.
  public var bounds: [Double]
  /// One more than bounds: the last counts what lies above all of them.
  public var counts: [UInt64]
  /// Of all observed values.
  public var sum: Double

  /// A histogram.
  public init(bounds: [Double], counts: [UInt64], sum: Double) {
    precondition(counts.count == bounds.count + 1)
    self.bounds = bounds
    self.counts = counts
    self.sum = sum
  }
}

extension MetricFamily.Value {
  /// The sum of two samples with the same labels. Histograms with other buckets do not add up: the first stays.
  static func + (one: Self, other: Self) -> Self {
    switch (one, other) {
    case (.number(let a), .number(let b)):
      return .number(a + b)
    case (.histogram(let a), .histogram(let b)) where a.bounds == b.bounds:
      return .histogram(HistogramValue(bounds: a.bounds, counts: zip(a.counts, b.counts).map(&+), sum: a.sum + b.sum))
    default:
      return one
    }
  }
}

extension MetricFamily {
  /// Appends the family in the text format; nothing for a family without samples.
  func write(to text: inout String) {
    guard !samples.isEmpty else { return }
    text += "# HELP \(name) \(escapedHelp)\n# TYPE \(name) \(kind.rawValue)\n"
    for sample in samples {
      switch sample.value {
      case .number(let value): write(name, sample.labels, value, to: &text)
      case .histogram(let histogram): write(histogram, sample.labels, to: &text)
      }
    }
  }

  private func write(_ histogram: HistogramValue, _ labels: [MetricLabel], to text: inout String) {
    var count: UInt64 = 0
    for (bound, own) in zip(histogram.bounds + [.infinity], histogram.counts) {
      count &+= own
      write(name + "_bucket", labels + [MetricLabel("le", Self.text(bound))], Double(count), to: &text)
    }
    write(name + "_sum", labels, histogram.sum, to: &text)
    write(name + "_count", labels, Double(count), to: &text)
  }

  private func write(_ name: String, _ labels: [MetricLabel], _ value: Double, to text: inout String) {
    text += name
    if !labels.isEmpty {
      text += "{" + labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",") + "}"
    }
    text += " \(Self.text(value))\n"
  }

  /// A number as Prometheus reads it: whole ones without a point.
  static func text(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    if let whole = Int64(exactly: value), whole.magnitude < 1 << 53 { return String(whole) }
    return value.description
  }

  /// A label's value with backslash, quote and newline escaped.
  static func escaped(_ value: String) -> String {
    var text = ""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\\": text += "\\\\"
      case "\"": text += "\\\""
      case "\n": text += "\\n"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }

  /// Help with backslash and newline escaped; quotes stay as they are there.
  private var escapedHelp: String {
    var text = ""
    for scalar in help.unicodeScalars {
      switch scalar {
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}
