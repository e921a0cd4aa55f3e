import ClusterModel
import Registry

extension APIHandler {
  /// PATCH: what is to become of an object, or of its status.
  func patch(_ target: WriteTarget, _ request: APIRequest) throws(RegistryError) -> APIReply {
    let options = try WriteOptions(request, "PatchOptions")
    let patch = try ObjectPatch(request)
    for _ in 1..<Self.patchAttempts {
      do throws(RegistryError) {
        return try apply(patch, to: target, options)
      } catch {
        // Somebody wrote in between: the patch is for what is stored now.
        guard error.reason == .conflict else { throw error }
      }
    }
    return try apply(patch, to: target, options)
  }

  /// How often a patch is tried when others write the same object meanwhile.
  private static let patchAttempts = 5

  private func apply(
    _ patch: ObjectPatch, to target: WriteTarget, _ options: WriteOptions
  ) throws(RegistryError) -> APIReply {
    guard let stored = registry.object(target.key) else { throw .notFound(target.key) }
    let patched = try patch.applied(to: stored)
    var reading = try ObjectReader(kind: stored.kind, validation: options.validation)
      .object(patched: patched, by: patch.text)
    try reading.object.metadata.answer(to: target.key)
    try reading.refuseUnreadable()
    let object = reading.object
    let result = try commit(isDryRun: options.isDryRun) { (registry) throws(RegistryError) in
      try registry.replace(object, at: target, by: options.fieldManager)
    }
    return .object(result, warnings: reading.warnings)
  }
}
