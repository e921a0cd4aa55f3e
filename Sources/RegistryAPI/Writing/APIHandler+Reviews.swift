import ClusterModel
import Registry

/// Questions of clients about themselves, which are posted and answered, and leave nothing behind.
enum ReviewKind: String, Sendable, CaseIterable {
  /// `kubectl auth can-i`
  case access = "selfsubjectaccessreviews"
  /// `kubectl auth can-i --list`
  case rules = "selfsubjectrulesreviews"
  /// `kubectl auth whoami`
  case identity = "selfsubjectreviews"

  /// The API group that the resource is in.
  var group: String {
    switch self {
    case .access, .rules: "authorization.k8s.io"
    case .identity: "authentication.k8s.io"
    }
  }

  /// - Returns: `nil` for paths of anything else.
  init?(_ path: [String]) {
    guard path.count == 4, path[0] == "apis", path[2] == "v1", let kind = ReviewKind(rawValue: path[3]),
      kind.group == path[1]
    else { return nil }
    self = kind
  }
}

extension APIHandler {
  /// POST of a question: it comes back with its answer.
  func review(_ kind: ReviewKind, _ request: APIRequest) throws(RegistryError) -> APIReply {
    let access = request.access
    return switch kind {
    case .access: try answer(request) { (review: AccessReview) in review.answered(access.allows(review)) }
    case .rules:
      try answer(request) { (review: RulesReview) in
        review.answered(access.roles.flatMap { $0.rules(in: review.namespace) }, paths: [access.pathRule])
      }
    case .identity:
      try answer(request) { (review: IdentityReview) in review.answered(user: access.user, groups: access.groups) }
    }
  }

  private func answer<Review: RequestObject>(
    _ request: APIRequest, _ answer: (Review) -> Review
  ) throws(RegistryError) -> APIReply {
    let options = try WriteOptions(request, "CreateOptions")
    let node = try BodyDocument.document(of: request, expecting: BodyDocument.Expectation(Review.self))
    let (review, problems) = Review.decode(node)
    if let problem = problems.first(where: { !$0.isLenient || options.validation == .strict }) {
      let detail = (problem.isLenient ? "strict decoding error: " : "") + problem.kubernetesMessage
      throw RegistryError(
        .badRequest, "\(Review.kindName) in version \"v1\" cannot be handled as a \(Review.kindName): \(detail)")
    }
    return .json(code: 201) { answer(review).write(to: &$0) }
  }
}

extension Access {
  private var isAdmin: Bool { roles.contains(.admin) }

  /// The answer to a question about objects or a path.
  fileprivate func allows(_ review: AccessReview) -> Bool {
    guard let asked = review.resource else { return isAdmin || review.path?.verb == "get" }
    let resource = asked.subresource.isEmpty ? asked.resource : "\(asked.resource)/\(asked.subresource)"
    return allows(
      verb: asked.verb, group: asked.group, resource: resource, namespace: asked.namespace, name: asked.name)
  }

  /// The paths beside objects' that the user may ask for.
  fileprivate var pathRule: PathRule { PathRule(verbs: [isAdmin ? "*" : "get"], paths: ["*"]) }

  /// Kubernetes' names for what the user is.
  fileprivate var groups: [String] { (isAdmin ? ["system:masters"] : []) + ["system:authenticated"] }
}

extension Access.Role {
  /// What the role allows in a namespace.
  fileprivate func rules(in namespace: String) -> [ResourceRule] {
    let reading = ResourceRule(verbs: Self.readingVerbs.sorted(), apiGroups: ["*"], resources: ["*"])
    switch self {
    case .admin: return [ResourceRule(verbs: ["*"], apiGroups: ["*"], resources: ["*"])]
    case .read: return [reading]
    case .register(let own) where own == namespace:
      let verbs = ["create", "delete", "patch", "update"]
      return [reading, ResourceRule(verbs: verbs, apiGroups: ["*"], resources: Self.registered.sorted())]
    case .register: return []
    }
  }
}
