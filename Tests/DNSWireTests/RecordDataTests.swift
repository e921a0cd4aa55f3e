import NetworkAddresses
import Testing

@testable import DNSWire

@Suite("Data of records: lengths and values")
struct RecordDataTests {
  @Test(
    "Each type is read from what it writes, and nothing shorter or longer is taken for more",
    arguments: SeededGenerator.types)
  func lengths(type: RecordType) throws {
    var generator = SeededGenerator(seed: UInt64(type.rawValue))
    for _ in 0..<20 {
      let data = generator.data(of: type)
      let wire = data.wire
      #expect(try RecordData(type: type, wire: wire) == data)
      for end in 0..<wire.count {
        // Where octets of any number come last, fewer of them are data too; never are they data that writes differently.
        guard let shorter = try? RecordData(type: type, wire: [UInt8](wire[..<end])) else { continue }
        #expect(shorter.wire == [UInt8](wire[..<end]))
      }
    }
  }

  @Test(
    "What a type forbids says where",
    arguments: [
      (.a, [1, 2, 3], .truncated(at: 0)), (.a, [1, 2, 3, 4, 5], .trailingOctets(at: 4)),
      (.aaaa, [UInt8](repeating: 0, count: 15), .truncated(at: 12)),
      (.aaaa, [UInt8](repeating: 0, count: 17), .trailingOctets(at: 16)), (.ns, [], .truncated(at: 0)),
      (.ns, [0, 0], .trailingOctets(at: 1)), (.mx, [0, 1], .truncated(at: 2)), (.txt, [], .truncated(at: 0)),
      (.txt, [2, 97], .truncated(at: 0)), (.txt, [1, 97, 1], .truncated(at: 2)),
      (.hinfo, [1, 97], .truncated(at: 2)), (.hinfo, [0, 0, 0], .trailingOctets(at: 2)),
      (.srv, [0, 0, 0, 0, 0, 0], .truncated(at: 6)), (.caa, [0, 0], .badField(type: .caa, at: 1)),
      (.soa, [0, 0] + [UInt8](repeating: 0, count: 19), .truncated(at: 18)),
      (.nsec, [0, 0, 0], .badField(type: .nsec, at: 1)), (.nsec, [0, 0, 1, 0], .badField(type: .nsec, at: 3)),
      (.nsec, [0, 1, 1, 1, 1, 1, 1], .badField(type: .nsec, at: 4)),
      (.nsec, [0, 1, 1, 1, 0, 1, 1], .badField(type: .nsec, at: 4)), (.nsec, [0, 0, 2, 1], .truncated(at: 1)),
      (.nsec, [0, 0], .truncated(at: 1)),
      (.nsec, [0, 0, 33] + [UInt8](repeating: 1, count: 33), .badField(type: .nsec, at: 1)),
      (.nsec3, [1, 0, 0, 0, 0, 0], .badField(type: .nsec3, at: 5)),
      (.svcb, [0, 1, 0, 0, 3, 0, 0, 0, 3, 0, 0], .badField(type: .svcb, at: 7)),
      (.https, [0, 1, 0, 0, 3, 0, 0, 0, 1, 0, 0], .badField(type: .https, at: 7)),
      (.svcb, [0, 1, 0, 0, 3, 0, 2, 1], .truncated(at: 7)), (.uri, [0, 1, 0], .truncated(at: 2)),
    ] as [(RecordType, [UInt8], WireError)])
  func forbidden(type: RecordType, wire: [UInt8], error: WireError) {
    #expect(throws: error) { try RecordData(type: type, wire: wire) }
  }

  @Test("Data ends where its length says, also when the message goes on")
  func lengthInMessage() {
    // Two records of A; the first one says that it has three octets, the second one five.
    for (length, error) in [(3, WireError.truncated(at: 25)), (5, .trailingOctets(at: 29))] {
      let bytes: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0] + [1, 97, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, UInt8(length)]
      let rest: [UInt8] = [10, 0, 0, 1] + [1, 97, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, 10, 0, 0, 1]
      #expect(throws: error) { try Message(parsing: bytes + rest) }
    }
  }

  @Test(
    "RFC 2136 §2.4: updates have records without data, and Chaosnet has other addresses",
    arguments: [(.any, []), (.none, []), (.ch, [3, 1, 2, 3, 0])] as [(RecordClass, [UInt8])])
  func otherClasses(class: RecordClass, wire: [UInt8]) throws {
    #expect(try RecordData(type: .a, class: `class`, wire: wire) == .unknown(type: .a, bytes: wire))
    #expect(throws: WireError.self) { try RecordData(type: .a, wire: wire) }
  }

  @Test("Texts too long for one string go on in the next; other strings end at 255 octets")
  func longTexts() throws {
    let long = [UInt8](repeating: 120, count: 300)
    let text = try RecordData(type: .txt, wire: RecordData.txt([long, []]).wire)
    #expect(text == .txt([[UInt8](long[..<255]), [UInt8](long[255...]), []]))
    #expect(try RecordData(type: .txt, wire: RecordData.txt([[UInt8]]()).wire) == .txt([[]]))
    let hinfo = try RecordData(type: .hinfo, wire: RecordData.hinfo(HINFO(cpu: long, os: [])).wire)
    #expect(hinfo == .hinfo(HINFO(cpu: [UInt8](long[..<255]), os: [])))
  }
}

@Suite("Data of records: presentation forms")
struct PresentationTests {
  @Test(
    "As the documents write them",
    arguments: [
      (.a(IPv4Address(10, 0, 0, 1)), "10.0.0.1"), (.aaaa(.loopback), "::1"),
      (.txt([Array("a \"b\" \\c".utf8), [0, 200]]), #""a \"b\" \\c" "\000\200""#),
      (.unknown(type: RecordType(rawValue: 65280), bytes: []), "\\# 0"),
      (.unknown(type: RecordType(rawValue: 65280), bytes: [10, 0xAB]), "\\# 2 0AAB"),
      (
        .caa(CAA(flags: 128, tag: Array("issue".utf8), value: Array("ca.example; x=1".utf8))),
        #"128 issue "ca.example; x=1""#
      ),
      (
        .uri(URI(priority: 10, weight: 1, target: Array("ftp://ftp1.example.com/public".utf8))),
        #"10 1 "ftp://ftp1.example.com/public""#
      ),
      (.ds(DS(keyTag: 60485, algorithm: 5, digestType: 1, digest: [0x2B, 0xB1])), "60485 5 1 2BB1"),
      (
        .dnskey(DNSKEY(flags: 256, protocolNumber: 3, algorithm: 5, publicKey: [1, 3, 0xD2, 0x2A])), "256 3 5 AQPSKg=="
      ),
      (.svcb(SVCB(priority: 0, target: .root)), "0 ."),
      // RFC 9460, appendix D.2.
      (.svcb(SVCB(priority: 1, target: .root, parameters: [.port(53)])), "1 . port=53"),
      (
        .svcb(
          SVCB(
            priority: 1, target: .root,
            parameters: [
              ServiceParameter(key: 667, value: Array("hello\u{D2}qoo".unicodeScalars.map { UInt8($0.value) }))
            ])), #"1 . key667="hello\210qoo""#
      ),
      (
        .svcb(SVCB(priority: 16, target: .root, parameters: [.alpn([#"f\oo,bar"#, "h2"])])),
        #"16 . alpn="f\\\\oo\\,bar,h2""#
      ),
      (
        .https(
          SVCB(
            priority: 1, target: .root,
            parameters: [.ipv4Hint([.loopback, .any]), ServiceParameter(key: 0, value: [0, 1, 0, 4]), .alpn(["h2"])])),
        #"1 . mandatory=alpn,ipv4hint alpn="h2" ipv4hint=127.0.0.1,0.0.0.0"#
      ),
      (
        .svcb(
          SVCB(
            priority: 1, target: .root,
            parameters: [
              ServiceParameter(key: 2, value: []), ServiceParameter(key: 3, value: [1]),
              ServiceParameter(key: 9, value: []),
            ])), #"1 . no-default-alpn key3="\001" key9"#
      ),
    ] as [(RecordData, String)])
  func documents(data: RecordData, text: String) {
    #expect(data.presentation == text)
  }

  @Test("RFC 4034 §3.3: a signature's times")
  func signature() throws {
    let data = RecordData.rrsig(
      RRSIG(
        typeCovered: .a, algorithm: 5, labels: 3, originalTTL: 86400, expiration: 1_048_354_263,
        inception: 1_045_762_263,
        keyTag: 2642, signer: try DomainName("example.com"), signature: [0xA0, 0x90, 0x75]))
    #expect(data.presentation == "A 5 3 86400 20030322173103 20030220173103 2642 example.com. oJB1")
  }

  @Test(
    "Days, leap years and the last second of 32 bits",
    arguments: [
      (0, "19700101000000"), (951_782_399, "20000228235959"), (951_782_400, "20000229000000"),
      (951_868_800, "20000301000000"), (4_107_542_399, "21000228235959"), (4_107_542_400, "21000301000000"),
      (4_294_967_295, "21060207062815"), (1_735_689_599, "20241231235959"),
    ] as [(UInt32, String)])
  func times(seconds: UInt32, text: String) {
    let signature = RRSIG(
      typeCovered: .a, algorithm: 0, labels: 0, originalTTL: 0, expiration: seconds, inception: 0, keyTag: 0,
      signer: .root,
      signature: [])
    #expect(signature.description.split(separator: " ")[4] == text)
  }

  @Test("RFC 4034 §4.3: a bitmap of types")
  func bitmap() throws {
    let types: [RecordType] = [.a, .mx, .rrsig, .nsec, RecordType(rawValue: 1234)]
    let bitmap = TypeBitmap(types.reversed() + [.a])
    let second: [UInt8] = [4, 27] + [UInt8](repeating: 0, count: 26) + [0x20]
    #expect(bitmap.wire == [0, 6, 0x40, 1, 0, 0, 0, 3] + second)
    #expect(bitmap.types == types)
    #expect(bitmap.description == " A MX RRSIG NSEC TYPE1234")
    for type in types { #expect(bitmap.contains(type)) }
    for type in [.ns, .aaaa, .any, RecordType(rawValue: 1233), RecordType(rawValue: 1240)] {
      #expect(!bitmap.contains(type))
    }
    #expect(TypeBitmap([]).types.isEmpty && !TypeBitmap([]).contains(.a))
  }

  @Test(
    "RFC 4648 §10: base 32 and 64",
    arguments: [
      ("", "", ""), ("f", "Zg==", "CO"), ("fo", "Zm8=", "CPNG"), ("foo", "Zm9v", "CPNMU"),
      ("foob", "Zm9vYg==", "CPNMUOG"),
      ("fooba", "Zm9vYmE=", "CPNMUOJ1"), ("foobar", "Zm9vYmFy", "CPNMUOJ1E8"),
    ])
  func bases(text: String, base64: String, base32: String) {
    #expect(Array(text.utf8).base64 == base64)
    #expect(Array(text.utf8).base32hex == base32)
  }

  @Test("A record is a line, a question its three fields")
  func lines() throws {
    let record = ResourceRecord(name: try DomainName("web.a"), ttl: 5, data: .a(.loopback))
    #expect(record.description == "web.a. 5 IN A 127.0.0.1")
    #expect(Question(name: record.name, type: .any, class: .ch).description == "web.a. CH ANY")
  }
}

@Suite("RFC 3597 §5, RFC 6895: names of numbers")
struct NumberNameTests {
  @Test(
    "Types",
    arguments: [("A", 1), ("aaaa", 28), ("HTTPS", 65), ("TYPE65280", 65280), ("TYPE1", 1)] as [(String, UInt16)])
  func types(text: String, number: UInt16) {
    #expect(RecordType(text)?.rawValue == number)
  }

  @Test("Classes", arguments: [("IN", 1), ("ch", 3), ("ANY", 255), ("CLASS42", 42)] as [(String, UInt16)])
  func classes(text: String, number: UInt16) {
    #expect(RecordClass(text)?.rawValue == number)
  }

  @Test(
    "Response codes",
    arguments: [("NOERROR", 0), ("nxdomain", 3), ("BADVERS", 16), ("RCODE4095", 4095)] as [(String, UInt16)])
  func responseCodes(text: String, number: UInt16) {
    #expect(ResponseCode(text)?.rawValue == number)
  }

  @Test(
    "Neither names nor numbers",
    arguments: ["", "X", "TYPE", "TYPE65536", "TYPE-1", "CLASS65536", "RCODE4096", "RCODE"])
  func none(text: String) {
    #expect(RecordType(text) == nil)
    #expect(RecordClass(text) == nil)
    #expect(ResponseCode(text) == nil)
  }

  @Test("Every number has a name that reads as the number")
  func every() {
    for number in UInt16.min...UInt16.max {
      #expect(RecordType(RecordType(rawValue: number).description)?.rawValue == number)
      #expect(RecordClass(RecordClass(rawValue: number).description)?.rawValue == number)
    }
    for number in UInt16(0)...4095 {
      #expect(ResponseCode(ResponseCode(rawValue: number).description)?.rawValue == number)
    }
    #expect(
      (0..<16).map { Opcode(rawValue: $0).description }.prefix(6) == [
        "QUERY", "IQUERY", "STATUS", "OPCODE3", "NOTIFY", "UPDATE",
      ])
  }
}
