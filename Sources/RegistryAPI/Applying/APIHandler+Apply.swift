import ClusterModel
import Manifests
import Registry

extension APIHandler {
  /// The content types of configurations that are applied at the server.
  static let configurationTypes = ["application/apply-patch+yaml", "application/apply-patch+json"]

  /// PATCH with a configuration: server-side apply (KEP-555).
  func applyConfiguration(_ target: WriteTarget, _ request: APIRequest) throws(RegistryError) -> APIReply {
    let options = try WriteOptions(request, "PatchOptions")
    guard options.isManagerNamed else { throw .applierUnnamed }
    let apply = ServerSideApply(
      key: target.key, configuration: try Self.configuration(request, for: target.key), manager: options.fieldManager,
      isForced: options.isForced, isStatus: target.isStatus)
    var isNew = false
    let stored = try commit(isDryRun: options.isDryRun) { (registry) throws(RegistryError) in
      isNew = registry.object(target.key) == nil
      return try registry.apply(apply)
    }
    return .object(stored, code: isNew ? 201 : 200)
  }

  /// The configuration in a body, which is YAML, or JSON as a part of it.
  private static func configuration(
    _ request: APIRequest, for key: ObjectKey
  ) throws(RegistryError) -> AppliedConfiguration {
    let node = try document(request.body)
    try check(node, key)
    do throws(AppliedConfiguration.Problem) {
      return try AppliedConfiguration(node, of: key.kind)
    } catch {
      let name = key.namespace.isEmpty ? key.name : "\(key.namespace)/\(key.name)"
      throw RegistryError(
        .badRequest, "failed to create typed patch object (\(name); \(key.kind.versionedName)): \(error.message)")
    }
  }

  private static func document(_ body: [UInt8]) throws(RegistryError) -> DocumentNode {
    do throws(DocumentError) {
      if let node = try SingleDocument.read(body, limits: BodyDocument.limits) { return node }
    } catch {
      throw RegistryError(.badRequest, "error decoding YAML: \(error)")
    }
    throw RegistryError(.badRequest, "error decoding YAML: the body has no document")
  }

  /// Whether the configuration is of the object that the path names, and says nothing of who owns it.
  private static func check(_ node: DocumentNode, _ key: ObjectKey) throws(RegistryError) {
    guard case .mapping = node.content else {
      throw RegistryError(.badRequest, "error decoding YAML: a mapping is expected, not \(node.kindOfValue)")
    }
    let (kind, version) = (node["kind"]?.string ?? "", node["apiVersion"]?.string ?? "")
    guard kind == key.kind.name, version == key.kind.apiVersion else {
      throw RegistryError(
        .badRequest,
        "invalid object type: \(ObjectKind.versionedName(version, kind)); the path is for \(key.kind.versionedName)")
    }
    let metadata = node["metadata"]
    if let owners = metadata?["managedFields"], !owners.isNull {
      throw RegistryError(.badRequest, "metadata.managedFields must be nil")
    }
    var named = ObjectMeta(name: metadata?["name"]?.string ?? "", namespace: metadata?["namespace"]?.string ?? "")
    if named.name.isEmpty { named.name = key.name }
    try named.answer(to: key)
  }
}

extension DocumentNode {
  /// What a value is that should be a mapping.
  fileprivate var kindOfValue: String { if case .sequence = content { "a list" } else { "a single value" } }
}

extension ObjectKind {
  /// As Kubernetes prints kinds with their versions: `/v1, Kind=Service`.
  fileprivate var versionedName: String { Self.versionedName(apiVersion, name) }

  fileprivate static func versionedName(_ apiVersion: String, _ kind: String) -> String {
    (apiVersion.contains("/") ? apiVersion : "/" + apiVersion) + ", Kind=\(kind)"
  }
}

extension RegistryError {
  /// Who applies must say who it is: its fields are kept under that name.
  fileprivate static let applierUnnamed = RegistryError.invalidOptions(
    "PatchOptions", [FieldError("fieldManager", .required, "is required for apply patch")])
}
