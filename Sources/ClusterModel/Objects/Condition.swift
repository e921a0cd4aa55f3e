/// One condition of an object's status. 48 octets.
public struct Condition: Sendable, Hashable {
  /// Which condition: `Ready`.
  public var type: String
  /// `True`, `False` or `Unknown`.
  public var status: String
  /// When the status last changed, in seconds since 1970; 0 for unknown.
  public var lastTransitionTime: Int64
  private var details: Rare<ConditionDetails>

  /// From its parts; what is left out has its default.
  public init(
    type: String = "", status: String = "", reason: String = "", message: String = "", lastTransitionTime: Int64 = 0
  ) {
    self.type = type
    self.status = status
    self.lastTransitionTime = lastTransitionTime
    details = Rare(ConditionDetails(reason: reason, message: message))
  }

  /// Whether the condition holds.
  public var isTrue: Bool { status == "True" }

  /// Why, in one word; empty for unknown.
  public var reason: String {
    get { details.value.reason }
    set { details.value.reason = newValue }
  }

  /// Why, in words; empty for unknown.
  public var message: String {
    get { details.value.message }
    set { details.value.message = newValue }
  }

  /// What the registry does not look at, as JSON by the fields' names: `lastHeartbeatTime`.
  var kept: StringMap {
    get { details.value.kept }
    set { details.value.kept = newValue }
  }
}

/// What conditions say beside what holds.
private struct ConditionDetails: RareFields {
  var reason = ""
  var message = ""
  var kept: StringMap = [:]
}
