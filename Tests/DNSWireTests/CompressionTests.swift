import NetworkAddresses
import Testing

@testable import DNSWire

@Suite("RFC 1035 §4.1.4: compressed names")
struct CompressionTests {
  /// The octets behind twelve of a header, as a message that holds names and nothing else.
  private func reader(_ octets: [UInt8]) throws -> MessageReader {
    try MessageReader([UInt8](repeating: 0, count: 12) + octets)
  }

  @Test("The document's example: F.ISI.ARPA, FOO.F.ISI.ARPA, ARPA and the root")
  func example() throws {
    var octets = [UInt8](repeating: 0xFF, count: 81)
    octets.replaceSubrange(8..<20, with: [1, 70, 3, 73, 83, 73, 4, 65, 82, 80, 65, 0])
    octets.replaceSubrange(28..<34, with: [3, 70, 79, 79, 0xC0, 20])
    octets.replaceSubrange(52..<54, with: [0xC0, 26])
    octets[80] = 0
    let reader = try reader(octets)
    #expect(try reader.name(at: 20).description == "F.ISI.ARPA.")
    #expect(try reader.name(at: 40).description == "FOO.F.ISI.ARPA.")
    #expect(try reader.name(at: 64).description == "ARPA.")
    #expect(try reader.name(at: 92).isRoot)
  }

  @Test(
    "What is no name says where",
    arguments: [
      ("no end", [1, 97], 12, .truncated(at: 14)),
      ("no octets of the label", [9, 97], 12, .truncated(at: 14)),
      ("half a pointer", [1, 97, 0xC0], 12, .truncated(at: 14)),
      ("a pointer to itself", [0xC0, 12], 12, .badPointer(at: 12)),
      ("a pointer into its own name", [1, 97, 0xC0, 12], 12, .badPointer(at: 14)),
      ("a pointer forward", [0xC0, 14, 1, 97, 0], 12, .badPointer(at: 12)),
      ("a pointer beyond the end", [0xFF, 0xFF], 12, .badPointer(at: 12)),
      ("a pointer into the header", [0xC0, 2], 12, .badPointer(at: 12)),
      ("two that point to each other", [0xC0, 14, 0xC0, 12], 14, .badPointer(at: 12)),
      ("a pointer to a name that does not end before this one", [3, 97, 0, 0, 0xC0, 12], 14, nil),
      ("the labels run over the place they are pointed to from", [4, 97, 0xC0, 12, 0], 14, .badPointer(at: 14)),
      ("a label of type 0x40", [0x41, 97, 0], 12, .unknownLabelType(at: 12)),
      ("a label of type 0x80", [0x80, 0], 12, .unknownLabelType(at: 12)),
    ] as [(String, [UInt8], Int, WireError?)])
  func bad(what: String, octets: [UInt8], offset: Int, error: WireError?) throws {
    let reader = try reader(octets)
    guard let error else {
      #expect(try reader.name(at: offset).isRoot)
      return
    }
    #expect(throws: error) { try reader.name(at: offset) }
  }

  @Test("255 octets are the most, also when put together by pointers")
  func longest() throws {
    let tail = [UInt8](repeating: 63, count: 1) + [UInt8](repeating: 120, count: 63)
    let three = tail + tail + tail + [0]
    let fits = try reader(three + [61] + [UInt8](repeating: 121, count: 61) + [0xC0, 12])
    #expect(try fits.name(at: 12 + three.count).wire.count == 255)
    let over = try reader(three + [62] + [UInt8](repeating: 121, count: 62) + [0xC0, 12])
    #expect(throws: WireError.nameTooLong(at: 12 + three.count)) { try over.name(at: 12 + three.count) }
  }

  @Test("126 pointers are the most", arguments: [(126, true), (127, false)])
  func chain(pointers: Int, isName: Bool) throws {
    var octets: [UInt8] = [1, 97, 0]
    for index in 0..<pointers {
      let place = index == 0 ? 12 : 13 + 2 * index
      octets += [0xC0 | UInt8(place >> 8), UInt8(place & 255)]
    }
    let reader = try reader(octets)
    let offset = 12 + octets.count - 2
    if isName {
      #expect(try reader.name(at: offset).description == "a.")
    } else {
      #expect(throws: WireError.badPointer(at: 15)) { try reader.name(at: offset) }
    }
  }

  @Test("Ten thousand questions whose names point into one another are read in steps of one name each")
  func manyPointers() throws {
    var bytes = [UInt8](repeating: 0, count: 12)
    // Each name is one label and a pointer to the name before; they would grow without the limit of 255 octets.
    bytes += [1, 97, 0, 0, 1, 0, 1]
    var last = 12
    var count = 1
    while bytes.count + 8 <= 16384 {
      let place = bytes.count
      bytes += [1, 98, 0xC0 | UInt8(last >> 8), UInt8(last & 255), 0, 1, 0, 1]
      last = count % 100 == 0 ? 12 : place
      count += 1
    }
    while bytes.count + 6 <= 65535 {
      bytes += [0xC0 | UInt8(last >> 8), UInt8(last & 255), 0, 1, 0, 1]
      count += 1
    }
    bytes[4] = UInt8(count >> 8)
    bytes[5] = UInt8(count & 255)
    #expect(try Message(parsing: bytes).questions.count == count)
  }

  @Test("Names are compressed against the same octets only")
  func sameCase() throws {
    var message = Message(id: 0, questions: [Question(name: try DomainName("web.Example"), type: .a)])
    message.answers = try ["web.Example", "WEB.Example", "web.example", "Example"].map {
      ResourceRecord(name: try DomainName($0), ttl: 1, data: .a(.any))
    }
    let bytes = message.encoded()
    #expect(try Message(parsing: bytes).answers.map(\.name.description) == message.answers.map(\.name.description))
    // web.Example is a pointer; WEB.Example a label and a pointer; web.example none; Example a pointer again.
    #expect(bytes.count == 12 + 17 + (2 + 14) + (6 + 14) + (13 + 14) + (2 + 14))
  }

  @Test("The root is never a pointer")
  func root() {
    let message = Message(id: 0, questions: [Question(name: .root, type: .a), Question(name: .root, type: .a)])
    #expect(message.encoded().count == 12 + 5 + 5)
  }

  @Test("Places that no pointer reaches are not pointed to")
  func farNames() throws {
    var message = Message(id: 0, isResponse: true)
    message.answers = try (0..<1500).map { index in
      ResourceRecord(
        name: try DomainName("n\(index % 750).a.b"), ttl: 1, data: .srv(try srv("t\(index).n\(index % 750).a.b")))
    }
    let bytes = message.encoded()
    #expect(try Message(parsing: bytes) == message)
    #expect(bytes.count > 0x4000)
  }

  private func srv(_ target: String) throws -> SRV {
    SRV(priority: 0, weight: 1, port: 80, target: try DomainName(target))
  }
}

@Suite("RFC 3597 §4: where names may be compressed")
struct CompressedDataTests {
  private static func message(_ data: RecordData) throws -> Message {
    let name = try DomainName("example.com")
    var message = Message(id: 0, questions: [Question(name: name, type: data.type)])
    message.answers = [ResourceRecord(name: name, ttl: 1, data: data)]
    return message
  }

  private static func name() throws -> DomainName { try DomainName("example.com") }

  @Test("The types of RFC 1035 are written compressed")
  func compressed() throws {
    let name = try Self.name()
    let soa = SOA(primary: name, mailbox: name, serial: 1, refresh: 1, retry: 1, expire: 1, minimum: 1)
    for (data, length) in [
      (RecordData.ns(name), 2), (.cname(name), 2), (.ptr(name), 2), (.mx(preference: 1, exchange: name), 4),
      (.soa(soa), 24),
    ] {
      let message = try Self.message(data)
      let bytes = message.encoded()
      #expect(bytes.count == 12 + 17 + 12 + length, "\(data.type)")
      #expect(try Message(parsing: bytes) == message)
    }
  }

  @Test("Others are not, but later names point to them")
  func uncompressed() throws {
    let host = try DomainName("web.example.com")
    for data in [
      RecordData.srv(SRV(priority: 1, weight: 1, port: 1, target: host)), .dname(host),
      .svcb(SVCB(priority: 1, target: host)), .nsec(NSEC(nextName: host, types: TypeBitmap([]))),
    ] {
      var message = try Self.message(data)
      let plain = message.encoded()
      #expect(plain.suffix(data.wire.count) == data.wire[...])
      message.additionals = [ResourceRecord(name: host, ttl: 1, data: .a(.any))]
      #expect(message.encoded().count == plain.count + 16)
      #expect(try Message(parsing: message.encoded()) == message)
    }
  }

  /// One record of a type at `a.`, whose data ends in a pointer to the name at octet 12.
  private static func bytes(_ type: RecordType, _ data: [UInt8]) -> [UInt8] {
    let data = data + [0xC0, 12]
    return [0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 97, 0]
      + [UInt8(type.rawValue >> 8), UInt8(type.rawValue & 255), 0, 1, 0, 0, 0, 1, 0, UInt8(data.count)] + data
  }

  @Test(
    "Old types are read compressed, also those kept as octets",
    arguments: [
      (.ns, [], "a."), (.srv, [0, 1, 0, 2, 0, 3], "1 2 3 a."), (.mx, [0, 1], "1 a."),
      (.naptr, [0, 1, 0, 2, 0, 0, 0], #"1 2 "" "" "" a."#), (.mb, [], "\\# 3 016100"),
      (.afsdb, [0, 1], "\\# 5 0001016100"), (.rp, [1, 98, 0], "\\# 6 016200016100"),
      (.px, [0, 1, 0], "\\# 6 000100016100"), (.mx, [0], nil),
    ] as [(RecordType, [UInt8], String?)])
  func readCompressed(type: RecordType, data: [UInt8], presentation: String?) throws {
    let message = try? Message(parsing: Self.bytes(type, data))
    #expect(message?.answers.first?.data.presentation == presentation)
  }

  @Test(
    "Newer ones are not",
    arguments: [
      (.dname, []), (.svcb, [0, 1]), (.https, [0, 1]), (.nsec, []), (.rrsig, [UInt8](repeating: 0, count: 18)),
    ] as [(RecordType, [UInt8])])
  func refuseCompressed(type: RecordType, data: [UInt8]) {
    #expect(throws: WireError.compressedName(at: 25 + data.count)) {
      try Message(parsing: Self.bytes(type, data))
    }
  }

  @Test("Data on its own has no pointers")
  func ownOctets() {
    #expect(throws: WireError.compressedName(at: 0)) { try RecordData(type: .ns, wire: [0xC0, 12]) }
  }
}
