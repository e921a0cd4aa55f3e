import ClusterDiscovery

// The instances of a service from a file, kept for when it is away, and a pick for each request.
let target = try Target("web.shop:http")
let source = FileSource(CommandLine.arguments[1])
try await withServiceClient(target, source: source, balancer: Balancer(.roundRobin)) { client in
  for _ in 0..<4 { print(try await client.withEndpoint { "\($0.address)" }) }
}
