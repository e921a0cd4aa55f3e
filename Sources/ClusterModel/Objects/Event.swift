/// Something that happened to an object, told for people: `v1` Event. Events come and go; nothing hangs on them.
public struct Event: KubernetesObject {
  /// The kind of such objects.
  public static let kind = ObjectKind.event

  /// The object's name, identity, version and labels.
  public var metadata: ObjectMeta
  /// The object that it happened to; its namespace is the event's own.
  public var involvedObject: ObjectReference
  /// Why, in one word: `Unhealthy`.
  public var reason: String
  /// What happened, in words.
  public var message: String
  /// `Normal` or `Warning`.
  public var type: String
  /// Who says so, in the older form.
  public var source: EventSource
  /// When it first happened, in seconds since 1970.
  public var firstTimestamp: Int64?
  /// When it last happened, in seconds since 1970.
  public var lastTimestamp: Int64?
  /// How often it has happened; 0 for not said.
  public var count: Int32
  /// When it first happened, in microseconds since 1970; the newer form of `firstTimestamp`.
  public var eventTime: Int64?
  /// How often it has happened since, in the newer form; `nil` for once.
  public var series: EventSeries?
  /// What was done about it, or failed to be; empty for not said.
  public var action: String
  /// A second object that has to do with it.
  public var related: ObjectReference?
  /// Who says so: `kubernetes.io/kubelet`.
  public var reportingComponent: String
  /// Which instance of it says so.
  public var reportingInstance: String

  /// From its parts; what is left out has its default.
  public init(
    metadata: ObjectMeta, involvedObject: ObjectReference = ObjectReference(), reason: String = "",
    message: String = "", type: String = ""
  ) {
    self.metadata = metadata
    self.involvedObject = involvedObject
    self.reason = reason
    self.message = message
    self.type = type
    source = EventSource()
    count = 0
    action = ""
    reportingComponent = ""
    reportingInstance = ""
  }

  /// The object among those of other kinds.
  public var object: ClusterObject { .event(self) }

  /// The object of this kind in an object of any kind; `nil` when it is of another one.
  public init?(_ object: ClusterObject) {
    guard case .event(let event) = object else { return nil }
    self = event
  }
}

/// Who tells of an event.
public struct EventSource: Sendable, Hashable {
  /// The program; empty for not said.
  public var component: String
  /// The node that it runs on; empty for not said.
  public var host: String

  /// From its parts; what is left out is not said.
  public init(component: String = "", host: String = "") {
    self.component = component
    self.host = host
  }
}

/// How often an event has happened.
public struct EventSeries: Sendable, Hashable {
  /// How often.
  public var count: Int32
  /// The last time, in microseconds since 1970.
  public var lastObservedTime: Int64?

  /// From its parts.
  public init(count: Int32 = 0, lastObservedTime: Int64? = nil) {
    self.count = count
    self.lastObservedTime = lastObservedTime
  }
}
