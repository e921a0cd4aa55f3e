import ClusterModel
import Registry

extension APIHandler {
  /// PATCH: what is to become of an object, or of its status.
  ///
  /// The patch is worked out beside the registry, for what is stored now. When others write the object meanwhile, it is worked
  /// out once more where nobody else can.
  func patch(_ target: WriteTarget, _ request: APIRequest) throws(RegistryError) -> APIReply {
    if Self.configurationTypes.contains(request.mediaType) { return try applyConfiguration(target, request) }
    let options = try WriteOptions(request, "PatchOptions")
    guard !options.isForced else { throw .forcedPatch }
    let patch = try ObjectPatch(request)
    do throws(RegistryError) {
      let reading = try patch.reading(of: registry.object(target.key), target, options)
      return try commit(target, options) { _ throws(RegistryError) in reading }
    } catch {
      guard error.reason == .conflict else { throw error }
    }
    return try commit(target, options) { (registry) throws(RegistryError) in
      try patch.reading(of: registry.object(target.key), target, options)
    }
  }

  /// Puts what a patch has made in its place.
  private func commit(
    _ target: WriteTarget, _ options: WriteOptions,
    _ made: (RegistryTransaction) throws(RegistryError) -> ObjectReader.Reading
  ) throws(RegistryError) -> APIReply {
    var warnings: [String] = []
    let result = try commit(isDryRun: options.isDryRun) { (registry) throws(RegistryError) in
      let reading = try made(registry)
      warnings = reading.warnings
      return try registry.replace(reading.object, at: target, by: options.fieldManager)
    }
    return .object(result, warnings: warnings)
  }
}

extension ObjectPatch {
  /// What the patch makes of an object; it must still be the object that the path names.
  fileprivate func reading(
    of stored: ClusterObject?, _ target: WriteTarget, _ options: WriteOptions
  ) throws(RegistryError) -> ObjectReader.Reading {
    guard let stored else { throw .notFound(target.key) }
    if let renewed = renewed(stored) { return ObjectReader.Reading(object: renewed, unreadable: [], warnings: []) }
    let patched = try applied(to: stored)
    var reading = try ObjectReader(kind: stored.kind, validation: options.validation).object(patched: patched, by: text)
    try reading.object.metadata.answer(to: target.key)
    try reading.refuseUnreadable()
    return reading
  }
}

extension RegistryError {
  /// Only an applier has fields that it could take from others.
  fileprivate static let forcedPatch = RegistryError.invalidOptions(
    "PatchOptions", [FieldError("force", .forbidden, "may not be specified for non-apply patch")])
}
