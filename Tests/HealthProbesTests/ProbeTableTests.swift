import ClusterModel
import NetworkAddresses
import Registry
import Testing

@testable import HealthProbes

/// A registered Pod with a probe.
func probed(_ name: String, _ probe: Probe, address: String = "127.0.0.1", containers: Int = 1) -> Pod {
  var probe = probe
  probe.periodSeconds = max(1, probe.periodSeconds)
  let port = ContainerPort(name: "http", containerPort: 8080)
  var pod = Pod(metadata: ObjectMeta(name: name, namespace: "shop", labels: ["app": "web"]))
  pod.metadata.annotations[WellKnownAnnotation.lease] = name
  pod.metadata.uid = UID(high: 1, low: 2)
  pod.spec.containers = (0..<containers).map { Container(name: "c\($0)", ports: [port], readinessProbe: probe) }
  pod.status = PodStatus(
    phase: .running, podIPs: AddressList([IPAddress(address)].compactMap(\.self)),
    conditions: [Condition(type: "Ready", status: "True")])
  return pod
}

/// A probe of a TCP port every ten seconds.
private func tcp(_ port: PortReference = .number(80), change: (inout Probe) -> Void = { _ in }) -> Probe {
  var probe = Probe(tcpSocket: TCPSocketAction(port: port))
  probe.timeoutSeconds = 1
  probe.periodSeconds = 10
  probe.successThreshold = 1
  probe.failureThreshold = 1
  change(&probe)
  return probe
}

@Suite("Probes: who is probed, and when")
struct ProbeTableTests {
  private func batch(_ pods: Pod..., deleted: Bool = false) throws -> RegistryBatch {
    let recorder = Batches()
    let registry = Registry()
    try registry.transaction { (registry) throws(RegistryError) in
      _ = try registry.create(Namespace(name: "shop").object)
    }
    let subscription = registry.subscribe(to: [.pod]) { recorder.take($0) }
    try registry.transaction { (registry) throws(RegistryError) in
      for pod in pods { try registry.create(pod.object, by: .manifests) }
    }
    if deleted {
      try registry.transaction { (registry) throws(RegistryError) in
        for pod in pods { try registry.delete(pod.key) }
      }
    }
    subscription.cancel()
    return try #require(recorder.last)
  }

  @Test("a new Pod is not ready until a probe has succeeded, then probed each period")
  func life() throws {
    var table = ProbeTable(ProbeRanges(allowsLoopback: true))
    let told = try table.take(batch(probed("a", tcp { $0.initialDelaySeconds = 2 })), now: 1000)
    #expect(told.map(\.isWell) == [false])
    #expect(table.due(now: 2999, limit: 9).isEmpty)
    let orders = table.due(now: 3000, limit: 9)
    #expect(orders.map(\.action) == [.connect(port: 80)])
    #expect(table.due(now: 9000, limit: 9).isEmpty)
    #expect(table.finish(orders[0], nil, now: 3100)?.isWell == true)
    #expect(table.next.map { 13_100...13_350 ~= $0 } == true)
    let again = table.due(now: 13_350, limit: 9)
    #expect(again.count == 1)
    #expect(table.finish(again[0], nil, now: 13_400) == nil)
    let third = table.due(now: 30_000, limit: 9)
    let verdict = table.finish(third[0], "refused", now: 30_000)
    #expect(verdict?.isWell == false)
    #expect(verdict?.message == "readiness probe of container c0 failed: refused")
  }

  @Test("a Pod is well when all of its containers are")
  func containers() throws {
    var table = ProbeTable(ProbeRanges(allowsLoopback: true))
    _ = try table.take(batch(probed("a", tcp(), containers: 2)), now: 0)
    let orders = table.due(now: 0, limit: 9)
    #expect(orders.count == 2)
    #expect(table.finish(orders[0], nil, now: 0) == nil)
    #expect(table.finish(orders[1], nil, now: 0)?.isWell == true)
  }

  @Test("so many at once, and the others as soon as there is room")
  func limit() throws {
    var table = ProbeTable(ProbeRanges(allowsLoopback: true))
    _ = try table.take(batch(probed("a", tcp()), probed("b", tcp()), probed("c", tcp())), now: 0)
    #expect(table.due(now: 0, limit: 2).count == 2)
    #expect(table.due(now: 250, limit: 2).count == 1)
    #expect(table.due(now: 500, limit: 2).isEmpty)
  }

  @Test("what comes back for a Pod that is gone does not count")
  func gone() throws {
    var table = ProbeTable(ProbeRanges(allowsLoopback: true))
    _ = try table.take(batch(probed("a", tcp())), now: 0)
    let order = table.due(now: 0, limit: 9)[0]
    _ = try table.take(batch(probed("a", tcp()), deleted: true), now: 0)
    #expect(table.finish(order, nil, now: 0) == nil)
    #expect(table.count == 0 && table.next == nil)
  }

  @Test("Pods without a Lease, without an address, without a probe for the registry, or at their end are not probed")
  func others() throws {
    var (unleased, homeless, finished) = (probed("a", tcp()), probed("b", tcp()), probed("c", tcp()))
    unleased.metadata.annotations = [:]
    homeless.status.podIPs = []
    finished.status.phase = .failed
    var unprobed = probed("d", tcp())
    unprobed.spec.containers[0].readinessProbe = nil
    var table = ProbeTable(ProbeRanges(allowsLoopback: true))
    #expect(try table.take(batch(unleased, homeless, finished, unprobed), now: 0).isEmpty)
    #expect(table.count == 0)
  }

  @Test(
    "what a probe does",
    arguments: [
      (HTTPGetAction(path: "/ok", port: .name("http")), "GET /ok HTTP/1.1\r\nHost: 10.1.0.1:8080\r\n"),
      (HTTPGetAction(path: "ok?a=b", port: .number(81)), "GET /ok?a=b HTTP/1.1\r\nHost: 10.1.0.1:81\r\n"),
      (HTTPGetAction(path: "/", port: .name("nope")), nil), (HTTPGetAction(path: "/a b", port: .number(1)), nil),
      (HTTPGetAction(path: "/\r\nX: y", port: .number(1)), nil),
      (HTTPGetAction(path: "/", port: .number(1), host: "192.0.2.9"), nil),
    ] as [(HTTPGetAction, String?)])
  func requests(http: HTTPGetAction, head: String?) throws {
    let container = Container(name: "c", ports: [ContainerPort(name: "http", containerPort: 8080)])
    let address = try #require(IPAddress("10.1.0.1"))
    let action = ProbeAction(Probe(httpGet: http), of: container, at: address)
    if case .request(_, let octets, false) = action {
      let text = String(decoding: octets, as: UTF8.self)
      #expect(head.map(text.hasPrefix) == true)
      #expect(text.hasSuffix("\r\n\r\n"))
    } else {
      #expect(head == nil)
    }
  }

  @Test("a Pod at an address where no probe may go is told so at once, and probed when it has another one")
  func refused() throws {
    var table = ProbeTable(ProbeRanges(allowsLoopback: false))
    func told(_ pod: Pod) throws -> [ProbeTable.Verdict] { try table.take(batch(pod), now: 0) }
    let first = try told(probed("a", tcp(), address: "127.0.0.1"))
    #expect(first.map(\.isWell) == [false] && first.map(\.reason) == ["ProbeRefused"])
    #expect(first[0].message.contains("127.0.0.1 is loopback") && first[0].message.contains("--probe-cidr"))
    #expect(table.next == nil && table.due(now: 60_000, limit: 9).isEmpty)
    #expect(try told(probed("a", tcp(), address: "127.0.0.2")).map(\.reason) == ["ProbeRefused"])

    var moved = probed("a", tcp(), address: "10.1.0.1")
    moved.status.conditions.append(Condition(type: "ContainersReady", status: "False", reason: "ProbeRefused"))
    #expect(try told(moved).map(\.message) == ["no probe has succeeded yet"])
    #expect(table.due(now: 60_000, limit: 9).map(\.address.description) == ["10.1.0.1"])

    #expect(try told(probed("a", tcp(), address: "127.0.0.3")).map(\.reason) == ["ProbeRefused"])
    #expect(table.next == nil || table.due(now: 120_000, limit: 9).isEmpty)
  }

  @Test("a probe of gRPC calls the port with the service's name, or with none for the whole server")
  func calls() throws {
    let address = try #require(IPAddress("10.1.0.1"))
    func action(_ grpc: GRPCAction) -> ProbeAction? {
      ProbeAction(Probe(grpc: grpc), of: Container(name: "c"), at: address)
    }
    #expect(action(GRPCAction(port: 9090)) == .call(port: 9090, service: ""))
    #expect(action(GRPCAction(port: 1, service: "shop.Orders")) == .call(port: 1, service: "shop.Orders"))
    #expect(action(GRPCAction(port: 65_536)) == .impossible("there is no port 65536"))
  }
}
