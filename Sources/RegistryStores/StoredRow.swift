import ClusterModel
import Registry

// Objects as text in a table, and back.

/// The text of an object, and the checksum of it and its name.
struct StoredText {
  let json: String
  let checksum: Int64

  init(_ object: ClusterObject) {
    json = object.json
    checksum = Self.checksum(object.key, json)
  }

  /// The checksum of what is in a row; a row without a text has an empty one.
  static func checksum(_ key: ObjectKey, _ json: String) -> Int64 {
    Int64(bitPattern: StableHash(key.kind.name, key.namespace, key.name, json).value)
  }
}

/// Reads the objects of one file, which share the texts that they have in common.
struct ObjectReader {
  private let interner = StringInterner()

  /// The key in three columns.
  func key(_ kind: String, _ namespace: String, _ name: String) throws(RegistryStoreError) -> ObjectKey {
    guard let kind = ObjectKind(name: kind) else { throw RegistryStoreError("objects of the unknown kind \(kind)") }
    return ObjectKey(kind, namespace: interner.intern(namespace), name: name)
  }

  /// The object that a row holds.
  func object(_ key: ObjectKey, _ json: String, checksum: Int64) throws(RegistryStoreError) -> ClusterObject {
    guard StoredText.checksum(key, json) == checksum else {
      throw RegistryStoreError("the checksum of \(key) does not fit its text")
    }
    let object = try decode(key, json)
    guard object.key == key, object.metadata.resourceVersion > 0 else {
      throw RegistryStoreError("the text of \(key) is that of \(object.key)")
    }
    return object
  }

  private func decode(_ key: ObjectKey, _ json: String) throws(RegistryStoreError) -> ClusterObject {
    let node: DocumentNode?
    do throws(DocumentError) {
      var reader = try JSONReader(Array(json.utf8))
      node = try reader.next()
    } catch {
      throw RegistryStoreError("\(key): \(error)")
    }
    guard let node else { throw RegistryStoreError("\(key) has no text") }
    let (object, problems) = ClusterObject.decode(node, as: key.kind, interner: interner)
    if let problem = problems.first(where: \.isLoss) { throw RegistryStoreError("\(key): \(problem)") }
    return object
  }
}

extension DocumentProblem {
  /// Whether something of the text is not in the object that was read from it.
  fileprivate var isLoss: Bool {
    switch reason {
    case .wrongType: true
    case .invalid(let kind, _, _): kind != .required
    case .unknownField, .duplicateField: false
    }
  }
}

extension Origin {
  /// The origin as the table has it: `client`, `bootstrap`, `implied`, `manifest 305419896`.
  var text: String {
    switch self {
    case .client: "client"
    case .bootstrap: "bootstrap"
    case .implied: "implied"
    case .manifest(let digest): "manifest \(digest)"
    }
  }

  init?(text: String) {
    let words = text.split(separator: " ")
    switch (words.first, words.count) {
    case ("client", 1): self = .client
    case ("bootstrap", 1): self = .bootstrap
    case ("implied", 1): self = .implied
    case ("manifest", 2):
      guard let digest = UInt32(words[1]) else { return nil }
      self = .manifest(digest: digest)
    default: return nil
    }
  }
}

extension RegistryEvent.Change {
  /// The change as the table has it.
  var text: String {
    switch self {
    case .added: "added"
    case .modified: "modified"
    case .deleted: "deleted"
    }
  }

  init?(text: String) {
    switch text {
    case "added": self = .added
    case "modified": self = .modified
    case "deleted": self = .deleted
    default: return nil
    }
  }
}
