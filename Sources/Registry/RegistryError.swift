public import ClusterModel

/// Why the registry refuses something, in the terms of Kubernetes' Status object.
public struct RegistryError: Error, Sendable, Hashable {
  /// The kind of refusal.
  public var reason: Reason
  /// The whole message, as kubectl prints it.
  public var message: String
  /// What the message is about; `nil` where Kubernetes names nothing.
  public var details: Details?
  /// How to mend it, one sentence for each thing that is wrong; beside the message, which keeps to Kubernetes' words.
  public var advice: [String] = []

  /// A refusal in the words given.
  public init(_ reason: Reason, _ message: String, _ details: Details? = nil) {
    self.reason = reason
    self.message = message
    self.details = details
  }

  /// The `reason` of a Status, and with it the status code of HTTP.
  public enum Reason: String, Sendable, Hashable {
    case badRequest = "BadRequest"
    case unauthorized = "Unauthorized"
    case forbidden = "Forbidden"
    case notFound = "NotFound"
    case methodNotAllowed = "MethodNotAllowed"
    case notAcceptable = "NotAcceptable"
    case alreadyExists = "AlreadyExists"
    case conflict = "Conflict"
    case expired = "Expired"
    case requestEntityTooLarge = "RequestEntityTooLarge"
    case unsupportedMediaType = "UnsupportedMediaType"
    case invalid = "Invalid"
    case tooManyRequests = "TooManyRequests"
    case internalError = "InternalError"
    case serviceUnavailable = "ServiceUnavailable"
    case timeout = "Timeout"

    /// The status code: 400–504.
    public var code: Int {
      switch self {
      case .badRequest: 400
      case .unauthorized: 401
      case .forbidden: 403
      case .notFound: 404
      case .methodNotAllowed: 405
      case .notAcceptable: 406
      case .alreadyExists, .conflict: 409
      case .expired: 410
      case .requestEntityTooLarge: 413
      case .unsupportedMediaType: 415
      case .invalid: 422
      case .tooManyRequests: 429
      case .internalError: 500
      case .serviceUnavailable: 503
      case .timeout: 504
      }
    }
  }

  /// The `details` of a Status.
  public struct Details: Sendable, Hashable {
    /// The object's name; empty for none.
    public var name: String
    /// The object's API group; empty for the core's and for none.
    public var group: String
    /// The object's kind (`Service`) or resource (`services`), as Kubernetes has it for the reason; empty for none.
    public var kind: String
    /// What is wrong with which field.
    public var causes: [Cause]
    /// When to try again, in seconds; 0 for not said.
    public var retryAfterSeconds: Int

    /// Details; what is left out is not said.
    public init(
      name: String = "", group: String = "", kind: String = "", causes: [Cause] = [], retryAfterSeconds: Int = 0
    ) {
      self.name = name
      self.group = group
      self.kind = kind
      self.causes = causes
      self.retryAfterSeconds = retryAfterSeconds
    }
  }

  /// One of the causes of a Status.
  public struct Cause: Sendable, Hashable {
    /// `FieldValueInvalid` and the like.
    public var reason: String
    /// What is wrong, without the field's path.
    public var message: String
    /// The field's path: `spec.ports[0].port`; empty for none.
    public var field: String

    /// A cause, of one field or of none.
    public init(reason: String, message: String, field: String = "") {
      self.reason = reason
      self.message = message
      self.field = field
    }
  }
}

extension RegistryError: CustomStringConvertible {
  /// The message.
  public var description: String { message }
}

extension RegistryError {
  /// The object breaks rules: `Service "web" is invalid: spec.ports: Required value`.
  public static func invalid(_ key: ObjectKey, _ errors: [FieldError]) -> RegistryError {
    let causes = errors.map { Cause(reason: $0.kind.reason, message: $0.message, field: $0.path) }
    return RegistryError(
      .invalid, "\(key.kind.qualifiedName) \"\(key.name)\" is invalid: \(errors.aggregateMessage)",
      Details(name: key.name, group: key.kind.group, kind: key.kind.name, causes: causes))
  }

  /// There is no such object: `services "web" not found`.
  public static func notFound(_ key: ObjectKey) -> RegistryError {
    RegistryError(.notFound, "\(key.qualifiedResource) \"\(key.name)\" not found", Details(of: key))
  }

  /// The object may not be touched in this way: `namespaces "default" is forbidden: …`.
  public static func forbidden(_ key: ObjectKey, _ why: String) -> RegistryError {
    RegistryError(
      .forbidden, "\(key.qualifiedResource) \"\(key.name)\" is forbidden: \(why)", Details(of: key))
  }

  /// The object's namespace is on its way out.
  static func terminating(_ key: ObjectKey) -> RegistryError {
    let why = "unable to create new content in namespace \(key.namespace) because it is being terminated"
    var error = forbidden(key, why)
    error.details?.causes = [
      Cause(
        reason: "NamespaceTerminating", message: "namespace \(key.namespace) is being terminated",
        field: "metadata.namespace")
    ]
    return error
  }

  /// There is such an object: `services "web" already exists`.
  public static func alreadyExists(_ key: ObjectKey) -> RegistryError {
    RegistryError(.alreadyExists, "\(key.qualifiedResource) \"\(key.name)\" already exists", Details(of: key))
  }

  /// The object is not what the writer read.
  public static func conflict(_ key: ObjectKey) -> RegistryError {
    let message =
      "Operation cannot be fulfilled on \(key.qualifiedResource) \"\(key.name)\": the object has been modified; please "
      + "apply your changes to the latest version and try again"
    return RegistryError(.conflict, message, Details(of: key))
  }

  /// The history does not reach back to that version.
  public static func expired(_ version: UInt64, oldest: UInt64) -> RegistryError {
    RegistryError(.expired, "too old resource version: \(version) (\(oldest))")
  }

  /// The version is still to come.
  public static func tooLarge(_ version: UInt64, current: UInt64) -> RegistryError {
    let cause = Cause(reason: "ResourceVersionTooLarge", message: "Too large resource version")
    return RegistryError(
      .timeout, "Timeout: Too large resource version: \(version), current: \(current)",
      Details(causes: [cause], retryAfterSeconds: 1))
  }
}

extension RegistryError {
  /// What was asked for was not done, for the store cannot keep it: disk full, for one.
  static func notKept(_ error: RegistryStoreError) -> RegistryError {
    RegistryError(
      .serviceUnavailable, "the registry cannot keep changes: \(error.message); nothing was changed",
      Details(retryAfterSeconds: 5))
  }
}

extension RegistryError.Details {
  /// The object by its resource, as Kubernetes names it where there is none or one too many.
  init(of key: ObjectKey) { self.init(name: key.name, group: key.kind.group, kind: key.kind.resource) }
}

extension ObjectKey {
  /// `services`, `endpointslices.discovery.k8s.io`.
  fileprivate var qualifiedResource: String {
    kind.group.isEmpty ? kind.resource : "\(kind.resource).\(kind.group)"
  }
}
