extension FieldDescriptions {
  static let endpoints: [String: Entry] = [
    "Endpoints": Entry(
      "The endpoints of the Service of the same name, in the older form.",
      ["subsets": "Addresses and ports that belong together: each address has each port of its subset."]),
    "EndpointSubset": Entry(
      "Addresses with the same ports.",
      [
        "addresses": "The addresses that are ready.",
        "notReadyAddresses": "The addresses that are not ready yet, or no more.",
        "ports": "The ports of all of them.",
      ]),
    "EndpointAddress": Entry(
      "One address of a Service.",
      [
        "ip": "The address.",
        "hostname": "The endpoint's own name below the Service's.",
        "nodeName": "The node that the endpoint is on.",
        "targetRef": "The object behind the address, such as a Pod.",
      ]),
    "EndpointPort": Entry(
      "One port of a Service's endpoints.",
      [
        "name": "The name of the Service's port that it belongs to.",
        "protocol": "TCP, UDP or SCTP; TCP unless it is set.",
        "port": "The number: 1–65535.",
        "appProtocol": "What is spoken on the port.",
      ]),
    "EndpointSlice": Entry(
      "Some of the endpoints of a Service, all of one family and with the same ports.",
      [
        "addressType": "What all addresses are: IPv4, IPv6, or FQDN for names. It cannot be changed.",
        "endpoints": "The endpoints, at most 1000.",
        "ports": "The ports of all of them, at most 100.",
      ]),
    "Endpoint": Entry(
      "One endpoint of a Service.",
      [
        "addresses": "The endpoint's addresses, 1–100; clients use the first.",
        "conditions": "Whether the endpoint is ready, serving, or about to end.",
        "hostname": "The endpoint's own name below the Service's.",
        "targetRef": "The object behind the endpoint, such as a Pod.",
        "deprecatedTopology": "Not used any more.",
        "nodeName": "The node that the endpoint is on.",
        "zone": "The zone that the endpoint is in.",
        "hints": "Which clients the endpoint is meant for.",
      ]),
    "EndpointConditions": Entry(
      "What is known of an endpoint.",
      [
        "ready": "Whether it takes new connections; not set means that it does.",
        "serving": "Whether it answers, be it about to end or not; not set means as ready.",
        "terminating": "Whether it is about to end; not set means that it is not.",
      ]),
    "EndpointHints": Entry(
      "Which clients an endpoint is meant for.",
      ["forZones": "The zones of the clients, at most 8.", "forNodes": "The nodes of the clients, at most 8."]),
    "ForZone": Entry("A zone whose clients an endpoint is meant for.", ["name": "The zone's name."]),
    "ForNode": Entry("A node whose clients an endpoint is meant for.", ["name": "The node's name."]),
  ]
}
