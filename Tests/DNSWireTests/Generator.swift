import DNSWire
import NetworkAddresses

/// Numbers that look random and are the same in each run: SplitMix64.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64
  /// The longest text of a name. libldns reads no owner of more than 255 characters, escapes included.
  private let longestNameText: Int

  init(seed: UInt64, longestNameText: Int = .max) {
    state = seed
    self.longestNameText = longestNameText
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
    return value ^ value >> 31
  }

  mutating func number<N: FixedWidthInteger>() -> N { N(truncatingIfNeeded: next()) }

  mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

  mutating func chance(_ percent: Int) -> Bool { number(1...100) <= percent }

  mutating func octets(_ range: ClosedRange<Int>) -> [UInt8] { (0..<number(range)).map { _ in number() } }

  mutating func pick<Element>(_ elements: [Element]) -> Element { elements[number(0...(elements.count - 1))] }

  mutating func list<Element>(_ range: ClosedRange<Int>, _ make: (inout Self) -> Element) -> [Element] {
    (0..<number(range)).map { _ in make(&self) }
  }
}

extension SeededGenerator {
  /// A name that mostly shares its end with others, in changing case, now and then with odd octets or very long.
  mutating func name() -> DomainName {
    if chance(3) { return .root }
    var labels: [[UInt8]] = list(0...4) { generator in
      if generator.chance(5) { return generator.octets(1...63) }
      return [UInt8](generator.pick(["a", "b", "web", "WEB", "shop", "_http", "_tcp", "*", "10-0-0-1"]).utf8)
    }
    labels += pick(["svc.cluster.local", "svc.Cluster.local", "example.com", "com"]).split(separator: ".").map {
      [UInt8]($0.utf8)
    }
    guard let name = try? DomainName(labels: labels), name.description.utf8.count <= longestNameText else {
      return .root
    }
    return name
  }

  mutating func message() -> Message {
    var message = Message(id: number(), isResponse: chance(80), opcode: pick([.query, .notify, .status, .update]))
    (message.authoritative, message.truncated) = (chance(50), chance(10))
    (message.recursionDesired, message.recursionAvailable) = (chance(50), chance(50))
    (message.authenticData, message.checkingDisabled) = (chance(30), chance(30))
    message.questions = list(0...2) { Question(name: $0.name(), type: $0.pick([.a, .any, .srv]), class: .in) }
    message.answers = list(0...8) { $0.record() }
    message.authorities = list(0...3) { $0.record() }
    message.additionals = list(0...6) { $0.record() }
    message.edns = chance(70) ? edns() : nil
    message.responseCode = ResponseCode(rawValue: UInt16(number(0...(message.edns == nil ? 10 : 23))))
    return message
  }

  mutating func record() -> ResourceRecord {
    let type = pick(Self.types)
    return ResourceRecord(name: name(), ttl: UInt32(number(0...0x7FFF_FFFF)), data: data(of: type))
  }

  mutating func edns() -> EDNS {
    EDNS(
      udpPayloadSize: number(), version: 0, dnssecOK: chance(50), otherFlags: 0, options: list(0...4) { $0.option() })
  }

  private mutating func option() -> EDNSOption {
    switch number(0...6) {
    case 0: return .nsid(octets(0...10))
    case 1: return .clientSubnet(ClientSubnet(source: prefix(), scopeLength: UInt8(number(0...32))))
    case 2:
      return Cookie(client: octets(8...8), server: chance(50) ? octets(8...32) : []).map(EDNSOption.cookie)
        ?? .nsid([])
    case 3: return .keepalive(chance(50) ? number() : nil)
    case 4: return .padding(count: UInt16(number(0...100)))
    case 5: return .extendedError(ExtendedError(code: number(), text: pick(["", "stale", "é"])))
    default: return .unknown(code: UInt16(number(65001...65534)), bytes: octets(0...20))
    }
  }

  private mutating func prefix() -> IPPrefix {
    let address: IPAddress =
      chance(50) ? .v4(IPv4Address(bits: number())) : .v6(IPv6Address(high: number(), low: number()))
    return IPPrefix(address, length: number(0...address.family.bitWidth)) ?? IPPrefix(.v4(.any), length: 0)!
  }
}

extension SeededGenerator {
  /// Every type with fields, one whose fields we do not know but old rules do, and one that nobody knows.
  static let types: [RecordType] = [
    .a, .aaaa, .ns, .cname, .ptr, .dname, .soa, .mx, .txt, .hinfo, .srv, .naptr, .caa, .ds, .dnskey, .rrsig, .nsec,
    .nsec3, .svcb, .https, .tlsa, .uri, .rp, .afsdb, RecordType(rawValue: 65280),
  ]

  mutating func data(of type: RecordType) -> RecordData {
    switch type {
    case .a: return .a(IPv4Address(bits: number()))
    case .aaaa: return .aaaa(IPv6Address(high: number(), low: number()))
    case .ns: return .ns(name())
    case .cname: return .cname(name())
    case .ptr: return .ptr(name())
    case .dname: return .dname(name())
    case .soa:
      return .soa(
        SOA(
          primary: name(), mailbox: name(), serial: number(), refresh: period(), retry: period(), expire: period(),
          minimum: period()))
    case .mx: return .mx(preference: number(), exchange: name())
    case .txt: return .txt(list(1...4) { $0.octets(0...255) })
    case .hinfo: return .hinfo(HINFO(cpu: text(), os: text()))
    case .srv: return .srv(SRV(priority: number(), weight: number(), port: number(), target: name()))
    case .naptr:
      return .naptr(
        NAPTR(
          order: number(), preference: number(), flags: text(), services: text(), regexp: text(), replacement: name()))
    case .caa: return .caa(CAA(flags: number(), tag: [UInt8](pick(["issue", "iodef"]).utf8), value: octets(0...300)))
    case .uri: return .uri(URI(priority: number(), weight: number(), target: [UInt8]("https://web/\(next())".utf8)))
    case .svcb: return .svcb(service())
    case .https: return .https(service())
    case .rp: return .unknown(type: type, bytes: name().wire + name().wire)
    case .afsdb: return .unknown(type: type, bytes: octets(2...2) + name().wire)
    default: return signed(type)
    }
  }

  private mutating func signed(_ type: RecordType) -> RecordData {
    switch type {
    case .ds: return .ds(DS(keyTag: number(), algorithm: number(), digestType: number(), digest: octets(1...64)))
    case .dnskey:
      return .dnskey(DNSKEY(flags: number(), protocolNumber: 3, algorithm: number(), publicKey: octets(1...400)))
    case .rrsig:
      return .rrsig(
        RRSIG(
          typeCovered: pick(Self.types), algorithm: number(), labels: number(), originalTTL: period(),
          expiration: number(), inception: number(), keyTag: number(), signer: name(), signature: octets(1...300)))
    case .nsec: return .nsec(NSEC(nextName: name(), types: bitmap()))
    case .nsec3:
      return .nsec3(
        NSEC3(
          hashAlgorithm: 1, flags: number(), iterations: number(), salt: octets(0...20), nextHash: octets(20...20),
          types: bitmap()))
    case .tlsa:
      return .tlsa(TLSA(usage: number(), selector: number(), matchingType: number(), association: octets(1...64)))
    default: return .unknown(type: type, bytes: octets(0...40))
    }
  }

  private mutating func service() -> SVCB {
    let parameters: [ServiceParameter] = list(0...4) { generator in
      switch generator.number(0...4) {
      case 0: .alpn(generator.pick([["h2"], ["h2", "h3"], ["http/1.1"]]))
      case 1: .port(generator.number())
      case 2: .ipv4Hint([IPv4Address(bits: generator.number()), .loopback])
      case 3: .ipv6Hint([IPv6Address(high: generator.number(), low: generator.number())])
      default: ServiceParameter(key: UInt16(generator.number(100...60000)), value: generator.octets(0...20))
      }
    }
    return SVCB(priority: UInt16(number(1...65535)), target: name(), parameters: parameters)
  }

  private mutating func bitmap() -> TypeBitmap {
    TypeBitmap(list(0...10) { $0.chance(80) ? $0.pick(Self.types) : RecordType(rawValue: $0.number()) })
  }

  private mutating func text() -> [UInt8] { octets(0...20) }

  private mutating func period() -> UInt32 { UInt32(number(0...0x7FFF_FFFF)) }
}
