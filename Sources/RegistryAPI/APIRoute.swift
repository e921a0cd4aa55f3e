import ClusterModel

/// What a path names.
enum APIRoute: Sendable, Equatable {
  /// `/`: the paths that there are.
  case root
  /// `/healthz`, `/livez`, `/readyz`, and what lies below.
  case health
  case version
  /// `/api`
  case coreVersions
  /// `/apis`
  case groups
  /// `/apis/GROUP`
  case group(String)
  /// `/openapi/v2`
  case oldDescription
  /// `/openapi/v3`: where the descriptions of the groups are.
  case descriptions
  /// `/openapi/v3/api/v1`, `/openapi/v3/apis/GROUP/v1`.
  case description(group: String)
  /// `/api/v1`, `/apis/GROUP/v1`; the group is empty for the core.
  case resources(group: String)
  /// All objects of a kind, of one namespace or of all.
  case list(ObjectKind, namespace: String?)
  case object(ObjectKey)
  /// `…/NAME/status`
  case status(ObjectKey)
  /// `/apis/authorization.k8s.io/v1/selfsubjectaccessreviews` and the like.
  case review(ReviewKind)

  /// - Returns: `nil` for a path that names nothing.
  init?(_ path: [String]) {
    if let review = ReviewKind(path) {
      self = .review(review)
      return
    }
    switch path.first {
    case nil: self = .root
    case "healthz", "livez", "readyz": self = .health
    case "version" where path.count == 1: self = .version
    case "api" where path.count == 1: self = .coreVersions
    case "apis" where path.count == 1: self = .groups
    case "api" where path[1] == "v1": self.init(group: "", path.dropFirst(2))
    case "apis" where ServedResource.groups.contains(path[1]) && !path[1].isEmpty:
      if path.count == 2 {
        self = .group(path[1])
      } else if path[2] == "v1" {
        self.init(group: path[1], path.dropFirst(3))
      } else {
        return nil
      }
    case "openapi" where path == ["openapi", "v2"]: self = .oldDescription
    case "openapi" where path == ["openapi", "v3"]: self = .descriptions
    case "openapi":
      guard let group = OpenAPI.groups.first(where: { path.dropFirst() == Self.description(of: $0) }) else {
        return nil
      }
      self = .description(group: group)
    default: return nil
    }
  }

  /// The path of a group's description, without its first part.
  private static func description(of group: String) -> ArraySlice<String> {
    group.isEmpty ? ["v3", "api", "v1"] : ["v3", "apis", group, "v1"]
  }

  /// What lies below a group's version.
  private init?(group: String, _ path: ArraySlice<String>) {
    let parts = Array(path)
    if parts.isEmpty {
      self = .resources(group: group)
    } else if parts[0] == "namespaces", parts.count > 2, parts[2] != "status" {
      self.init(group: group, namespace: parts[1], Array(parts.dropFirst(2)))
    } else {
      self.init(group: group, namespace: nil, parts)
    }
  }

  /// A resource, an object or its status.
  private init?(group: String, namespace: String?, _ parts: [String]) {
    guard let kind = ObjectKind.allCases.first(where: { $0.resource == parts[0] && $0.group == group }),
      namespace == nil || kind.isNamespaced
    else { return nil }
    if parts.count == 1 {
      self = .list(kind, namespace: namespace)
      return
    }
    guard (namespace != nil) == kind.isNamespaced else { return nil }
    let key = ObjectKey(kind, namespace: namespace ?? "", name: parts[1])
    switch parts.count {
    case 2: self = .object(key)
    case 3 where parts[2] == "status" && kind.hasStatus: self = .status(key)
    default: return nil
    }
  }
}

extension ObjectKind {
  /// Whether the kind has a subresource `status`.
  var hasStatus: Bool {
    switch self {
    case .namespace, .node, .service, .pod: true
    case .endpoints, .endpointSlice, .lease, .event: false
    }
  }
}
