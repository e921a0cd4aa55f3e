public import DNSWire
public import NetworkAddresses

/// The answers of one name while they are put together.
///
/// Names in records are given as what stands before the zone, in wire form without the root octet.
public struct NameAnswersDraft: Sendable {
  /// The name below its zone, in lower case, wire form without the root octet: 0–254 octets.
  public let key: [UInt8]
  /// The zone's name with its root octet.
  private let zone: [UInt8]
  /// Whether the stages must answer for this name.
  public var needsStages = false
  /// The endpoints whose names, below this one, have no answers of their own: at most 255 groups, the others do not count.
  public var endpoints: [DashedEndpoints] = []

  private var rrsets: [FinishedRRset] = []
  private var records: [UInt8] = []
  /// Records begun since the RRset began.
  private var begun = 0

  /// - Parameter key: the name below the zone, in wire form without the root octet, lower case.
  /// - Parameter zone: the zone's name in wire form, lower case.
  public init(key: [UInt8], zone: [UInt8]) {
    self.key = key
    self.zone = zone
  }

  /// One RRset of octets whose meaning is the reader's business: a cache's whole answer.
  init(key: [UInt8], type: UInt16, answers: UInt16, additionals: UInt16, stride: UInt8, octets: [UInt8]) {
    self.init(key: key, zone: [])
    rrsets = [
      FinishedRRset(
        type: type, answerCount: answers, additionalCount: additionals, stride: stride, traits: [],
        length: UInt32(octets.count))
    ]
    records = octets
  }

  /// The offset in a message at which the next record will stand, when it is of the RRset that begins at `start`.
  private func messageOffset(from start: Int) -> Int {
    QueryHead.headerLength + key.count + zone.count + 4 + records.count - start
  }
}

// MARK: - RRsets

extension NameAnswersDraft {
  /// A or AAAA records: all those of the family among the addresses. Nothing is added where there are none.
  public mutating func addAddresses(_ addresses: some Sequence<IPAddress>, family: AddressFamily, ttl: UInt32) {
    let type: RecordType = family == .ipv4 ? .a : .aaaa
    rrset(type, stride: 12 + family.bitWidth / 8) { draft in
      var count = 0
      draft.records.reserveCapacity(draft.records.count + addresses.underestimatedCount * (12 + family.bitWidth / 8))
      for address in addresses where address.family == family && count < Int(UInt16.max) {
        draft.beginRecord(owner: Self.questionName, type: type, ttl: ttl, length: family.bitWidth / 8)
        draft.append(address)
        count += 1
      }
      return count
    }
  }

  /// One SRV record's fields and the addresses that go with its target.
  public struct ServiceTarget: Sendable, Hashable {
    /// RFC 2782: lower ones are tried first; always 0 in the cluster zone.
    public var priority: UInt16 = 0
    /// RFC 2782: the share among equal priorities.
    public var weight: UInt16
    /// 0–65535.
    public var port: UInt16
    /// The target below the zone, in wire form without the root octet.
    public var target: [UInt8]
    /// The target's addresses, for the additional section; of equal targets the first one's count.
    public var addresses: [IPAddress]

    /// A target of priority 0.
    public init(weight: UInt16, port: UInt16, target: [UInt8], addresses: [IPAddress]) {
      self.weight = weight
      self.port = port
      self.target = target
      self.addresses = addresses
    }
  }

  /// SRV records with their targets' addresses in the additional section (RFC 2782: targets are not compressed).
  public mutating func addServices(_ services: [ServiceTarget], ttl: UInt32) {
    rrset(.srv, traits: .targetsInZone) { draft in
      let start = draft.records.count
      draft.reserveServices(services)
      var targets: [(offset: Int, index: Int)] = []
      var seen = SmallSet<[UInt8]>()
      for (index, service) in services.prefix(Int(UInt16.max)).enumerated() {
        draft.beginRecord(
          owner: Self.questionName, type: .srv, ttl: ttl, length: 6 + service.target.count + draft.zone.count)
        for field in [service.priority, service.weight, service.port] { draft.append(field) }
        if services.count == 1 || seen.insert(service.target) {
          targets.append((draft.messageOffset(from: start), index))
        }
        draft.records += service.target
        draft.records += draft.zone
      }
      for (offset, index) in targets {
        draft.appendAddresses(of: services[index], targetOffset: offset, ttl: ttl)
      }
      return min(services.count, Int(UInt16.max))
    }
  }

  /// Makes room for SRV records and the addresses of their targets.
  private mutating func reserveServices(_ services: [ServiceTarget]) {
    let octets = services.reduce(0) { $0 + 18 + $1.target.count + zone.count + 16 * $1.addresses.count }
    records.reserveCapacity(records.count + octets)
  }

  /// The address records of an SRV target, whose owner points to where the target stands.
  private mutating func appendAddresses(of service: ServiceTarget, targetOffset: Int, ttl: UInt32) {
    for address in service.addresses {
      let type: RecordType = address.family == .ipv4 ? .a : .aaaa
      let length = address.family.bitWidth / 8
      if targetOffset < 0x4000 {
        beginRecord(owner: UInt16(0xC000 | targetOffset), type: type, ttl: ttl, length: length)
      } else {
        // Beyond the reach of a compression pointer the owner stands in full.
        records += service.target
        records += zone
        appendHead(type: type, ttl: ttl, length: length)
      }
      append(address)
    }
  }

  /// PTR records: the targets are whole names.
  public mutating func addPointers(_ targets: [DomainName], ttl: UInt32) {
    addRecords(targets.map(RecordData.ptr), ttl: ttl)
  }

  /// Records of one type that need nothing but copying, their names as they are.
  public mutating func addRecords(_ data: [RecordData], ttl: UInt32, traits: FinishedRRset.Traits = []) {
    guard let type = data.first?.type else { return }
    rrset(type, traits: traits) { draft in
      for item in data.prefix(Int(UInt16.max)) {
        let wire = item.wire
        draft.beginRecord(owner: Self.questionName, type: type, ttl: ttl, length: wire.count)
        draft.records += wire
      }
      return min(data.count, Int(UInt16.max))
    }
  }

  /// The zone's own SOA record, which is written with the current serial when it is asked for; only for the apex.
  public mutating func addZoneSOA(ttl: UInt32) {
    rrset(.soa, traits: .zoneSOA) { draft in
      // Only its head, for the TTL: the data come with the serial.
      draft.beginRecord(owner: Self.questionName, type: .soa, ttl: ttl, length: 0)
      return 1
    }
  }

  /// Records as NS whose targets lie in the zone, with the targets' addresses in the additional section.
  public mutating func addNameServers(_ servers: [ServiceTarget], ttl: UInt32) {
    rrset(.ns, traits: .targetsInZone) { draft in
      let start = draft.records.count
      var offsets: [Int] = []
      for server in servers {
        draft.beginRecord(owner: Self.questionName, type: .ns, ttl: ttl, length: server.target.count + draft.zone.count)
        offsets.append(draft.messageOffset(from: start))
        draft.records += server.target
        draft.records += draft.zone
      }
      for (server, offset) in zip(servers, offsets) {
        draft.appendAddresses(of: server, targetOffset: offset, ttl: ttl)
      }
      return servers.count
    }
  }
}

// MARK: - Octets

extension NameAnswersDraft {
  /// The compression pointer to the question's name.
  private static let questionName = UInt16(0xC000 | QueryHead.headerLength)

  /// Adds an RRset around the records that `body` appends; `body` returns how many answer records there are.
  private mutating func rrset(
    _ type: RecordType, stride: Int = 0, traits: FinishedRRset.Traits = [], _ body: (inout NameAnswersDraft) -> Int
  ) {
    let start = records.count
    begun = 0
    let answers = body(&self)
    guard answers > 0 else { return }
    rrsets.append(
      FinishedRRset(
        type: type.rawValue, answerCount: UInt16(answers), additionalCount: UInt16(clamping: begun - answers),
        stride: UInt8(stride), traits: traits, length: UInt32(records.count - start)))
  }

  private mutating func beginRecord(owner: UInt16, type: RecordType, ttl: UInt32, length: Int) {
    append(owner)
    appendHead(type: type, ttl: ttl, length: length)
  }

  private mutating func appendHead(type: RecordType, ttl: UInt32, length: Int) {
    append(type.rawValue)
    append(RecordClass.in.rawValue)
    append(UInt16(ttl >> 16))
    append(UInt16(ttl & 0xFFFF))
    append(UInt16(length))
    begun += 1
  }

  private mutating func append(_ value: UInt16) { records.append16(value) }

  private mutating func append(_ address: IPAddress) {
    switch address {
    case .v4(let address):
      append(UInt16(address.bits >> 16))
      append(UInt16(address.bits & 0xFFFF))
    case .v6(let address):
      for group in 0..<8 { append(address.group(group)) }
    }
  }

  /// The finished block; whoever takes it owns it.
  func makeBlock() -> UnsafeMutableRawPointer {
    let stride = MemoryLayout<FinishedRRset>.stride
    let keyStart = NameAnswers.headerLength + rrsets.count * stride
    let endpoints = endpoints.prefix(Int(UInt8.max))
    let groups = endpoints.flatMap(\.octets)
    let length = keyStart + key.count + records.count + groups.count
    // The key is compared eight octets at a time.
    let readable = max(length, keyStart + (key.count + 7) / 8 * 8)
    let block = UnsafeMutableRawPointer.allocate(byteCount: readable, alignment: 8)
    let header = [UInt8(key.count), UInt8(rrsets.count), needsStages ? 1 : 0, UInt8(endpoints.count)]
    for (offset, octet) in header.enumerated() {
      unsafe block.storeBytes(of: octet, toByteOffset: offset, as: UInt8.self)
    }
    for (index, rrset) in rrsets.enumerated() {
      unsafe (block + NameAnswers.headerLength + index * stride).initializeMemory(as: FinishedRRset.self, to: rrset)
    }
    unsafe Self.copy(key, to: block + keyStart)
    unsafe Self.copy(records, to: block + keyStart + key.count)
    unsafe Self.copy(groups, to: block + length - groups.count)
    unsafe (block + length).initializeMemory(as: UInt8.self, repeating: 0, count: readable - length)
    return unsafe block
  }

  private static func copy(_ octets: [UInt8], to target: UnsafeMutableRawPointer) {
    unsafe octets.withUnsafeBytes { bytes in
      guard let source = bytes.baseAddress else { return }
      unsafe target.copyMemory(from: source, byteCount: bytes.count)
    }
  }
}

extension [UInt8] {
  /// Appends a number as it goes on the wire.
  mutating func append16(_ value: UInt16) {
    append(UInt8(value >> 8))
    append(UInt8(value & 0xFF))
  }
}
