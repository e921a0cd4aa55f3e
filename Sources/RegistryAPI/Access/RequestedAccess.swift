import ClusterModel
import Registry

/// What a request wants to do, in the terms in which roles allow it.
enum RequestedAccess: Sendable, Equatable {
  /// Nothing that needs a login: whether the server is well.
  case probe
  /// What everybody who logs in may see: discovery and schemas.
  case discovery
  /// Something to objects.
  case objects(verb: String, group: String, resource: String, namespace: String, name: String)

  init(_ request: APIRequest) {
    guard let route = request.route else {
      self = .discovery
      return
    }
    switch route {
    case .health: self = .probe
    case .list(let kind, let namespace):
      self = Self.objects(of: kind, Self.verb(request, isList: true), kind.resource, namespace ?? "", "")
    case .object(let key):
      self = Self.objects(
        of: key.kind, Self.verb(request, isList: false), key.kind.resource, key.namespace, key.name)
    case .status(let key):
      self = Self.objects(
        of: key.kind, Self.verb(request, isList: false), "\(key.kind.resource)/status", key.namespace, key.name)
    default: self = .discovery
    }
  }

  private static func objects(
    of kind: ObjectKind, _ verb: String, _ resource: String, _ namespace: String, _ name: String
  ) -> RequestedAccess {
    .objects(verb: verb, group: kind.group, resource: resource, namespace: namespace, name: name)
  }

  /// The verb of a method (Kubernetes, "Determine the request verb").
  private static func verb(_ request: APIRequest, isList: Bool) -> String {
    switch request.method {
    case "POST": "create"
    case "PUT": "update"
    case "PATCH": "patch"
    case "DELETE": isList ? "deletecollection" : "delete"
    default: isList ? (ListOptions.isWatch(request.query) ? "watch" : "list") : "get"
    }
  }

  /// - Throws: `Forbidden` in Kubernetes' words.
  func check(_ access: Access) throws(RegistryError) {
    guard case .objects(let verb, let group, let resource, let namespace, let name) = self,
      !access.allows(verb: verb, group: group, resource: resource, namespace: namespace, name: name)
    else { return }
    throw access.refusal(verb: verb, group: group, resource: resource, namespace: namespace, name: name)
  }
}

extension RegistryError {
  /// Nobody that we know.
  static let unauthorized = RegistryError(.unauthorized, "Unauthorized")
}
