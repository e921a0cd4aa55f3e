import ClusterModel

/// One resource as discovery and OpenAPI tell of it.
struct ServedResource: Sendable {
  /// The API group; empty for the core.
  let group: String
  /// `services`
  let name: String
  /// One object, as kubectl says it: `service`.
  let singularName: String
  /// `Service`
  let kind: String
  let isNamespaced: Bool
  /// What can be done with it, in alphabetical order.
  let verbs: [String]
  var shortNames: [String] = []
  /// What it is looked up under together with others: `all`.
  var categories: [String] = []
  var subresources: [Subresource] = []
  /// The kind of its objects, when the registry keeps them.
  var object: ObjectKind?

  /// What lies below each object of a resource.
  struct Subresource: Sendable {
    /// `status`
    let name: String
    let verbs: [String]
  }

  /// Everything that is served, by group and name.
  static let all: [ServedResource] =
    (ObjectKind.allCases.map { ServedResource($0) } + ReviewKind.allCases.map { ServedResource($0) })
    .sorted { ($0.group, $0.name) < ($1.group, $1.name) }

  /// The groups with resources, the core as the empty one first.
  static let groups: [String] = Set(all.map(\.group)).sorted()

  /// The resources of one group, by name.
  static func of(_ group: String) -> [ServedResource] { all.filter { $0.group == group } }
}

extension ServedResource {
  /// The resource of objects that the registry keeps.
  init(_ kind: ObjectKind) {
    self.init(
      group: kind.group, name: kind.resource,
      // Endpoints are called so alone or together.
      singularName: kind == .endpoints ? "endpoints" : kind.name.lowercased(), kind: kind.name,
      isNamespaced: kind.isNamespaced, verbs: kind.verbs, shortNames: kind.shortNames,
      categories: kind == .pod || kind == .service ? ["all"] : [],
      subresources: kind.hasStatus ? [Subresource(name: "status", verbs: ObjectKind.statusVerbs)] : [], object: kind)
  }
}

extension ServedResource {
  /// The resource of questions, which nothing is kept of.
  init(_ review: ReviewKind) {
    self.init(
      group: review.group, name: review.rawValue, singularName: review.kindName.lowercased(), kind: review.kindName,
      isNamespaced: false, verbs: ["create"])
  }
}

extension ReviewKind {
  /// What the questions are: `SelfSubjectAccessReview`.
  fileprivate var kindName: String {
    switch self {
    case .access: "SelfSubjectAccessReview"
    case .rules: "SelfSubjectRulesReview"
    case .identity: "SelfSubjectReview"
    }
  }
}

extension ObjectKind {
  /// What the API does with such objects.
  var verbs: [String] {
    // All namespaces at once are not to go by one request.
    let many = self == .namespace ? [] : ["deletecollection"]
    return ["create", "delete"] + many + ["get", "list", "patch", "update", "watch"]
  }

  /// What the API does with the status of objects.
  static let statusVerbs = ["get", "patch", "update"]
}
