/// A question to an object's labels: every requirement must hold. Without requirements it takes every object.
public struct LabelSelector: Sendable, Hashable {
  /// What must hold, all of it.
  public var requirements: [LabelRequirement]

  /// From its parts.
  public init(_ requirements: [LabelRequirement] = []) { self.requirements = requirements }

  /// Takes every object.
  public static let everything = LabelSelector()

  /// Takes the objects that have all these labels.
  public init(matchLabels: StringMap) {
    requirements = matchLabels.map { LabelRequirement(key: $0.key, .in([$0.value])) }
  }

  /// Kubernetes' LabelSelector object: labels that must be there and further requirements, all of which must hold.
  public init(matchLabels: StringMap, matchExpressions: [LabelRequirement]) {
    self.init(matchLabels: matchLabels)
    requirements += matchExpressions
  }

  /// Whether an object with these labels is taken.
  public func matches(_ labels: StringMap) -> Bool { requirements.allSatisfy { $0.matches(labels) } }
}

/// One requirement on one label.
public struct LabelRequirement: Sendable, Hashable {
  /// The label that is asked about.
  public var key: String
  /// What is asked of it.
  public var test: Test

  /// From its parts.
  public init(key: String, _ test: Test) {
    self.key = key
    self.test = test
  }

  /// What is asked of the label.
  public enum Test: Sendable, Hashable {
    /// There, with one of the values: `a=b`, `a in (b,c)`. Values are sorted.
    case `in`([String])
    /// Not there, or with none of the values: `a!=b`, `a notin (b,c)`. Values are sorted.
    case notIn([String])
    /// There: `a`.
    case exists
    /// Not there: `!a`.
    case doesNotExist
    /// There, an integer and above: `a>5`.
    case greaterThan(Int64)
    /// There, an integer and below: `a<5`.
    case lessThan(Int64)
  }

  /// Whether an object with these labels meets the requirement.
  public func matches(_ labels: StringMap) -> Bool {
    let value = labels[key]
    switch test {
    case .in(let values): return value.map(values.contains) ?? false
    case .notIn(let values): return value.map { !values.contains($0) } ?? true
    case .exists: return value != nil
    case .doesNotExist: return value == nil
    case .greaterThan(let bound): return value.flatMap { Int64($0) }.map { $0 > bound } ?? false
    case .lessThan(let bound): return value.flatMap { Int64($0) }.map { $0 < bound } ?? false
    }
  }
}

extension LabelSelector: CustomStringConvertible {
  /// The text that reads as the same selector.
  public var description: String { requirements.map(\.description).joined(separator: ",") }
}

extension LabelRequirement: CustomStringConvertible {
  /// The text that reads as the same requirement.
  public var description: String {
    switch test {
    case .in(let values) where values.count == 1: "\(key)=\(values[0])"
    case .in(let values): "\(key) in (\(values.joined(separator: ",")))"
    case .notIn(let values) where values.count == 1: "\(key)!=\(values[0])"
    case .notIn(let values): "\(key) notin (\(values.joined(separator: ",")))"
    case .exists: key
    case .doesNotExist: "!\(key)"
    case .greaterThan(let bound): "\(key)>\(bound)"
    case .lessThan(let bound): "\(key)<\(bound)"
    }
  }
}
