extension FieldDescriptions {
  static let others: [String: Entry] = [
    "Namespace": Entry("A room for names: a name is used once in its namespace and kind.", [:]),
    "NamespaceSpec": Entry(
      "What a namespace is meant to be.", ["finalizers": "Who must have tidied up before it goes."]),
    "NamespaceStatus": Entry(
      "What a namespace is found to be.",
      [
        "phase": "Active, or Terminating while what is in it goes.",
        "conditions": "What was found out, condition by condition.",
      ]),
    "Lease": Entry("A right that its holder keeps by renewing it.", [:]),
    "LeaseSpec": Entry(
      "Who holds a Lease, and until when.",
      [
        "holderIdentity": "Who holds the Lease.",
        "leaseDurationSeconds": "How long after its last renewal the Lease lapses, in seconds.",
        "acquireTime": "When the holder got the Lease.",
        "renewTime": "When the holder last renewed the Lease.",
        "leaseTransitions": "How often the Lease went from one holder to another.",
        "strategy": "How the next holder is chosen, with coordinated election.",
        "preferredHolder": "Who should get the Lease next, with coordinated election.",
      ]),
    "Event": Entry(
      "Something that happened to an object.",
      [
        "involvedObject": "What it happened to.",
        "reason": "Why it happened, in one word.",
        "message": "What happened, for people.",
        "source": "Who tells of it.",
        "firstTimestamp": "When it happened first.",
        "lastTimestamp": "When it happened last.",
        "count": "How often it happened.",
        "type": "Normal, or Warning.",
        "eventTime": "When it happened first, to the microsecond.",
        "series": "How it went on happening.",
        "action": "What was done.",
        "related": "Another object that it has to do with.",
        "reportingComponent": "The program that tells of it.",
        "reportingInstance": "Which one of those programs.",
      ]),
    "EventSource": Entry(
      "Who tells of an event.", ["component": "The program.", "host": "The node that it runs on."]),
    "EventSeries": Entry(
      "How an event went on happening.",
      ["count": "How often it happened.", "lastObservedTime": "When it happened last."]),
  ]
}
