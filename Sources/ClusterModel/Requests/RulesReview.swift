/// A client's question what it may do in a namespace: `authorization.k8s.io/v1`, `kubectl auth can-i --list`.
public struct RulesReview: RequestObject, TabledRequest {
  /// The kind.
  public static let kindName = "SelfSubjectRulesReview"
  /// Group and version.
  public static let apiVersion = "authorization.k8s.io/v1"

  /// The namespace of the question.
  public var namespace: String { spec.namespace }
  private var spec = RulesReviewSpec()
  /// The answer; `nil` in the question.
  private var status: RulesReviewStatus?

  /// A question about nothing.
  public init() {}

  /// The question with its answer.
  public func answered(_ resources: [ResourceRule], paths: [PathRule]) -> RulesReview {
    var copy = self
    copy.status = RulesReviewStatus(resourceRules: resources, nonResourceRules: paths)
    return copy
  }

  static let fieldTable = FieldTable<RulesReview>(
    "SelfSubjectRulesReview",
    [
      .requestKind, .requestVersion, .requestMetadata,
      .object(
        "spec", \.spec,
        FieldTable<RulesReviewSpec>("SelfSubjectRulesReviewSpec", [.string("namespace", \.namespace)])),
      .optionalObject("status", \.status, RulesReviewStatus(), RulesReviewStatus.fieldTable),
    ])
}

/// Something that may be done to objects.
public struct ResourceRule: Sendable, Hashable {
  /// `get`, `list` …; `*` for all.
  public var verbs: [String]
  /// The API groups; `*` for all.
  public var apiGroups: [String]
  /// `services` …; `*` for all.
  public var resources: [String]

  /// From its parts.
  public init(verbs: [String] = [], apiGroups: [String] = [], resources: [String] = []) {
    self.verbs = verbs
    self.apiGroups = apiGroups
    self.resources = resources
  }

  static let fieldTable = FieldTable<ResourceRule>(
    "ResourceRule",
    [
      .strings("verbs", \.verbs).required, .strings("apiGroups", \.apiGroups), .strings("resources", \.resources),
    ])
}

/// Paths that may be asked for.
public struct PathRule: Sendable, Hashable {
  /// `get` …; `*` for all.
  public var verbs: [String]
  /// The paths; `*` for all.
  public var paths: [String]

  /// From its parts.
  public init(verbs: [String] = [], paths: [String] = []) {
    self.verbs = verbs
    self.paths = paths
  }

  static let fieldTable = FieldTable<PathRule>(
    "NonResourceRule", [.strings("verbs", \.verbs).required, .strings("nonResourceURLs", \.paths)])
}

/// `spec`, as documents nest it.
private struct RulesReviewSpec: Sendable {
  var namespace = ""
}

/// `status`, as documents nest it.
private struct RulesReviewStatus: Sendable {
  var resourceRules: [ResourceRule] = []
  var nonResourceRules: [PathRule] = []
  var incomplete: Bool? = false

  static let fieldTable = FieldTable<RulesReviewStatus>(
    "SubjectRulesReviewStatus",
    [
      .list("resourceRules", \.resourceRules, ResourceRule(), ResourceRule.fieldTable, always: true).required,
      .list("nonResourceRules", \.nonResourceRules, PathRule(), PathRule.fieldTable, always: true).required,
      .optionalBoolean("incomplete", \.incomplete).required,
    ])
}
