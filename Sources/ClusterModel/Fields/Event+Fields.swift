extension Event {
  static let fieldTable = FieldTable<Event>(
    "Event",
    [
      .apiVersion, .kind,
      .object("metadata", \.metadata, ObjectMeta.fieldTable).required,
      .object("involvedObject", \.involvedObject, ObjectReference.fieldTable).required,
      .string("reason", \.reason, shared: true),
      .string("message", \.message),
      .object("source", \.source, EventSource.fieldTable),
      .time("firstTimestamp", \.firstTimestamp),
      .time("lastTimestamp", \.lastTimestamp),
      .int32("count", \.count),
      .string("type", \.type, shared: true),
      .microTime("eventTime", \.eventTime),
      .optionalObject("series", \.series, EventSeries(), EventSeries.fieldTable),
      .string("action", \.action, shared: true),
      .optionalObject("related", \.related, ObjectReference(), ObjectReference.fieldTable),
      .string("reportingComponent", \.reportingComponent, shared: true, always: true),
      .string("reportingInstance", \.reportingInstance, shared: true, always: true),
    ])
}

extension EventSource {
  static let fieldTable = FieldTable<EventSource>(
    "EventSource",
    [.string("component", \.component, shared: true), .string("host", \.host, shared: true)])
}

extension EventSeries {
  static let fieldTable = FieldTable<EventSeries>(
    "EventSeries",
    [.int32("count", \.count), .microTime("lastObservedTime", \.lastObservedTime)])
}
