import ClusterModel
import Glibc
import Registry

extension APIHandler {
  /// DELETE of one object.
  func delete(_ key: ObjectKey, _ request: APIRequest) throws(RegistryError) -> APIReply {
    let deletion = try Deletion(request)
    var stays = false
    let last = try commit(isDryRun: deletion.isDryRun) { (registry) throws(RegistryError) in
      guard let object = registry.object(key) else { throw .notFound(key) }
      try deletion.check(object)
      var last = try registry.delete(key, deletion.propagation, grace: deletion.gracePeriod)
      stays = registry.object(key) != nil
      if !stays { last.metadata.resourceVersion = registry.version }
      return last
    }
    return stays ? .object(last) : gone(last)
  }

  /// DELETE of all objects of a kind in a namespace that the selectors take.
  func deleteAll(
    _ kind: ObjectKind, in namespace: String?, _ request: APIRequest
  ) throws(RegistryError) -> APIReply {
    let options = try ListOptions(request.query, for: kind)
    let deletion = try Deletion(request)
    let list = registry.list(
      kind, namespace: namespace, name: options.fields.name, labels: options.labels, limit: options.limit,
      where: options.fields.matches)
    if !deletion.isDryRun {
      try registry.transaction { (registry) throws(RegistryError) in
        for object in list.objects where registry.object(object.key)?.metadata.uid == object.metadata.uid {
          try deletion.check(object)
          try registry.delete(object.key, deletion.propagation, grace: deletion.gracePeriod)
        }
      }
    }
    return .json { $0.list(of: kind, list.objects, resourceVersion: registry.version) }
  }

  /// What is gone, as Kubernetes tells it for the kind: the object's last state, or that there is none any more.
  private func gone(_ object: ClusterObject) -> APIReply {
    switch object {
    case .service, .pod: .object(object)
    case .namespace(let namespace): .object(namespace.terminating.object)
    default: .deleted(object)
    }
  }
}

extension Namespace {
  /// The namespace as it looks on its way out.
  fileprivate var terminating: Namespace {
    var namespace = self
    namespace.metadata.deletionTimestamp = metadata.deletionTimestamp ?? Int64(time(nil))
    namespace.phase = .terminating
    return namespace
  }
}

/// How an object is to go: what a body of DeleteOptions says, or the query where there is no body.
private struct Deletion {
  private let options: DeleteOptions
  let isDryRun: Bool

  init(_ request: APIRequest) throws(RegistryError) {
    options = request.body.isEmpty ? try Self.options(request.query) : try Self.options(request)
    var errors: [FieldError] = []
    isDryRun = WriteOptions.isDryRun(options.dryRun + (request.query["dryRun"].map { [$0] } ?? []), &errors)
    let policy = options.propagationPolicy
    if !policy.isEmpty, DeletionPropagation(rawValue: policy) == nil {
      errors.append(
        FieldError(
          "propagationPolicy", .notSupported, badValue: policy.quoted,
          "supported values: \"Background\", \"Foreground\", \"Orphan\""))
    }
    if !policy.isEmpty, options.orphanDependents != nil {
      errors.append(
        FieldError(
          "propagationPolicy", .invalid, badValue: policy.quoted,
          "orphanDependents and deletionPropagation cannot be both set"))
    }
    if !errors.isEmpty { throw .invalidOptions("DeleteOptions", errors) }
  }

  /// What becomes of what belongs to the object; `nil` when nothing is said of that.
  var propagation: DeletionPropagation? {
    options.orphanDependents.map { $0 ? .orphan : .background }
      ?? DeletionPropagation(rawValue: options.propagationPolicy)
  }

  /// How long a Pod may take to end, in seconds; `nil` for as long as it says itself.
  var gracePeriod: Int64? { options.gracePeriodSeconds }

  private static func options(_ request: APIRequest) throws(RegistryError) -> DeleteOptions {
    let node = try BodyDocument.document(of: request, expecting: BodyDocument.Expectation(DeleteOptions.self))
    let (options, problems) = DeleteOptions.decode(node)
    if let problem = problems.first(where: { !$0.isLenient }) {
      throw RegistryError(
        .badRequest,
        "DeleteOptions in version \"v1\" cannot be handled as a DeleteOptions: \(problem.kubernetesMessage)")
    }
    return options
  }

  private static func options(_ query: [String: String]) throws(RegistryError) -> DeleteOptions {
    var options = DeleteOptions()
    options.propagationPolicy = query["propagationPolicy"] ?? ""
    options.orphanDependents = query["orphanDependents"].map { $0 == "true" || $0 == "1" }
    if let text = query["gracePeriodSeconds"], !text.isEmpty {
      guard let seconds = Int64(text) else {
        throw RegistryError(.badRequest, "strconv.ParseInt: parsing \(text.quoted): invalid syntax")
      }
      options.gracePeriodSeconds = seconds
    }
    return options
  }

  /// Whether the object is the one that is meant.
  func check(_ object: ClusterObject) throws(RegistryError) {
    let (uid, version) = (object.metadata.uid.description, String(object.metadata.resourceVersion))
    if let wanted = options.uid, wanted != uid {
      throw .precondition(
        object,
        "the UID in the precondition (\(wanted)) does not match the UID in record (\(uid)). The object might have been "
          + "deleted and then recreated")
    }
    if let wanted = options.resourceVersion, wanted != version {
      throw .precondition(
        object,
        "the ResourceVersion in the precondition (\(wanted)) does not match the ResourceVersion in record (\(version)). "
          + "The object might have been modified")
    }
  }
}

extension RegistryError {
  /// An object that is not the one that a deletion means.
  fileprivate static func precondition(_ object: ClusterObject, _ problem: String) -> RegistryError {
    let kind = object.kind
    return RegistryError(
      .conflict, "Operation cannot be fulfilled on \(kind.qualifiedName) \(object.metadata.name.quoted): \(problem)",
      Details(name: object.metadata.name, group: kind.group, kind: kind.name))
  }
}
