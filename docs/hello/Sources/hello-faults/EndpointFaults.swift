import ClusterDiscovery

/// The service whose endpoints this program says itself.
let web = try! Target("web.shop")

/// What goes wrong with the endpoints of a service, when the source knows nothing of it.
let endpointFaults = [
  Fault("half of the endpoints dead", halfDead),
  Fault("one endpoint slower by 100 times", oneSlow),
  Fault("all endpoints dead", allDead),
]

private func source(_ instances: [Instance]) -> FixedSource { FixedSource([web: instances.map(\.endpoint)]) }

@Sendable private func halfDead() async throws -> String {
  let instances = try await Instance.some(10)
  return try await withServiceClient(web, source: source(instances)) { client in
    try await send(100, client)
    for instance in instances[..<5] { try await instance.die() }
    // Of six attempts, each at another endpoint, one meets an endpoint that lives.
    try await send(400, client, retry: RetryPolicy(attempts: 6))
    let dead = Set(instances[..<5].map(\.address))
    try require(client.ejected == dead, "left out are \(client.ejected), dead are \(dead)")
    return "400 requests, 0 lost, \(client.statistics.retries) sent again, 5 endpoints left out"
  }
}

@Sendable private func oneSlow() async throws -> String {
  var instances = [try await Instance(delay: .milliseconds(200))]
  for _ in 0..<4 { instances.append(try await Instance(delay: .milliseconds(2))) }
  return try await withServiceClient(web, source: source(instances), balancer: Balancer(.peakEWMA(PeakEWMA()))) {
    client in
    try await send(400, client)
    let slow = instances[0].requests
    try require(slow < 40, "the slow one had \(slow) of 400 requests, half of a fair share or more")
    return "400 requests, 0 lost, \(slow) to the slow one of 5"
  }
}

@Sendable private func allDead() async throws -> String {
  let instances = try await Instance.some(4)
  return try await withServiceClient(web, source: source(instances)) { client in
    try await send(100, client)
    for instance in instances { try await instance.die() }
    for _ in 0..<20 {
      do {
        _ = try await client.withEndpoint(ask)
        throw NotSurvived("the dead answer")
      } catch is ConnectionRefused {}
    }
    for instance in instances { _ = try await Instance(port: Int(instance.address.port)) }
    try await send(100, client)
    return "20 requests refused at once, and 100 answered when the endpoints are back"
  }
}
