/// How a client treats the endpoints of its target.
public struct ServiceClientOptions: Sendable, Hashable {
  /// How long a request waits for the first endpoint set.
  public var waitLimit = Duration.seconds(5)
  /// How long the last endpoint set is used while the source does not answer; after it requests fail with
  /// ``ServiceError/unavailable(_:)``.
  public var staleLimit = Duration.seconds(3600)
  /// Which endpoints get no requests for a while.
  public var outliers = OutlierOptions()
  /// How much is under way at once.
  public var limits = CircuitLimits()
  /// How much is sent again.
  public var budget = RetryBudgetOptions()

  /// The defaults.
  public init() {}
}
