import ClusterModel
import Glibc
import Registry

/// Answers requests from the registry, without any transport: the same request always takes the same way.
struct APIHandler: Sendable {
  let registry: Registry
  /// Where clients reach the API, as discovery says: `127.0.0.1:8001`.
  let address: String
  /// The time in seconds since 1970.
  var now: @Sendable () -> Int64 = { Int64(time(nil)) }
  /// The reply that waits for the store in the place of the thread; `nil` for a handler that waits itself.
  private(set) var pending: PendingReply?

  init(registry: Registry, address: String) {
    self.registry = registry
    self.address = address
  }

  /// Answers one request that may change objects, once the store has kept the change; the thread does not wait for it.
  ///
  /// - Parameter send: called once, by any thread.
  func reply(to request: APIRequest, _ send: @escaping @Sendable (APIReply) -> Void) {
    let pending = PendingReply(send)
    var handler = self
    handler.pending = pending
    pending.finish(handler.reply(to: request))
  }

  /// Answers one request; what cannot be done is a Status, never an empty reply.
  func reply(to request: APIRequest) -> APIReply {
    answer(request).noted(for: request.accept)
  }

  private func answer(_ request: APIRequest) -> APIReply {
    do throws(RegistryError) {
      guard let route = request.route else { throw .unknownResource }
      // The transport leaves the body of a reply to HEAD out.
      return request.isWrite ? try write(request, route) : try read(request, route)
    } catch {
      return .failure(error)
    }
  }

  private func read(_ request: APIRequest, _ route: APIRoute) throws(RegistryError) -> APIReply {
    switch route {
    case .root: .json { $0.paths() }
    case .health: .text("ok")
    case .version: .json { $0.version() }
    case .coreVersions: try coreVersions(request)
    case .groups: try groups(request)
    case .group(let group): .json { $0.group(group) }
    case .resources(let group): .json { $0.resourceList(group: group) }
    case .oldDescription: .oldDescription
    case .descriptions: APIReply(json: OpenAPI.root)
    case .description(let group): .description(of: group)
    case .list(let kind, let namespace): try list(kind, namespace, request)
    case .object(let key), .status(let key): try object(key, request)
    case .review: throw .methodNotAllowed
    }
  }

  private func coreVersions(_ request: APIRequest) throws(RegistryError) -> APIReply {
    switch try DiscoveryForm(accept: request.accept) {
    case .plain: .json { $0.coreVersions(address: address) }
    case .aggregated(let version): .discovery(of: [""], version)
    }
  }

  private func groups(_ request: APIRequest) throws(RegistryError) -> APIReply {
    switch try DiscoveryForm(accept: request.accept) {
    case .plain: .json { $0.groupList() }
    case .aggregated(let version): .discovery(of: ServedResource.groups.filter { !$0.isEmpty }, version)
    }
  }

  private func object(_ key: ObjectKey, _ request: APIRequest) throws(RegistryError) -> APIReply {
    let form = try ObjectForm(request, for: .object)
    guard let object = registry.object(key) else { throw .notFound(key) }
    return .json { $0.object(object, as: form, now: now()) }
  }

  private func list(
    _ kind: ObjectKind, _ namespace: String?, _ request: APIRequest
  ) throws(RegistryError) -> APIReply {
    let options = try ListOptions(request.query, for: kind)
    let form = try ObjectForm(request, for: .list)
    let after = options.continuation.map { ObjectKey(kind, namespace: $0.namespace, name: $0.name) }
    let list = registry.list(
      kind, namespace: namespace, name: options.fields.name, labels: options.labels, limit: options.limit, after: after,
      where: options.fields.matches)
    try check(options, list.version)
    let version = options.continuation?.version ?? list.version
    let rest = list.continuation.map { Continuation(version: version, namespace: $0.namespace, name: $0.name).token }
    var header = ListHeader(version: version, continuation: rest ?? "")
    if rest != nil, options.isUnfiltered { header.remaining = list.remaining }
    return .json { $0.list(of: kind, list.objects, header, as: form, now: now()) }
  }

  /// Only the newest state is there; a version that is still to come, or is gone, cannot be had.
  private func check(_ options: ListOptions, _ current: UInt64) throws(RegistryError) {
    if options.version > current { throw .tooLarge(options.version, current: current) }
    if options.isExact, options.version < current { throw .expired(options.version, oldest: current) }
  }
}

extension RegistryError {
  /// A path that names nothing.
  static let unknownResource = RegistryError(
    .notFound, "the server could not find the requested resource", Details())

  /// A method that the resource does not have.
  static let methodNotAllowed = RegistryError(
    .methodNotAllowed, "the server does not allow this method on the requested resource", Details())

  /// A request that is not HTTP as the API takes it.
  static let badTarget = RegistryError(.badRequest, "the request's path or query cannot be read")

  /// A body over the bound.
  static let bodyTooLarge = RegistryError(
    .requestEntityTooLarge, "Request entity too large: limit is \(RequestBounds.body)")

  /// A web page that is not ours.
  static let foreignOrigin = RegistryError(
    .forbidden, "the API answers to pages of its own only, so that other web pages cannot write to it")

  /// A host name that is not ours.
  static let foreignHost = RegistryError(
    .forbidden,
    "the API answers to localhost and to addresses only, so that web pages cannot reach it by a name of theirs")
}
