import ClusterDiscovery
import ClusterDiscoveryAPI
import ClusterModel
import Logging
import NetworkAddresses
import Registry
import RegistryAPI
import Synchronization
import Testing

/// A registry with the Service `web` in the namespace `shop` and these endpoints.
private func shop(_ addresses: String...) throws -> Registry {
  let registry = Registry()
  let service = Service(
    metadata: ObjectMeta(name: "web", namespace: "shop"),
    spec: ServiceSpec(ports: [ServicePort(name: "http", port: 80)]))
  try registry.transaction { (registry) throws(RegistryError) in
    _ = try registry.create(Namespace(metadata: ObjectMeta(name: "shop")).object, by: .client)
    _ = try registry.create(service.object, by: .client)
    _ = try registry.create(slice(addresses).object, by: .client)
  }
  return registry
}

private func slice(_ addresses: [String]) -> EndpointSlice {
  EndpointSlice(
    metadata: ObjectMeta(name: "web-1", namespace: "shop", labels: [WellKnownLabel.serviceName: "web"]),
    addressType: .ipv4,
    endpoints: addresses.compactMap { IPAddress($0) }.map { ClusterModel.Endpoint(addresses: [$0]) },
    ports: [EndpointPort(name: "http", port: 8080)])
}

/// Serves a registry on a port (0: a free one) while the body runs.
private func serve(_ registry: Registry, port: UInt16 = 0, _ body: @Sendable (UInt16) async throws -> Void) async throws
{
  let address = SocketAddress(.v4(.loopback), port: port)
  let (ports, found) = AsyncStream.makeStream(of: UInt16.self)
  try await withThrowingTaskGroup(of: Void.self) { group in
    group.addTask {
      try await RegistryAPIServer(registry: registry, address: address, logger: Logger(label: "test")).run {
        found.yield($0.port)
      }
    }
    var iterator = ports.makeAsyncIterator()
    try await body(try #require(await iterator.next()))
    group.cancelAll()
  }
}

@Suite("A registry's API as source", .timeLimit(.minutes(2))) struct RegistryTests {
  @Test("a lookup and a subscription show what the registry has, and what it has not")
  func follows() async throws {
    let registry = try shop("10.0.0.1")
    try await serve(registry) { port in
      let source = APISource(url: "http://127.0.0.1:\(port)")
      #expect(try await source.lookup(Target("web.shop:80")).endpoints.map { "\($0.address)" } == ["10.0.0.1:8080"])
      let error = await #expect(throws: DiscoveryError.self) { try await source.lookup(Target("api.shop")) }
      #expect(error?.reason == .notFound)
      var updates = source.subscribe(to: try Target("web.shop")).makeAsyncIterator()
      #expect(await updates.next()?.summary == "10.0.0.1")
      try registry.transaction { (registry) throws(RegistryError) in
        _ = try registry.update(slice(["10.0.0.2", "10.0.0.3"]).object)
      }
      #expect(await updates.next()?.summary == "10.0.0.2 10.0.0.3")
      try registry.transaction { (registry) throws(RegistryError) in
        _ = try registry.delete(ObjectKey(.service, namespace: "shop", name: "web"))
      }
      try await updates.read(until: "notFound")
    }
  }

  @Test("a registry that goes away is said, and one that comes back with other endpoints is followed")
  func goneAndBack() async throws {
    let (away, back) = (Gate(), Gate())
    let (ports, found) = AsyncStream.makeStream(of: UInt16.self)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        var ports = ports.makeAsyncIterator()
        let port = try #require(await ports.next())
        var updates = APISource(url: "http://127.0.0.1:\(port)").subscribe(to: try Target("web.shop"))
          .makeAsyncIterator()
        try await updates.read(until: "10.0.0.1")
        away.open()
        try await updates.read(until: "unavailable")
        back.open()
        try await updates.read(until: "10.0.0.9")
        found.finish()
      }
      let port = Mutex<UInt16>(0)
      try await serve(try shop("10.0.0.1")) { number in
        port.withLock { $0 = number }
        found.yield(number)
        await away.wait()
      }
      await back.wait()
      let seen = Gate()
      group.addTask {
        try await serve(try shop("10.0.0.9"), port: port.withLock { $0 }) { _ in await seen.wait() }
      }
      try await group.next()
      seen.open()
    }
  }
}
