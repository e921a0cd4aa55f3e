/// One key with its value, in labels, annotations and selectors.
public struct Label: Sendable, Hashable {
  /// The key, such as `app` or `kubernetes.io/service-name`.
  public var key: String
  /// The value; may be empty.
  public var value: String

  /// From its parts.
  public init(_ key: String, _ value: String) {
    self.key = key
    self.value = value
  }
}

/// A small map of strings to strings, sorted by key: 8 octets when empty, 32 a pair and 32 once when not.
///
/// Looking a key up walks the pairs, of which objects have a handful.
public struct StringMap: Sendable, Hashable {
  /// The pairs in the order of their keys' UTF-8 octets; no key twice.
  public private(set) var pairs: [Label]

  /// An empty one.
  public init() { pairs = [] }

  /// The pairs in any order; of a key that comes twice the last one counts. O(n log n).
  public init(_ unsorted: some Sequence<Label>) {
    pairs = Array(unsorted)
    guard !isSorted else { return }
    let latest = Dictionary(pairs.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
    pairs = latest.map { Label($0.key, $0.value) }.sorted { $0.key < $1.key }
  }

  private var isSorted: Bool {
    zip(pairs, pairs.dropFirst()).allSatisfy { $0.key < $1.key }
  }

  /// The value of a key; setting `nil` takes the key out. O(n).
  public subscript(key: String) -> String? {
    get { pairs.first { $0.key == key }?.value }
    set {
      let index = pairs.firstIndex { $0.key >= key } ?? pairs.endIndex
      let found = index < pairs.endIndex && pairs[index].key == key
      switch (found, newValue) {
      case (true, let value?): pairs[index].value = value
      case (true, nil): pairs.remove(at: index)
      case (false, let value?): pairs.insert(Label(key, value), at: index)
      case (false, nil): break
      }
    }
  }

  /// Whether every pair of this map is in the other one too: how a Service's selector takes Pods. O(n + m).
  public func isSubset(of other: StringMap) -> Bool {
    var index = other.pairs.startIndex
    for pair in pairs {
      while index < other.pairs.endIndex, other.pairs[index].key < pair.key { index += 1 }
      guard index < other.pairs.endIndex, other.pairs[index] == pair else { return false }
    }
    return true
  }
}

extension StringMap: RandomAccessCollection {
  /// 0.
  public var startIndex: Int { pairs.startIndex }
  /// The number of pairs.
  public var endIndex: Int { pairs.endIndex }
  /// The pair at a place.
  public subscript(position: Int) -> Label { pairs[position] }
}

extension StringMap: ExpressibleByDictionaryLiteral {
  /// From a literal.
  public init(dictionaryLiteral elements: (String, String)...) {
    self.init(elements.map { Label($0.0, $0.1) })
  }
}

extension StringMap: CustomStringConvertible {
  /// `app=web,tier=front`, as kubectl prints labels.
  public var description: String { pairs.map { "\($0.key)=\($0.value)" }.joined(separator: ",") }
}
