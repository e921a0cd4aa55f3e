/// Reading a balancer from text, as commands and configurations name it.
///
/// | text | policy | options |
/// |---|---|---|
/// | `round-robin`, `random`, `weighted`, `least-requests`, `pick-first` | | |
/// | `peak-ewma` | ``BalancingPolicy/peakEWMA(_:)`` | `decay` (10s), `failure-penalty` (1s) |
/// | `ring-hash` | ``BalancingPolicy/ringHash(_:)`` | `min-size` (1024), `max-size` (8388608) |
/// | `maglev` | ``BalancingPolicy/maglev(_:)`` | `table-size` (65537) |
/// | `session-affinity` | ``BalancingPolicy/sessionAffinity(_:)`` | `timeout` (the Service's, or 10800s), `clients` (65536) |
///
/// Options come after a colon, with commas between: `ring-hash:min-size=4096,max-size=65536`. Times end in `ms`, `s`, `m` or `h`.
extension BalancingPolicy {
  /// The names of all policies.
  public static let names = [
    "round-robin", "random", "weighted", "least-requests", "peak-ewma", "ring-hash", "maglev", "session-affinity",
    "pick-first",
  ]

  /// Reads a policy.
  ///
  /// - Throws: ``BalancerError``, which says what would be right.
  public init(_ text: String) throws(BalancerError) {
    var options = try PolicyOptions(text)
    switch options.name {
    case "round-robin": self = .roundRobin
    case "random": self = .random
    case "weighted": self = .weighted
    case "least-requests": self = .leastRequests
    case "peak-ewma":
      let decay = try options.duration("decay") ?? PeakEWMA().decay
      self = .peakEWMA(
        PeakEWMA(decay: decay, failurePenalty: try options.duration("failure-penalty") ?? PeakEWMA().failurePenalty))
    case "ring-hash":
      let least = try options.number("min-size", 1...1 << 23) ?? RingHash().minimumSize
      let most = try options.number("max-size", 1...1 << 23) ?? RingHash().maximumSize
      guard least <= most else { throw options.error("min-size is \(least), above max-size, which is \(most)") }
      self = .ringHash(RingHash(minimumSize: least, maximumSize: most))
    case "maglev": self = .maglev(Maglev(tableSize: try options.number("table-size", 2...5_000_011) ?? 65_537))
    case "session-affinity":
      let timeout = try options.duration("timeout")
      self = .sessionAffinity(
        SessionAffinity(
          timeout: timeout, clients: try options.number("clients", 8...1 << 24) ?? SessionAffinity().clients))
    case "pick-first": self = .pickFirst
    default:
      throw options.error(
        "there is no balancer \"\(options.name)\"; there are \(Self.names.joined(separator: ", "))")
    }
    try options.expectNoMore()
  }
}

/// Why a text is no balancer.
public struct BalancerError: Error, Hashable, CustomStringConvertible {
  /// The text.
  public let text: String
  /// What is wrong with it, and what would be right.
  public let problem: String

  /// One line for a person.
  public var description: String { "the balancer \"\(text)\": \(problem)" }
}

/// The name and the options of a balancer's text.
private struct PolicyOptions {
  private let text: String
  let name: String
  private var values: [String: Substring] = [:]
  /// The options that the policy has.
  private var asked: [String] = []

  init(_ text: String) throws(BalancerError) {
    self.text = text
    let halves = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    name = String(halves[0])
    guard halves.count == 2 else { return }
    for part in halves[1].split(separator: ",", omittingEmptySubsequences: false) {
      let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard sides.count == 2 else { throw error("write OPTION=VALUE instead of \"\(part)\"") }
      guard values.updateValue(sides[1], forKey: String(sides[0])) == nil else {
        throw error("the option \(sides[0]) is there twice")
      }
    }
  }

  func error(_ problem: String) -> BalancerError { BalancerError(text: text, problem: problem) }

  mutating func number(_ option: String, _ range: ClosedRange<Int>) throws(BalancerError) -> Int? {
    guard let value = take(option) else { return nil }
    guard let number = Int(value), range.contains(number) else {
      throw error("\(option) is \(range.lowerBound) to \(range.upperBound), not \"\(value)\"")
    }
    return number
  }

  mutating func duration(_ option: String) throws(BalancerError) -> Duration? {
    guard let value = take(option) else { return nil }
    let digits = value.prefix { $0.isASCII && $0.isNumber }
    let units: [Substring: Int] = ["ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000]
    guard let number = Int(digits), let unit = units[value.dropFirst(digits.count)],
      number > 0, number <= 1_000_000_000
    else { throw error("\(option) is a time as 500ms, 10s, 5m or 3h, not \"\(value)\"") }
    return .milliseconds(number * unit)
  }

  private mutating func take(_ option: String) -> Substring? {
    asked.append(option)
    return values.removeValue(forKey: option)
  }

  /// Refuses options that nobody asked for.
  func expectNoMore() throws(BalancerError) {
    guard let left = values.keys.min() else { return }
    throw error(
      asked.isEmpty
        ? "\(name) has no options" : "\(name) has no option \"\(left)\"; it has \(asked.joined(separator: ", "))")
  }
}
