import ClusterDiscovery
import NetworkAddresses
import Testing

@Suite("Targets") struct TargetTests {
  @Test(
    "each form names a service, its namespace and a port",
    arguments: [
      ("web", "web.default", "web.default.svc.cluster.local"),
      ("web.shop", "web.shop", "web.shop.svc.cluster.local"),
      ("web.shop:http", "web.shop:http", "web.shop.svc.cluster.local"),
      ("web.shop:8080", "web.shop:8080", "web.shop.svc.cluster.local"),
      ("web.shop:a-port-of-more-than-15", "web.shop:a-port-of-more-than-15", "web.shop.svc.cluster.local"),
      ("WEB.Shop.svc", "web.shop", "web.shop.svc.cluster.local"),
      ("web.shop.svc.cluster.local.", "web.shop", "web.shop.svc.cluster.local"),
      ("_http._tcp.web.shop.svc.cluster.local", "web.shop:http", "web.shop.svc.cluster.local"),
    ])
  func forms(text: String, short: String, name: String) throws {
    let target = try Target(text)
    #expect(target.description == short)
    #expect(target.domainName == name)
    #expect(target.transport == .tcp)
  }

  @Test("the transport comes from the SRV form, the namespace and the domain from where the program runs")
  func surroundings() throws {
    let target = try Target("_dns._udp.kube.shop.svc.lab.example", clusterDomain: "lab.example")
    #expect(target.transport == .udp && target.port == .name("dns"))
    #expect(try Target("web", defaultNamespace: "shop").namespace == "shop")
  }

  @Test(
    "what is no target is refused with what would be right",
    arguments: [
      ("", "the service's name \"\" is no DNS label"),
      ("web.shop:", "is no port"), ("web.shop:0", "ports are 1 to 65535"), ("web.shop:70000", "is no port"),
      ("web.shop:a_b", "is no port"), ("-web.shop", "is no DNS label"), ("web..svc", "the namespace \"\""),
      ("web.shop.pod", "\"svc\" comes after the namespace"), ("web.shop.svc.example.org", "domain is cluster.local"),
      ("_http.web.shop", "comes _tcp, _udp or _sctp"), ("_http._tcp.web.shop:80", "names a port twice"),
      ("a.b.svc.cluster.local.c", "domain is cluster.local"), ("1.2.3.4", "\"svc\" comes after"),
    ])
  func refused(text: String, problem: String) {
    let error = #expect(throws: TargetError.self) { try Target(text) }
    #expect(error?.description.contains(problem) == true, "\(error?.description ?? "")")
  }
}

@Suite("Endpoint sets") struct EndpointSetTests {
  private func endpoint(_ address: String, _ condition: EndpointCondition = .ready) throws -> Endpoint {
    Endpoint(try #require(SocketAddress(address)), condition: condition)
  }

  @Test("equal sets are equal lists, whatever order they came in")
  func order() throws {
    let target = try Target("web.shop")
    let (a, b, c) = (try endpoint("10.0.0.9:80"), try endpoint("10.0.0.10:80"), try endpoint("10.0.0.9:81"))
    #expect(EndpointSet(target, [b, c, a, a]).endpoints == [a, c, b])
  }

  @Test("without ready endpoints those that still answer are used")
  func usable() throws {
    let target = try Target("web.shop")
    let (ready, draining) = (try endpoint("10.0.0.1:80"), try endpoint("10.0.0.2:80", .draining))
    let unready = try endpoint("10.0.0.3:80", .unready)
    #expect(EndpointSet(target, [ready, draining, unready]).usable == [ready])
    #expect(EndpointSet(target, [draining, unready]).usable == [draining])
    #expect(EndpointSet(target, [unready]).usable.isEmpty)
  }
}

@Suite("Updates", .timeLimit(.minutes(1))) struct EndpointUpdatesTests {
  private func set(_ revision: Int, of target: Target) -> EndpointSet {
    EndpointSet(
      target, [Endpoint(SocketAddress(.v4(IPv4Address(10, 0, 0, UInt8(revision))), port: 80))], revision: "\(revision)")
  }

  @Test("a reader gets the newest of what came since it last read, and the end")
  func coalesced() async throws {
    let target = try Target("web.shop")
    let updates = EndpointUpdates { publisher in
      for revision in 1...5 { publisher.publish(set(revision, of: target)) }
    }
    var revisions: [String] = []
    for await update in updates { revisions.append(try update.get().revision) }
    #expect(revisions.last == "5")
    #expect(revisions == revisions.sorted())
  }

  @Test("what says the same comes once; an error is an element")
  func errors() async throws {
    let target = try Target("web.shop")
    let (steps, next) = AsyncStream.makeStream(of: EndpointUpdate.self)
    let updates = EndpointUpdates { publisher in for await step in steps { publisher.publish(step) } }
    var iterator = updates.makeAsyncIterator()
    next.yield(.success(set(1, of: target)))
    #expect(try await iterator.next()?.get().revision == "1")
    next.yield(.success(set(1, of: target)))
    next.yield(.failure(DiscoveryError(.unavailable, "away")))
    #expect(await iterator.next() == .failure(DiscoveryError(.unavailable, "away")))
    next.yield(.success(set(1, of: target)))
    #expect(try await iterator.next()?.get().revision == "1")
    next.finish()
    #expect(await iterator.next() == nil)
  }

  @Test("what was not read is dropped when things are again as they were read")
  func backAgain() async throws {
    let target = try Target("web.shop")
    let (steps, next) = AsyncStream.makeStream(of: [EndpointSet].self)
    let (published, tell) = AsyncStream.makeStream(of: Void.self)
    let updates = EndpointUpdates { publisher in
      for await step in steps {
        for set in step { publisher.publish(set) }
        tell.yield()
      }
    }
    var iterator = updates.makeAsyncIterator()
    next.yield([set(1, of: target)])
    #expect(try await iterator.next()?.get().revision == "1")
    next.yield([set(2, of: target), set(1, of: target)])
    var publications = published.makeAsyncIterator()
    for _ in 1...2 { await publications.next() }
    next.yield([set(3, of: target)])
    #expect(try await iterator.next()?.get().revision == "3")
  }

  @Test("a subscription's task ends when its reader goes, and when its reader is cancelled")
  func ends() async throws {
    let (ended, end) = AsyncStream.makeStream(of: Void.self)
    let updates = EndpointUpdates { publisher in
      publisher.publish(DiscoveryError(.unavailable, "away"))
      try? await Task.sleep(for: .seconds(3600))
      end.yield()
    }
    var ends = ended.makeAsyncIterator()
    do {
      var iterator = updates.makeAsyncIterator()
      _ = await iterator.next()
    }
    await ends.next()
    let reader = Task {
      var count = 0
      for await _ in updates { count += 1 }
      return count
    }
    reader.cancel()
    #expect(await reader.value <= 1)
    let second = Task { for await _ in updates { withUnsafeCurrentTask { $0?.cancel() } } }
    await second.value
    await ends.next()
  }
}
