import ClusterModel
import ClusterZone
import DNSWire
import Testing

@Suite("Names of Pods")
struct PodNamesTests {
  let objects: [ClusterObject] = [
    namespace("shop"), namespace("other"),
    pod("a", ips: ["10.0.0.1", "fd00::1"]), pod("b", ips: ["10.0.0.2"], phase: .succeeded),
    pod("c", ips: ["10.0.0.3"], phase: .failed), pod("d", ips: ["10.0.0.4"], deleting: true),
    pod("e", ips: ["10.0.0.5"], phase: .pending), pod("f", ips: ["10.0.0.6"]), pod("g", ips: ["10.0.0.6"]),
    pod("h", in: "gone", ips: ["10.0.0.7"]), pod("i", ips: ["fd00::"]),
  ]

  @Test("disabled: none", arguments: ["10-0-0-1.shop.pod", "shop.pod"])
  func disabled(name: String) throws {
    let cluster = try ClusterFixture(objects)
    #expect(try cluster.ask(name).kind == .nxDomain)
    #expect(try cluster.ask("pod").kind == .noData)
  }

  @Test(
    "insecure: the address in the name, in namespaces that exist",
    arguments: [
      ("10-0-0-1.shop.pod", RecordType.a, Answer.Kind.found), ("1-2-3-4.shop.pod", .a, .found),
      ("1-2-3-4.shop.pod", .aaaa, .noData), ("fd00--5.shop.pod", .aaaa, .found), ("FD00--5.sHop.pod", .aaaa, .found),
      ("--1.shop.pod", .aaaa, .found), ("1-2-3-4.nope.pod", .a, .nxDomain), ("1-2-3.shop.pod", .a, .nxDomain),
      ("1-2-3-256.shop.pod", .a, .nxDomain), ("web.shop.pod", .a, .nxDomain), ("shop.pod", .a, .noData),
      ("nope.pod", .a, .nxDomain), ("x.1-2-3-4.shop.pod", .a, .nxDomain), ("1-2-3-4.shop.pod", .txt, .noData),
    ])
  func insecure(name: String, type: RecordType, kind: Answer.Kind) throws {
    let cluster = try ClusterFixture(objects) { $0.pods = .insecure }
    #expect(try cluster.ask(name, type).kind == kind)
  }

  @Test("SRV of a Pod's name is the name itself", arguments: [ClusterZoneConfiguration.PodsMode.insecure, .verified])
  func services(mode: ClusterZoneConfiguration.PodsMode) throws {
    let cluster = try ClusterFixture(objects) { $0.pods = mode }
    let answer = try cluster.ask("10-0-0-1.shop.pod", .srv)
    #expect(answer.records == ["0 100 0 10-0-0-1.shop.pod.cluster.local."])
    #expect(answer.additional == ["10-0-0-1.shop.pod.cluster.local. 10.0.0.1"])
  }

  @Test(
    "verified: addresses of Pods that are there",
    arguments: [
      ("10-0-0-1.shop.pod", RecordType.a, ["10.0.0.1"]), ("fd00--1.shop.pod", .aaaa, ["fd00::1"]),
      ("10-0-0-2.shop.pod", .a, []), ("10-0-0-3.shop.pod", .a, []), ("10-0-0-4.shop.pod", .a, []),
      ("10-0-0-5.shop.pod", .a, ["10.0.0.5"]), ("10-0-0-6.shop.pod", .a, ["10.0.0.6"]),
      ("10-0-0-1.other.pod", .a, []), ("10-0-0-7.gone.pod", .a, []), ("1-2-3-4.shop.pod", .a, []),
      ("fd00--.shop.pod", .aaaa, ["fd00::"]), ("fd00--0.shop.pod", .aaaa, ["fd00::"]),
    ])
  func verified(name: String, type: RecordType, expected: [String]) throws {
    let cluster = try ClusterFixture(objects) { $0.pods = .verified }
    let answer = try cluster.ask(name, type)
    #expect(answer.records == expected)
    #expect(answer.kind == (expected.isEmpty ? .nxDomain : .found))
  }

  @Test("verified: an address stays as long as one of the Pods that share it")
  func shared() throws {
    let cluster = try ClusterFixture(objects) { $0.pods = .verified }
    cluster.zone.apply([.delete(ObjectKey(.pod, namespace: "shop", name: "f"))])
    #expect(try cluster.ask("10-0-0-6.shop.pod").kind == .found)
    cluster.zone.apply([.set(pod("g", ips: ["10.0.0.8"]))])
    #expect(try cluster.ask("10-0-0-6.shop.pod").kind == .nxDomain)
    #expect(try cluster.ask("10-0-0-8.shop.pod").kind == .found)
  }
}
