/// Keeps one copy of each text that many objects share: namespaces, label keys, node names.
///
/// Texts of up to 15 octets live inside a `String` and need no copy; longer ones share one allocation. One interner serves
/// one loading of objects, or one client's writing, and is not for several threads.
public final class StringInterner {
  private var strings: Set<String> = []
  private var details: [EndpointDetails: Rare<EndpointDetails>] = [:]
  private let capacity: Int

  /// An interner that forgets everything once it holds `capacity` texts, so that it never grows without bound.
  public init(capacity: Int = 1 << 18) { self.capacity = capacity }

  /// The text, in the copy that was seen first. Amortised O(length).
  public func intern(_ text: String) -> String {
    guard text.utf8.count > 15 else { return text }
    if strings.count >= capacity { strings.removeAll() }
    return strings.insert(text).memberAfterInsert
  }

  /// The number of texts held.
  public var count: Int { strings.count }

  /// What endpoints of one node have in common, in one allocation for them all.
  func share(_ value: Rare<EndpointDetails>) -> Rare<EndpointDetails> {
    guard !value.isDefault else { return value }
    if details.count >= capacity { details.removeAll() }
    if let known = details[value.value] { return known }
    details[value.value] = value
    return value
  }
}
