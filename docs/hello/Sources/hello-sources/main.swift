import ClusterDiscovery
import ClusterDiscoveryAPI
import ClusterDiscoveryDNS
import ClusterDiscoveryRegistry
import ClusterModel
import NetworkAddresses
import Registry

// What each kind of source says of one target: TARGET REGISTRY DNS-SERVER FILE FOLDER.
let arguments = CommandLine.arguments
let target = try Target(arguments[1])
let api = APISource(url: arguments[2])
guard let server = SocketAddress(arguments[3]) else { fatalError("\(arguments[3]) is no address with a port") }
let file = FileSource(arguments[4])
let nowhere = FileSource("/nowhere/endpoints.json")

/// A registry in this process, with an endpoint of its own.
func registry() throws -> Registry {
  let registry = Registry()
  let endpoints = [ClusterModel.Endpoint(addresses: [.v4(IPv4Address(10, 1, 0, 1))])]
  let port: Int32 = 9090
  try registry.transaction { (objects) throws(RegistryError) in
    _ = try objects.create(Namespace(metadata: ObjectMeta(name: target.namespace)).object)
    _ = try objects.create(
      Service(
        metadata: ObjectMeta(name: target.service, namespace: target.namespace),
        spec: ServiceSpec(ports: [ServicePort(name: "grpc", port: port)])
      ).object)
    _ = try objects.create(
      EndpointSlice(
        metadata: ObjectMeta(
          name: "hello-1", namespace: target.namespace, labels: [WellKnownLabel.serviceName: target.service]),
        addressType: .ipv4, endpoints: endpoints, ports: [EndpointPort(name: "grpc", port: port)]
      ).object)
  }
  return registry
}

let found = try await api.lookup(target)
let sources: [any DiscoverySource] = [
  api,
  try DNSSource(ResolverConfiguration(servers: [server])),
  file,
  FixedSource([target: found.endpoints]),
  FirstAnswering([nowhere, api]),
  PrimaryWithFallback(nowhere, fallback: api),
  try KeptSource(wrapping: api, folder: arguments[5]) { print($0) },
  RegistrySource(try registry()),
]
for source in sources {
  let set = try await source.lookup(target)
  print(source.name, set.endpoints.map { "\($0.address)" }.joined(separator: " "), separator: ": ")
}
