/// What types and fields are for, in one line each, as `kubectl explain` shows them.
enum FieldDescriptions {
  /// What is said of a type and of its fields.
  struct Entry: Sendable {
    let text: String
    let fields: [String: String]

    init(_ text: String, _ fields: [String: String]) { (self.text, self.fields) = (text, fields) }
  }

  /// What a type is.
  static func of(_ typeName: String) -> String? { entries[typeName]?.text }

  /// What a field of a type is.
  static func of(_ typeName: String, _ field: String) -> String? {
    entries[typeName]?.fields[field] ?? common[field]
  }

  private static let entries = metadata.merging(services) { $1 }.merging(endpoints) { $1 }.merging(pods) { $1 }
    .merging(containers) { $1 }.merging(nodes) { $1 }.merging(others) { $1 }

  /// The fields that every kind has.
  private static let common = [
    "apiVersion": "The group and version that the object is written in.",
    "kind": "What the object is.",
    "metadata": "The object's name, labels and history.",
    "spec": "What the object is meant to be.",
    "status": "What the object is found to be.",
  ]
}
