/// A set that mostly has few elements: while there are no more than 16 it looks at each of them, which costs less than to hash one.
///
/// Inlinable, for what it costs depends on the compiler's knowing the element's type.
public struct SmallSet<Element: Hashable> {
  @usableFromInline var few: [Element] = []
  @usableFromInline var many: Set<Element> = []

  /// An empty set.
  @inlinable public init() {}

  /// Some elements, each once.
  @inlinable public init(_ elements: some Sequence<Element>) {
    for element in elements { _ = insert(element) }
  }

  /// Whether the element is in the set. O(1).
  @inlinable public func contains(_ element: Element) -> Bool {
    many.isEmpty ? few.contains(element) : many.contains(element)
  }

  /// Puts an element in. O(1).
  ///
  /// - Returns: whether it was not there before.
  @inlinable public mutating func insert(_ element: Element) -> Bool {
    guard many.isEmpty else { return many.insert(element).inserted }
    if few.contains(element) { return false }
    few.append(element)
    if few.count > 16 { many = Set(few) }
    return true
  }
}
