import ClusterModel
import Registry

/// The parameters of a request that writes (Kubernetes' CreateOptions, UpdateOptions and PatchOptions).
struct WriteOptions: Sendable {
  /// Whether the change is only tried.
  let isDryRun: Bool
  /// What becomes of fields that the kind does not have.
  let validation: FieldValidation
  /// Who is said to write: the parameter `fieldManager`, else the program of the header User-Agent.
  let fieldManager: String
  /// Whether `fieldManager` was given.
  let isManagerNamed: Bool
  /// Whether a server-side apply takes fields from others.
  let isForced: Bool

  /// - Parameter typeName: what Kubernetes calls these options: `CreateOptions`.
  /// - Throws: `Invalid` for values that are none.
  init(_ request: APIRequest, _ typeName: String) throws(RegistryError) {
    var errors: [FieldError] = []
    isDryRun = Self.isDryRun(request.query["dryRun"].map { [$0] } ?? [], &errors)
    validation = Self.validation(request.query["fieldValidation"] ?? "", &errors)
    let manager = request.query["fieldManager"] ?? ""
    if manager.utf8.count > Self.managerLimit {
      errors.append(FieldError("fieldManager", .tooLong, "may not be more than \(Self.managerLimit) bytes"))
    }
    isManagerNamed = !manager.isEmpty
    fieldManager = isManagerNamed ? manager : request.program
    isForced = ["true", "1", "t", "T", "True", "TRUE"].contains(request.query["force"] ?? "")
    if !errors.isEmpty { throw .invalidOptions(typeName, errors) }
  }

  /// The most octets of a field manager's name.
  private static let managerLimit = 128

  /// Whether the values of `dryRun` ask for a trial.
  static func isDryRun(_ values: [String], _ errors: inout [FieldError]) -> Bool {
    let values = values.filter { !$0.isEmpty }
    if let other = values.first(where: { $0 != "All" }) {
      errors.append(
        FieldError("dryRun", .notSupported, badValue: other.quoted, "supported values: \"All\""))
    }
    return !values.isEmpty
  }

  private static func validation(_ text: String, _ errors: inout [FieldError]) -> FieldValidation {
    if let validation = FieldValidation(rawValue: text.isEmpty ? "Warn" : text) { return validation }
    let supported = "supported values: \"\", \"Ignore\", \"Strict\", \"Warn\""
    errors.append(FieldError("fieldValidation", .notSupported, badValue: text.quoted, supported))
    return .warn
  }
}

/// What becomes of fields that a kind does not have, and of those that come twice.
enum FieldValidation: String, Sendable {
  /// They are dropped in silence.
  case ignore = "Ignore"
  /// They are dropped, and the client is told.
  case warn = "Warn"
  /// The request is refused.
  case strict = "Strict"
}

extension APIRequest {
  /// The program of the header User-Agent, up to its version; `unknown` when there is none.
  fileprivate var program: String {
    let name = Substring(userAgent.utf8.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: " ") }).prefix(64)
    return name.isEmpty ? "unknown" : String(name)
  }
}

extension RegistryError {
  /// Parameters of a request that are wrong: `CreateOptions.meta.k8s.io "" is invalid: …`.
  static func invalidOptions(_ typeName: String, _ errors: [FieldError]) -> RegistryError {
    RegistryError(
      .invalid, "\(typeName).meta.k8s.io \"\" is invalid: \(errors.aggregateMessage)",
      Details(group: "meta.k8s.io", kind: typeName, causes: errors.map(Cause.init)))
  }
}

extension RegistryError.Cause {
  /// A field's error as a cause.
  init(_ error: FieldError) { self.init(reason: error.kind.reason, message: error.message, field: error.path) }
}
