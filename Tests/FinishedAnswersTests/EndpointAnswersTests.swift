import DNSWire
import NetworkAddresses
import Reclamation
import Testing

@testable import FinishedAnswers

private func name(_ text: String) throws -> DomainName { try DomainName(text) }

private func key(_ text: String) throws -> [UInt8] { Array(try name(text).wire.dropLast()) }

private func endpointKey(_ address: IPv4Address) throws -> [UInt8] {
  let label = address.dashed
  return [UInt8(label.count)] + label + (try key("web.shop.svc"))
}

/// A zone whose endpoints' names are put together when asked, and one that has finished answers for each.
private struct Zones {
  let reclaimer = Reclaimer()
  let listed: AnswerZone
  let compiled: AnswerZone

  init(_ groups: [DashedEndpoints], ttl: UInt32 = 30) throws {
    let zone = try name("cluster.local")
    listed = AnswerZone(name: zone, missing: .denied, ttl: ttl, reclaimer: reclaimer)
    compiled = AnswerZone(name: zone, missing: .denied, ttl: ttl, reclaimer: reclaimer)
    var service = NameAnswersDraft(key: try key("web.shop.svc"), zone: zone.wire)
    service.addAddresses([.v4(IPv4Address(10, 96, 0, 1))], family: .ipv4, ttl: ttl)
    compiled.apply([.set(service)])
    service.endpoints = groups
    listed.apply([.set(service)])
    for group in groups {
      for address in group.addresses {
        var draft = NameAnswersDraft(key: try endpointKey(address), zone: zone.wire)
        draft.addAddresses([.v4(address)], family: .ipv4, ttl: ttl)
        let target = draft.key
        let services = group.ports.map {
          NameAnswersDraft.ServiceTarget(weight: group.weight, port: $0, target: target, addresses: [.v4(address)])
        }
        if !services.isEmpty { draft.addServices(services, ttl: ttl) }
        compiled.apply([.set(draft)])
      }
    }
    // The same number in their SOA.
    listed.serial = 7
    compiled.serial = 7
  }
}

private func addresses(_ count: Int, _ third: UInt8 = 0) -> [IPv4Address] {
  (0..<count).map { IPv4Address(10, UInt8($0 % 3 * 100), third, UInt8($0)) }
}

@Suite("Endpoints that their Service lists")
struct EndpointAnswersTests {
  static let groups: [[DashedEndpoints]] = [
    [DashedEndpoints(weight: 100, ports: [8080], addresses: addresses(1))],
    [DashedEndpoints(weight: 33, ports: [80, 443, 65535], addresses: addresses(3))],
    [DashedEndpoints(weight: 0, ports: [], addresses: addresses(3))],
    [
      DashedEndpoints(weight: 100, ports: [1], addresses: addresses(3)),
      DashedEndpoints(weight: 6, ports: (1...16).map(UInt16.init), addresses: addresses(30, 1)),
      DashedEndpoints(weight: 0, ports: [], addresses: addresses(31, 255)),
    ],
  ]

  @Test("A name answers as if it had finished answers of its own", arguments: groups)
  func sameOctets(_ groups: [DashedEndpoints]) throws {
    let zones = try Zones(groups)
    for address in groups.flatMap(\.addresses) {
      let label = String(decoding: address.dashed, as: UTF8.self)
      for text in ["\(label).web.shop.svc.cluster.local", "\(label).WEB.shop.svc.CLUSTER.local"] {
        for type in [RecordType.a, .aaaa, .srv, .txt, RecordType(rawValue: 0)] {
          let query = Message(id: 9, questions: [Question(name: try name(text), type: type)]).encoded()
          let listed = zones.listed.reply(to: query, reclaimer: zones.reclaimer)
          #expect(listed == zones.compiled.reply(to: query, reclaimer: zones.reclaimer), "\(text) \(type)")
          guard case .answer = listed else { Issue.record("\(text) is denied"); continue }
        }
      }
    }
  }

  @Test("The names there are, and what they say, are the same", arguments: groups)
  func sameNames(_ groups: [DashedEndpoints]) throws {
    let zones = try Zones(groups)
    func contents(_ zone: AnswerZone) -> [[UInt8]: UInt64] {
      var contents: [[UInt8]: UInt64] = [:]
      zone.forEach { contents[$0.name] = $0.contentHash }
      return contents
    }
    #expect(contents(zones.listed) == contents(zones.compiled))
    #expect(contents(zones.listed).count == 1 + groups.map(\.addresses.count).reduce(0, +))
    #expect(zones.listed.table.count == 1)
  }

  @Test(
    "Other names do not exist",
    arguments: [
      "10-0-0-9.web", "10-0-0-00.web", "010-0-0-0.web", "10-0-0.web", "10-0-0-0-0.web", "10-0-0-.web", "-10-0-0-0.web",
      "10-0-0-256.web", "10--0-0.web", "10-0-0-0.other", "x.10-0-0-0.web", "10-0-0-0", "10-0-0-0.x.web",
      "10-0-0-4294967296.web", "10-0-0-0x.web", "10.0.0.0.web", "0-0-0-0.web", "a-0-0-0.web", "10_0_0_0.web",
    ])
  func others(_ text: String) throws {
    let zones = try Zones(Self.groups[0])
    let query = Message(id: 9, questions: [Question(name: try name(text + ".shop.svc.cluster.local"), type: .a)])
    guard case .denial = zones.listed.reply(to: query.encoded(), reclaimer: zones.reclaimer) else {
      Issue.record("it exists")
      return
    }
  }

  @Test("A name that is too long with its zone is none, and the longest one answers")
  func longest() throws {
    let reclaimer = Reclaimer()
    let zone = AnswerZone(name: try name("cluster.local"), missing: .denied, ttl: 5, reclaimer: reclaimer)
    let (address, label) = (IPv4Address(200, 200, 200, 200), 1 + 15)
    // The endpoint's name with its zone has 255 octets, or one more.
    for (excess, exists) in [(0, true), (1, false)] {
      let rest = 255 + excess - label - zone.name.wire.count
      let service =
        [63] + [UInt8](repeating: 0x61, count: 63) + [63] + [UInt8](repeating: 0x61, count: 63)
        + [63] + [UInt8](repeating: 0x61, count: 63)
      let last = rest - service.count - 1
      let key = [UInt8(last)] + [UInt8](repeating: 0x62, count: last) + service
      var draft = NameAnswersDraft(key: key, zone: zone.name.wire)
      draft.endpoints = [DashedEndpoints(weight: 1, ports: (1...16).map(UInt16.init), addresses: [address])]
      zone.apply([.set(draft)])
      let endpoint = [UInt8(label - 1)] + address.dashed + key
      let found = zone.withAnswers(of: endpoint, reclaimer: reclaimer) { $0?.recordData(RecordType.srv.rawValue) }
      #expect((found?.count == 16) == exists && (found == nil) != exists)
      #expect(found?.last.map { $0.count == 6 + 255 } ?? true)
    }
  }

  @Test("What was cached of a Service's own name holds when only its endpoints change")
  func times() throws {
    let zones = try Zones(Self.groups[0])
    let service = try key("web.shop.svc")
    func age(_ now: UInt32) -> UInt32? {
      zones.listed.withAnswers(of: service, reclaimer: zones.reclaimer) {
        $0?.rrset(RecordType.a.rawValue)?.age(now: now, lifetime: 30)
      }
    }
    func publish(_ address: IPv4Address, _ endpoints: [DashedEndpoints]) {
      var draft = NameAnswersDraft(key: service, zone: zones.listed.name.wire)
      draft.addAddresses([.v4(address)], family: .ipv4, ttl: 30)
      draft.endpoints = endpoints
      zones.listed.apply([.set(draft)])
    }
    #expect(age(100) == nil)
    publish(IPv4Address(10, 96, 0, 1), Self.groups[1])
    #expect(age(110) == 10)
    publish(IPv4Address(10, 96, 0, 1), [])
    #expect(age(111) == 11)
    publish(IPv4Address(10, 96, 0, 2), Self.groups[1])
    #expect(age(112) == nil)
  }
}
