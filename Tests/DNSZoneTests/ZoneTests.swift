import Corefile
import DNSWire
import Testing

@testable import DNSZone

@Suite("Zones: what is refused")
struct ZoneCheckTests {
  private static let soa = "@ 60 SOA ns admin 1 2 3 4 5\n"

  @Test(
    "Contradictions are shown where they are",
    arguments: [
      (
        "",
        "db:1:1: the zone example.org. has no SOA record; "
          + "write '@ SOA PRIMARY MAILBOX SERIAL REFRESH RETRY EXPIRE MINIMUM'"
      ),
      (
        "a 60 A 192.0.2.1",
        "db:1:1: the zone example.org. has no SOA record; "
          + "write '@ SOA PRIMARY MAILBOX SERIAL REFRESH RETRY EXPIRE MINIMUM'"
      ),
      (
        soa + "a 60 SOA ns admin 1 2 3 4 5",
        "db:2:1: an SOA at a.example.org. in the zone example.org.; a zone's one SOA is at its own name"
      ),
      (soa + "@ 60 SOA ns admin 2 2 3 4 5", "db:2:1: a second SOA; the first one is at db:1:1"),
      (
        soa + "\nexample.net. 60 A 192.0.2.1",
        "db:3:1: the owner example.net. lies outside of the zone example.org.; a name that ends in a dot is absolute"
      ),
      (
        soa + "org. 60 A 192.0.2.1",
        "db:2:1: the owner org. lies outside of the zone example.org.; a name that ends in a dot is absolute"
      ),
      (
        soa + "a 60 CNAME b\na 60 A 192.0.2.1",
        "db:3:1: a.example.org. has a CNAME and another record, of the type A; a name with a CNAME has nothing else"
      ),
      (
        soa + "a 60 A 192.0.2.1\n 60 CNAME b",
        "db:3:2: a.example.org. has a CNAME and another record, of the type A; a name with a CNAME has nothing else"
      ),
      (
        soa + "@ 60 CNAME b",
        "db:2:1: example.org. has a CNAME and another record, of the type SOA; a name with a CNAME has nothing else"
      ),
      (soa + "a 60 CNAME b\nA 60 CNAME c", "db:3:1: a.example.org. has a second CNAME record; a name has at most one"),
      (soa + "a 60 DNAME b\na 60 DNAME c", "db:3:1: a.example.org. has a second DNAME record; a name has at most one"),
      (soa + "a 60 CH A 192.0.2.1", nil),
      (soa + "a 60 CH TXT x", "db:2:1: a record of class CH in a zone of class IN"),
      (soa + "a 60 CNAME b\na 60 CNAME B\na 60 RRSIG CNAME 8 2 60 20260101000000 20250101000000 1 @ AQ==", nil),
      (soa + soa + "a 60 A 192.0.2.1", nil),
    ] as [(String, String?)])
  func contradictions(text: String, expected: String?) {
    if text.hasSuffix("CH A 192.0.2.1") {
      #expect(zoneProblem(text) != nil)
    } else {
      #expect(zoneProblem(text) == expected)
    }
  }

  @Test("A zone without NS is served: only the zone above would miss them")
  func noNameServers() throws {
    let zone = try Zone.parse(Array((Self.soa + "a 60 A 192.0.2.1").utf8), file: "db", origin: origin)
    #expect(zone.nameServers.isEmpty)
    #expect(lines(zone.lookup(name("a.example.org."), .a)) == ["NOERROR aa", "a.example.org. 60 A 192.0.2.1"])
  }
}

@Suite("RFC 2181 §5: RRsets")
struct RRsetTests {
  @Test("Equal records are one; the least TTL is the RRset's")
  func rrsets() throws {
    let zone = try zone("a 60 A 192.0.2.1\na 30 A 192.0.2.2\nA 90 A 192.0.2.1\nm 60 NS X\nm 60 NS x")
    let rrset = try #require(zone.rrset(name("a.example.org."), .a))
    #expect(rrset.ttl == 30)
    #expect(rrset.data.map(\.presentation) == ["192.0.2.1", "192.0.2.2"])
    #expect(zone.rrset(name("m.example.org."), .ns)?.data.count == 1)
  }

  @Test("RFC 2308 §5: a denial is kept no longer than the SOA's TTL and minimum")
  func negativeTTL() throws {
    for (ttl, minimum, expected) in [(60, 300, 60), (3600, 300, 300)] {
      let text = "@ \(ttl) SOA ns admin 1 2 3 4 \(minimum)"
      let zone = try Zone.parse(Array(text.utf8), file: "db", origin: origin)
      #expect(zone.lookup(name("x.example.org."), .a).authorities.map(\.ttl) == [UInt32(expected)])
    }
  }
}

@Suite("RFC 5936: transfers")
struct TransferTests {
  @Test("The SOA first and last, every other record once")
  func transfer() throws {
    let zone = try zone("a A 192.0.2.1\n A 192.0.2.2\nb.c TXT x\nsub NS ns.sub\nns.sub A 192.0.2.3")
    let soa = "example.org. 3600 IN SOA ns.example.org. admin.example.org. 7 7200 3600 1209600 300"
    #expect(
      zone.transferRecords().map(\.description) == [
        soa, "example.org. 3600 IN NS ns.example.org.", "ns.example.org. 3600 IN A 192.0.2.1",
        "a.example.org. 3600 IN A 192.0.2.1", "a.example.org. 3600 IN A 192.0.2.2",
        "b.c.example.org. 3600 IN TXT \"x\"",
        "sub.example.org. 3600 IN NS ns.sub.example.org.", "ns.sub.example.org. 3600 IN A 192.0.2.3", soa,
      ])
  }

  @Test("What is transferred makes the same zone again")
  func again() throws {
    let zone = try zone("a A 192.0.2.1\n A 192.0.2.2\nb.c TXT x")
    let records = zone.transferRecords().dropLast().map { LocatedRecord($0, at: SourceLocation(file: "transfer")) }
    let copy = try Zone(apex: zone.apex, records: records, source: "transfer")
    #expect(Array(copy.transferRecords()) == Array(zone.transferRecords()))
  }
}

@Suite("Zones: large and broken texts")
struct ZoneRobustnessTests {
  @Test("Many records at one name, and many names, load in linear time")
  func large() throws {
    var text = header
    for number in 0..<20_000 { text += "many A 10.\(number >> 16 & 255).\(number >> 8 & 255).\(number & 255)\n" }
    for number in 0..<20_000 { text += "h\(number) A 10.0.0.1\n" }
    text += "$GENERATE 1-20000 g$ A 10.0.0.2"
    let zone = try Zone.parse(Array(text.utf8), file: "db", origin: origin)
    #expect(zone.rrset(name("many.example.org."), .a)?.data.count == 20_000)
    #expect(zone.rrsetCount == 3 + 1 + 40_000)
    #expect(zone.lookup(name("g20000.example.org."), .a).answers.count == 1)
  }

  private static let sample = """
    $TTL 1h30m
    $ORIGIN example.org.
    @ IN SOA ns admin ( 1 ; serial
      2h 1h 2w 5m )
      NS ns
    ns 60 IN A 192.0.2.1
       IN 60 AAAA 2001:db8::1
    t TXT "a \\"b\\" \\059" c\\;d
    $GENERATE 1-3/2 h${1,3,x} A 192.0.2.$
    m MX 10 m
    s SRV 0 0 53 ns
    u TYPE65280 \\# 2 0102
    $INCLUDE other sub
    c CAA 0 issue "x"

    """

  @Test("Every beginning, and every mutation, is read or refused")
  func mutations() {
    let bytes = Array(Self.sample.utf8)
    let reader = memory(["other": "x 60 A 192.0.2.9"])
    let replacements: [UInt8] = Array("()\"\\;\n $@.,0-/{}\t".utf8) + [0, 0xFF]
    #expect(throws: Never.self) { try Zone.parse(bytes, file: "db", origin: origin, reader: reader) }
    for index in bytes.indices {
      _ = try? Zone.parse(Array(bytes[..<index]), file: "db", origin: origin, reader: reader)
      for replacement in replacements {
        var changed = bytes
        changed[index] = replacement
        _ = try? Zone.parse(changed, file: "db", origin: origin, reader: reader)
        changed.insert(replacement, at: index)
        _ = try? Zone.parse(changed, file: "db", origin: origin, reader: reader)
      }
    }
  }

  @Test("A zone is read from the disk")
  func disk() throws {
    let path = #filePath.replacing("Tests/DNSZoneTests/ZoneTests.swift", with: "zones/demo.zone")
    let zone = try Zone.load(path: path, origin: name("demo.example."))
    #expect(zone.files == [path])
    #expect(zone.lookup(name("x.apps.demo.example."), .a).answers.map(\.data.presentation) == ["192.0.2.100"])
    #expect {
      try Zone.load(path: "/nonexistent/db", origin: origin)
    } throws: {
      "\($0)" == "/nonexistent/db:1:1: the zone's file cannot be read: No such file or directory"
    }
  }
}
