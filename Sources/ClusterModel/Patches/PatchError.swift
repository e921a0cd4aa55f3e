/// Why a patch is not applied, with what the API's Status says of it.
public enum PatchError: Error, Sendable, Hashable {
  /// The patch is none: 400.
  case malformed(String)
  /// The patch does not fit the object: 422. The detail is for logs: Kubernetes does not tell it to clients.
  case inapplicable(String)
  /// The patch, or what it would make of the object, is more than the server takes: 413.
  case tooLarge(String)

  /// The code of the answer in HTTP.
  public var code: Int {
    switch self {
    case .malformed: 400
    case .inapplicable: 422
    case .tooLarge: 413
    }
  }

  /// The Status' reason.
  public var reason: String {
    switch self {
    case .malformed: "BadRequest"
    case .inapplicable: "Invalid"
    case .tooLarge: "RequestEntityTooLarge"
    }
  }

  /// The Status' message, as kubectl prints it.
  public var message: String {
    switch self {
    case .malformed(let detail): detail
    case .inapplicable: "the server rejected our request due to an error in our request"
    case .tooLarge(let detail): "Request entity is too large: \(detail)"
    }
  }
}
