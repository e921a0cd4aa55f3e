extension FieldDescriptions {
  static let pods: [String: Entry] = [
    "Pod": Entry("Containers that run together on one node, with one address.", [:]),
    "PodSpec": Entry(
      "What a Pod is meant to be.",
      [
        "containers": "The containers, at least one.",
        "restartPolicy": "Whether containers that ended are started again: Always, OnFailure or Never.",
        "nodeName": "The node that the Pod runs on.",
        "hostNetwork": "Whether the Pod has the node's own addresses.",
        "hostname": "The Pod's own name below the Service's; the Pod's name unless it is set.",
        "subdomain": "The headless Service below which the Pod has a name.",
        "readinessGates": "Further conditions that must be true for the Pod to be ready.",
      ]),
    "PodReadinessGate": Entry(
      "A further condition of a Pod's readiness.", ["conditionType": "The condition's type in status.conditions."]),
    "Container": Entry(
      "A program of a Pod.",
      ["name": "The container's name, once in its Pod.", "ports": "The ports that the program listens on."]),
    "ContainerPort": Entry(
      "A port that a container listens on.",
      [
        "name": "The port's name, which a Service's targetPort may use.",
        "hostPort": "The same port of the node, for Pods that take one.",
        "containerPort": "The number: 1–65535.",
        "protocol": "TCP, UDP or SCTP; TCP unless it is set.",
        "hostIP": "The address of the node that hostPort is taken at.",
      ]),
    "PodStatus": Entry(
      "What a Pod is found to be.",
      [
        "phase": "How far the Pod is: Pending, Running, Succeeded, Failed or Unknown.",
        "conditions": "What was found out, condition by condition.",
        "podIP": "The Pod's main address; the first of podIPs.",
        "podIPs": "The Pod's addresses, at most one of each family.",
      ]),
    "PodIP": Entry("An address of a Pod.", ["ip": "The address."]),
  ]
}
