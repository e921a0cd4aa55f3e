/// How an object is to go (Kubernetes' `DeleteOptions`).
public struct DeleteOptions: RequestObject, TabledRequest {
  /// The kind.
  public static let kindName = "DeleteOptions"
  /// Group and version; clients may give those of the object's kind too.
  public static let apiVersion = "v1"

  /// How long the object may take to go, in seconds; `nil` for the kind's own time.
  public var gracePeriodSeconds: Int64?
  /// The identity that the object must have; `nil` for any.
  public var uid: String? { preconditions?.uid }
  /// The version that the object must have; `nil` for any.
  public var resourceVersion: String? { preconditions?.resourceVersion }
  /// What becomes of the objects that this one owns: `Orphan`, `Background` or `Foreground`; empty for the default.
  public var propagationPolicy = ""
  /// The older way to say `Orphan`.
  public var orphanDependents: Bool?
  /// `All` for a deletion that is only tried.
  public var dryRun: [String] = []
  private var preconditions: Preconditions?

  /// Nothing is asked for.
  public init() {}

  static let fieldTable = FieldTable<DeleteOptions>(
    "DeleteOptions",
    [
      .requestKind, .requestVersion,
      .optionalInt64("gracePeriodSeconds", \.gracePeriodSeconds),
      .optionalObject("preconditions", \.preconditions, Preconditions(), Preconditions.fieldTable),
      .optionalBoolean("orphanDependents", \.orphanDependents),
      .string("propagationPolicy", \.propagationPolicy),
      .strings("dryRun", \.dryRun),
      .passedOver("ignoreStoreReadErrorWithClusterBreakingPotential", .boolean),
    ])
}

/// `preconditions`, as documents nest them.
private struct Preconditions: Sendable {
  var uid: String?
  var resourceVersion: String?

  static let fieldTable = FieldTable<Preconditions>(
    "Preconditions", [.optionalString("uid", \.uid), .optionalString("resourceVersion", \.resourceVersion)])
}
