import ClusterModel
import Registry

extension APIHandler {
  /// POST: a new object.
  func create(
    _ kind: ObjectKind, in namespace: String, _ request: APIRequest
  ) throws(RegistryError) -> APIReply {
    let options = try WriteOptions(request, "CreateOptions")
    var reading = try ObjectReader(kind: kind, validation: options.validation).object(of: request)
    try reading.object.metadata.enter(namespace)
    guard reading.object.metadata.resourceVersion == 0 else { throw .versionOfNewObject }
    let stored = try store(reading, options, attempts: Self.namingAttempts)
    return .object(stored, code: 201, warnings: reading.warnings)
  }

  /// How many generated names are tried before one is told that its name is taken.
  private static let namingAttempts = 8

  private func store(
    _ reading: ObjectReader.Reading, _ options: WriteOptions, attempts: Int
  ) throws(RegistryError) -> ClusterObject {
    var named = reading
    let isGenerated = named.object.metadata.completeName()
    try named.refuseUnreadable()
    do throws(RegistryError) {
      return try commit(isDryRun: options.isDryRun) { (registry) throws(RegistryError) in
        try registry.create(named.object, manager: options.fieldManager)
      }
    } catch {
      guard isGenerated, error.reason == .alreadyExists, attempts > 1 else { throw error }
      return try store(reading, options, attempts: attempts - 1)
    }
  }
}

extension ObjectMeta {
  /// Puts an object without a namespace into the one of the path; kinds that have none lose theirs.
  mutating func enter(_ namespace: String) throws(RegistryError) {
    guard self.namespace.isEmpty || namespace.isEmpty || self.namespace == namespace else { throw .otherNamespace }
    self.namespace = namespace
  }

  /// Makes a name of `generateName` when there is none; whether that was so.
  fileprivate mutating func completeName() -> Bool {
    guard name.isEmpty, !generateName.isEmpty else { return false }
    let ending = (0..<5).compactMap { _ in Self.nameLetters.randomElement() }
    name = String(generateName.prefix(Self.nameLimit - ending.count)) + String(ending)
    return true
  }

  /// What generated names end with: no vowels, so that they say nothing by chance, and nothing that looks like another one.
  private static let nameLetters = Array("bcdfghjklmnpqrstvwxz2456789")
  /// The most characters that generated names have.
  private static let nameLimit = 63
}

extension RegistryError {
  /// A version belongs to what is stored.
  fileprivate static let versionOfNewObject = RegistryError(
    .badRequest, "resourceVersion should not be set on objects to be created")

  fileprivate static let otherNamespace = RegistryError(
    .badRequest, "the namespace of the provided object does not match the namespace sent on the request")
}
