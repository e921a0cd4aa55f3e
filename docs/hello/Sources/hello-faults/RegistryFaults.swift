import ClusterDiscovery
import ClusterDiscoveryAPI

/// What goes wrong between a client and its registry.
func registryFaults(_ registry: String) -> [Fault] {
  let meddlings: [(String, Meddling)] = [
    ("watch cut in the middle of a line", .cut), ("garbage in a line of a watch", .garbleLine),
    ("garbage instead of HTTP", .garbleAll),
  ]
  return meddlings.map { name, meddling in Fault(name) { try await change(registry, meddling) } }
    + [Fault("1,000 subscribers cancelled at once") { try await manySubscribers(registry) }]
}

/// The service's instance is exchanged, and the event that says so does not come through as it should.
private func change(_ registry: String, _ meddling: Meddling) async throws -> String {
  let (proxy, service) = (try await Proxy(to: registry), RegisteredService(registry: registry))
  let (old, new) = (try await Instance(), try await Instance())
  try await service.register(old)
  return try await withServiceClient(service.target, source: APISource(url: proxy.url)) { client in
    try await send(20, client)
    try await until("both kinds are watched") { proxy.watches == 2 }
    proxy.meddle(meddling)
    try await service.register(new)
    try await until("the event comes by") { proxy.hasMeddled }
    try await until("the new instance gets requests") { try await client.withEndpoint(ask) == new.address.port }
    return "\(client.statistics.requests) requests, 0 lost, and the new endpoint is found"
  }
}

private func manySubscribers(_ registry: String) async throws -> String {
  let (proxy, service) = (try await Proxy(to: registry), RegisteredService(registry: registry))
  try await service.register(try await Instance())
  let source = APISource(url: proxy.url)
  let (heard, hear) = AsyncStream.makeStream(of: Void.self)
  let subscribers = Task {
    await withDiscardingTaskGroup { group in
      for _ in 0..<1000 {
        group.addTask { for await case .success in source.subscribe(to: service.target) { hear.yield() } }
      }
    }
  }
  for await _ in heard.prefix(1000) {}
  try await until("both kinds are watched") { proxy.watches == 2 }
  subscribers.cancel()
  await subscribers.value
  try await until("no watch is left") { proxy.watches == 0 }
  return "they had 2 watches in common, and leave none"
}
