/// A client's question whether it may do something: `authorization.k8s.io/v1`, `kubectl auth can-i`.
public struct AccessReview: RequestObject, TabledRequest {
  /// The kind.
  public static let kindName = "SelfSubjectAccessReview"
  /// Group and version.
  public static let apiVersion = "authorization.k8s.io/v1"

  /// What the client would do to objects; `nil` when it asks for a path.
  public var resource: ResourceAttributes? { spec.resource }
  /// The path that the client would ask for; `nil` when it asks for objects.
  public var path: PathAttributes? { spec.path }
  private var spec = AccessReviewSpec()
  /// The answer; `nil` in the question.
  private var status: AccessReviewStatus?

  /// A question about nothing.
  public init() {}

  /// The question with its answer.
  public func answered(_ isAllowed: Bool, reason: String = "") -> AccessReview {
    var copy = self
    copy.status = AccessReviewStatus(allowed: isAllowed, reason: reason)
    return copy
  }

  static let fieldTable = FieldTable<AccessReview>(
    "SelfSubjectAccessReview",
    [
      .requestKind, .requestVersion, .requestMetadata,
      .object("spec", \.spec, AccessReviewSpec.fieldTable),
      .optionalObject("status", \.status, AccessReviewStatus(), AccessReviewStatus.fieldTable),
    ])
}

/// What somebody would do to objects.
public struct ResourceAttributes: Sendable, Hashable {
  /// Empty for all namespaces, and for kinds without one.
  public var namespace = ""
  /// `get`, `create`, `*` …
  public var verb = ""
  /// The API group; empty for the core's, `*` for all.
  public var group = ""
  /// The group's version; empty or `*` for any.
  public var version = ""
  /// `services`, `*` …
  public var resource = ""
  /// `status`; empty for none.
  public var subresource = ""
  /// The object; empty for all.
  public var name = ""

  /// About nothing.
  public init() {}

  static let fieldTable = FieldTable<ResourceAttributes>(
    "ResourceAttributes",
    [
      .string("namespace", \.namespace), .string("verb", \.verb), .string("group", \.group),
      .string("version", \.version), .string("resource", \.resource), .string("subresource", \.subresource),
      .string("name", \.name), .passedOver("fieldSelector", .any), .passedOver("labelSelector", .any),
    ])
}

/// The path that somebody would ask for.
public struct PathAttributes: Sendable, Hashable {
  /// `/healthz`, `/metrics/*` …
  public var path = ""
  /// `get`, `post` …
  public var verb = ""

  /// About nothing.
  public init() {}

  static let fieldTable = FieldTable<PathAttributes>(
    "NonResourceAttributes", [.string("path", \.path), .string("verb", \.verb)])
}

/// `spec`, as documents nest it.
private struct AccessReviewSpec: Sendable {
  var resource: ResourceAttributes?
  var path: PathAttributes?

  static let fieldTable = FieldTable<AccessReviewSpec>(
    "SelfSubjectAccessReviewSpec",
    [
      .optionalObject("resourceAttributes", \.resource, ResourceAttributes(), ResourceAttributes.fieldTable),
      .optionalObject("nonResourceAttributes", \.path, PathAttributes(), PathAttributes.fieldTable),
    ])
}

/// `status`, as documents nest it.
private struct AccessReviewStatus: Sendable {
  var allowed: Bool? = false
  var denied = false
  var reason = ""
  var evaluationError = ""

  static let fieldTable = FieldTable<AccessReviewStatus>(
    "SubjectAccessReviewStatus",
    [
      .optionalBoolean("allowed", \.allowed).required, .boolean("denied", \.denied), .string("reason", \.reason),
      .string("evaluationError", \.evaluationError),
    ])
}
