import ClusterModel

/// Keeps one copy of the sets of fields, and of the names of owners, that many objects have: clients make most objects alike.
struct SharedFieldSets: Sendable {
  private var texts: Set<String> = []
  /// How many texts are kept: then it begins anew, so that texts that nobody has any more go.
  private static let capacity = 1024
  /// The longest text that is kept, in octets: longer ones are hardly ever alike.
  private static let longest = 4096

  /// The object with the kept copies, if it has the same texts as another one.
  mutating func share(_ object: ClusterObject) -> ClusterObject {
    var entries = object.metadata.managedFields
    guard !entries.isEmpty else { return object }
    for index in entries.indices {
      share(&entries[index].manager)
      share(&entries[index].fieldsV1)
    }
    var shared = object
    shared.metadata.managedFields = entries
    return shared
  }

  /// Texts of up to 15 octets need no copy.
  private mutating func share(_ text: inout String) {
    guard (16...Self.longest).contains(text.utf8.count) else { return }
    if texts.count >= Self.capacity { texts = [] }
    text = texts.insert(text).memberAfterInsert
  }
}
