extension FieldDescriptions {
  static let services: [String: Entry] = [
    "Service": Entry("A name and an address for a set of endpoints.", [:]),
    "ServiceSpec": Entry(
      "How a Service is reached, and what it stands for.",
      [
        "ports": "The ports that the Service has. All types but headless and ExternalName need one.",
        "selector":
          "The labels of the Pods that the Service stands for. Without it, who made the Service writes its endpoints.",
        "clusterIP":
          "The Service's main address inside of the cluster: given by the server unless it is set. None makes the Service "
          + "headless: its name then has the addresses of its endpoints.",
        "clusterIPs": "The addresses inside of the cluster, at most one of each family; the first is clusterIP.",
        "type":
          "How the Service is reached. ClusterIP: by an address inside of the cluster. NodePort: also by a port of every "
          + "node. LoadBalancer: also by an address outside of the cluster. ExternalName: its name stands for another name.",
        "externalIPs": "Addresses outside of the cluster at which the Service is reached as well.",
        "sessionAffinity": "ClientIP sends a client to the same endpoint each time; None, the default, does not.",
        "sessionAffinityConfig": "For how long a client is sent to the same endpoint.",
        "loadBalancerIP": "The address that a load balancer is asked to take, where it can.",
        "loadBalancerSourceRanges": "The prefixes of the clients that the load balancer lets in; empty for all.",
        "loadBalancerClass": "Which load balancer is meant, where there are several.",
        "allocateLoadBalancerNodePorts": "Whether a LoadBalancer gets node ports too; true unless it is set.",
        "externalName": "The name that the Service's name stands for, when its type is ExternalName.",
        "externalTrafficPolicy":
          "Cluster spreads what comes from outside over all endpoints; Local keeps it on the node that it came to.",
        "internalTrafficPolicy":
          "Cluster spreads what comes from inside over all endpoints; Local keeps it on the node that it comes from.",
        "healthCheckNodePort":
          "The node port that tells a load balancer whether the node has endpoints, when externalTrafficPolicy is Local.",
        "publishNotReadyAddresses": "Whether endpoints are published before they are ready.",
        "ipFamilies": "The families of the addresses, the main one first: IPv4, IPv6.",
        "ipFamilyPolicy":
          "SingleStack for one family, PreferDualStack for both where the cluster has both, RequireDualStack for both.",
        "trafficDistribution": "What endpoints are preferred, such as PreferClose for near ones.",
      ]),
    "ServicePort": Entry(
      "A port of a Service.",
      [
        "name": "The port's name, by which DNS has it in SRV records. Needed when there are several ports.",
        "protocol": "TCP, UDP or SCTP; TCP unless it is set.",
        "appProtocol": "What is spoken on the port, such as kubernetes.io/h2c.",
        "port": "The port of the Service's own addresses: 1–65535.",
        "targetPort": "The port of the Pods, by number or by name; the same as port unless it is set.",
        "nodePort": "The port of every node: given by the server unless it is set.",
      ]),
    "SessionAffinityConfig": Entry(
      "How clients are kept at their endpoints.", ["clientIP": "For affinity by address."]),
    "ClientIPConfig": Entry(
      "For how long a client's address is kept in mind.",
      ["timeoutSeconds": "In seconds, from 1 to 86400; 10800 unless it is set."]),
    "ServiceStatus": Entry(
      "What was found out about a Service.",
      [
        "loadBalancer": "Where the load balancer is reached.",
        "conditions": "What was found out, condition by condition.",
      ]),
    "LoadBalancerStatus": Entry("Where a load balancer is reached.", ["ingress": "Its addresses or names."]),
    "LoadBalancerIngress": Entry(
      "One place where a load balancer is reached.",
      [
        "ip": "Its address.",
        "hostname": "Its name, for a load balancer without an address.",
        "ipMode": "VIP when nodes take packets to the address themselves; Proxy when the load balancer must see them.",
        "ports": "Its ports, with what went wrong with each.",
      ]),
    "PortStatus": Entry(
      "A port of a load balancer.",
      [
        "port": "The number.",
        "protocol": "TCP, UDP or SCTP.",
        "error": "What went wrong with the port, in one word.",
      ]),
  ]
}
