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
    "Node": Entry("A machine that Pods run on.", [:]),
    "NodeSpec": Entry(
      "What a node is meant to be.",
      [
        "podCIDR": "The prefix that the node's Pods get their addresses from; the first of podCIDRs.",
        "podCIDRs": "The prefixes that the node's Pods get their addresses from, at most one of each family.",
        "unschedulable": "Whether the node takes no new Pods.",
      ]),
    "NodeStatus": Entry(
      "What a node is found to be.",
      [
        "conditions": "What was found out, condition by condition.",
        "addresses": "Where the node is reached.",
      ]),
    "NodeAddress": Entry(
      "One address of a node.",
      ["type": "Hostname, InternalIP, ExternalIP, InternalDNS or ExternalDNS.", "address": "The address or name."]),
  ]
}
