/// A client's question who it is: `authentication.k8s.io/v1`, `kubectl auth whoami`.
public struct IdentityReview: RequestObject, TabledRequest {
  /// The kind.
  public static let kindName = "SelfSubjectReview"
  /// Group and version.
  public static let apiVersion = "authentication.k8s.io/v1"

  private var status: IdentityReviewStatus?

  /// The question.
  public init() {}

  /// The question with its answer.
  public func answered(user: String, groups: [String]) -> IdentityReview {
    var copy = self
    copy.status = IdentityReviewStatus(userInfo: UserInfo(username: user, groups: groups))
    return copy
  }

  static let fieldTable = FieldTable<IdentityReview>(
    "SelfSubjectReview",
    [
      .requestKind, .requestVersion, .requestMetadata,
      .optionalObject(
        "status", \.status, IdentityReviewStatus(),
        FieldTable<IdentityReviewStatus>(
          "SelfSubjectReviewStatus", [.object("userInfo", \.userInfo, UserInfo.fieldTable)])),
    ])
}

/// `status`, as documents nest it.
private struct IdentityReviewStatus: Sendable {
  var userInfo = UserInfo()
}

/// `status.userInfo`, as documents nest it.
private struct UserInfo: Sendable {
  var username = ""
  var groups: [String] = []

  static let fieldTable = FieldTable<UserInfo>(
    "UserInfo",
    [.string("username", \.username), .passedOver("uid", .string), .strings("groups", \.groups)])
}
