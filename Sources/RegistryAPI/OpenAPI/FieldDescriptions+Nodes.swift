extension FieldDescriptions {
  static let nodes: [String: Entry] = [
    "Node": Entry("A machine that Pods run on.", [:]),
    "NodeSpec": Entry(
      "What a node is meant to be.",
      [
        "podCIDR": "The prefix that the node's Pods get their addresses from; the first of podCIDRs.",
        "podCIDRs": "The prefixes that the node's Pods get their addresses from, at most one of each family.",
        "providerID": "What the provider of the machine calls it.",
        "unschedulable": "Whether the node takes no new Pods.",
        "taints": "What keeps Pods away that do not bear it.",
        "configSource": "Not used any more.",
        "externalID": "Not used any more.",
      ]),
    "Taint": Entry(
      "Something that keeps Pods away from a node.",
      [
        "key": "The taint's key.",
        "value": "The taint's value.",
        "effect": "NoSchedule, PreferNoSchedule, or NoExecute, which also ends Pods that run.",
        "timeAdded": "When the taint was added.",
      ]),
    "NodeStatus": Entry(
      "What a node is found to be.",
      [
        "capacity": "What the node has.",
        "allocatable": "What of it Pods may use.",
        "phase": "Not used any more.",
        "conditions": "What was found out, condition by condition.",
        "addresses": "Where the node is reached.",
        "daemonEndpoints": "Where the node's own programs are reached.",
        "nodeInfo": "The versions of the node's programs.",
        "images": "The images that the node has.",
        "volumesInUse": "The volumes that Pods on the node use.",
        "volumesAttached": "The volumes that are attached to the node.",
        "config": "Not used any more.",
        "runtimeHandlers": "The ways in which the node runs containers.",
        "features": "What the node's way of running containers can do.",
        "declaredFeatures": "What the node says that it can do.",
      ]),
    "NodeAddress": Entry(
      "One address of a node.",
      ["type": "Hostname, InternalIP, ExternalIP, InternalDNS or ExternalDNS.", "address": "The address or name."]),
    "NodeDaemonEndpoints": Entry(
      "Where a node's own programs are reached.", ["kubeletEndpoint": "Where its kubelet is reached."]),
    "DaemonEndpoint": Entry("Where a program of a node is reached.", ["Port": "The port's number."]),
    "NodeSystemInfo": Entry(
      "What a node tells of itself.",
      [
        "machineID": "The machine's identity, by its operating system.",
        "systemUUID": "The machine's identity, by its firmware.",
        "bootID": "The identity of its last start.",
        "kernelVersion": "The kernel's version.",
        "osImage": "The operating system.",
        "containerRuntimeVersion": "What runs containers, and its version.",
        "kubeletVersion": "The kubelet's version.",
        "kubeProxyVersion": "Not used any more.",
        "operatingSystem": "The kind of operating system: linux or windows.",
        "architecture": "The kind of processor, such as amd64.",
        "swap": "What memory on disk there is.",
      ]),
    "ContainerImage": Entry(
      "An image that a node has.", ["names": "What the image is called.", "sizeBytes": "How large it is, in octets."]),
    "AttachedVolume": Entry(
      "A volume that is attached to a node.", ["name": "The volume's name.", "devicePath": "Its path on the node."]),
    "NodeConfigSource": Entry("Not used any more.", [:]),
    "NodeConfigStatus": Entry("Not used any more.", [:]),
    "NodeFeatures": Entry("What a node's way of running containers can do.", [:]),
    "NodeRuntimeHandler": Entry("A way in which a node runs containers.", [:]),
    "NodeSwapStatus": Entry("What memory on disk a node has.", [:]),
  ]
}
