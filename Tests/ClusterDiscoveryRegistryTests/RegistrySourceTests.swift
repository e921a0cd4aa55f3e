import ClusterDiscovery
import ClusterDiscoveryRegistry
import ClusterModel
import NetworkAddresses
import Registry
import Testing

/// A registry with the Service `web` in the namespace `shop`, and a way to give it endpoints.
private struct Shop {
  let registry: Registry

  init(history octets: Int = 1 << 20) throws {
    var settings = RegistrySettings()
    settings.historyOctets = octets
    registry = Registry(settings)
    try put(Namespace(metadata: ObjectMeta(name: "shop")))
    try put(
      Service(
        metadata: ObjectMeta(name: "web", namespace: "shop"),
        spec: ServiceSpec(ports: [ServicePort(name: "http", port: 80)])))
  }

  func put(_ object: some KubernetesObject) throws {
    try registry.transaction { (registry) throws(RegistryError) in
      if registry.object(object.key) == nil {
        _ = try registry.create(object.object, by: .client)
      } else {
        _ = try registry.update(object.object)
      }
    }
  }

  func delete(_ kind: ObjectKind, _ name: String) throws {
    try registry.transaction { (registry) throws(RegistryError) in
      _ = try registry.delete(ObjectKey(kind, namespace: "shop", name: name))
    }
  }

  /// Gives the Service these endpoints, in one slice.
  func serve(_ addresses: String..., slice name: String = "web-1") throws {
    let endpoints = try addresses.map { ClusterModel.Endpoint(addresses: [try #require(IPAddress($0))]) }
    try put(
      EndpointSlice(
        metadata: ObjectMeta(name: name, namespace: "shop", labels: [WellKnownLabel.serviceName: "web"]),
        addressType: .ipv4, endpoints: endpoints, ports: [EndpointPort(name: "http", port: 8080)]))
  }
}

extension EndpointUpdate {
  /// The addresses of a set, or the error's reason.
  fileprivate var summary: String {
    switch self {
    case .success(let set): set.endpoints.map { "\($0.address)" }.joined(separator: " ")
    case .failure(let error): "\(error.reason)"
    }
  }
}

@Suite("The registry of the same process as source", .timeLimit(.minutes(1))) struct RegistrySourceTests {
  @Test("a lookup shows what there is at the moment")
  func lookup() async throws {
    let shop = try Shop()
    let source = RegistrySource(shop.registry)
    #expect(try await source.lookup(Target("web.shop:http")).endpoints.isEmpty)
    try shop.serve("10.0.0.1", "10.0.0.2")
    let set = try await source.lookup(Target("web.shop:http"))
    #expect(set.endpoints.map { "\($0.address)" } == ["10.0.0.1:8080", "10.0.0.2:8080"])
    #expect(set.revision == "\(shop.registry.version)")
    let error = await #expect(throws: DiscoveryError.self) { try await source.lookup(Target("api.shop")) }
    #expect(error?.reason == .notFound)
  }

  @Test("a subscription follows endpoints, the Service's going and its coming back")
  func follows() async throws {
    let shop = try Shop()
    var updates = RegistrySource(shop.registry).subscribe(to: try Target("web.shop")).makeAsyncIterator()
    #expect(await updates.next()?.summary == "")
    try shop.serve("10.0.0.1")
    #expect(await updates.next()?.summary == "10.0.0.1:8080")
    try shop.serve("10.0.0.2", slice: "web-2")
    #expect(await updates.next()?.summary == "10.0.0.1:8080 10.0.0.2:8080")
    try shop.delete(.endpointSlice, "web-1")
    #expect(await updates.next()?.summary == "10.0.0.2:8080")
    try shop.delete(.service, "web")
    #expect(await updates.next()?.summary == "notFound")
  }

  @Test("changes of other Services are not seen")
  func others() async throws {
    let shop = try Shop()
    try shop.serve("10.0.0.1")
    var updates = RegistrySource(shop.registry).subscribe(to: try Target("web.shop")).makeAsyncIterator()
    #expect(await updates.next()?.summary == "10.0.0.1:8080")
    try shop.put(
      Service(
        metadata: ObjectMeta(name: "api", namespace: "shop"),
        spec: ServiceSpec(ports: [ServicePort(name: "http", port: 80)])))
    try shop.serve("10.0.0.3")
    let update = try #require(await updates.next()).get()
    #expect(update.endpoints.map { "\($0.address)" } == ["10.0.0.3:8080"])
  }

  @Test("a reader that the history has left behind goes on with what there is")
  func expired() async throws {
    let shop = try Shop(history: 1)
    var updates = RegistrySource(shop.registry).subscribe(to: try Target("web.shop")).makeAsyncIterator()
    #expect(await updates.next()?.summary == "")
    for index in 1...50 { try shop.serve("10.0.0.\(index)") }
    var last = ""
    while last != "10.0.0.50:8080" { last = try #require(await updates.next()).summary }
  }

  @Test("1,000 subscribers that are cancelled at once end, and the registry goes on")
  func cancelled() async throws {
    let shop = try Shop()
    let source = RegistrySource(shop.registry)
    let target = try Target("web.shop")
    let (started, start) = AsyncStream.makeStream(of: Void.self)
    let readers = Task {
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<1000 {
          group.addTask { for await _ in source.subscribe(to: target) { start.yield() } }
        }
      }
    }
    var count = 0
    for await _ in started {
      count += 1
      if count == 1000 { break }
    }
    readers.cancel()
    await readers.value
    try shop.serve("10.0.0.1")
    #expect(try await source.lookup(target).endpoints.count == 1)
  }
}
