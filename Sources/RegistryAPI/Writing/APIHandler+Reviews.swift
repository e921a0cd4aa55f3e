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
    switch kind {
    case .access: try answer(request) { (review: AccessReview) in review.answered(true) }
    case .rules:
      try answer(request) { (review: RulesReview) in
        review.answered(
          [ResourceRule(verbs: ["*"], apiGroups: ["*"], resources: ["*"])],
          paths: [PathRule(verbs: ["*"], paths: ["*"])])
      }
    case .identity:
      try answer(request) { (review: IdentityReview) in
        review.answered(user: "system:unsecured", groups: ["system:masters", "system:authenticated"])
      }
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
