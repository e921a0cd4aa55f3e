import DNSWire
import Testing

@testable import DNSZone

@Suite("RFC 1034 §4.3.2: answers from a zone")
struct ZoneLookupTests {
  let zone = Result {
    try DNSZoneTests.zone(
      """
      www A 192.0.2.10
          A 192.0.2.11
          AAAA 2001:db8::10
      alias CNAME www
      chain CNAME alias
      out CNAME host.example.net.
      dangling CNAME nowhere
      loop1 CNAME loop2
      loop2 CNAME loop1
      toempty CNAME ent
      @ MX 10 mail
      @ MX 20 mail.example.net.
      mail A 192.0.2.25
      _sip._udp SRV 0 5 5060 www
      svc HTTPS 1 . alpn=h2
          A 192.0.2.12
      deep.ent TXT x
      sub NS ns.sub
      sub NS ns.example.net.
      sub DS 1 8 2 AB
      ns.sub A 192.0.2.53
      below.sub A 192.0.2.54
      tosub CNAME x.sub
      Mixed A 192.0.2.60
      """)
  }

  @Test(
    "Each kind of answer",
    arguments: [
      ("www", "A", ["NOERROR aa", "www.example.org. 3600 A 192.0.2.10", "www.example.org. 3600 A 192.0.2.11", nsLine]),
      ("WWW", "AAAA", ["NOERROR aa", "WWW.example.org. 3600 AAAA 2001:db8::10", nsLine]),
      ("mixed", "A", ["NOERROR aa", "mixed.example.org. 3600 A 192.0.2.60", nsLine]),
      ("www", "TXT", ["NOERROR aa", soaLine]),
      ("none", "A", ["NXDOMAIN aa", soaLine]),
      ("a.none", "A", ["NXDOMAIN aa", soaLine]),
      ("x.www", "A", ["NXDOMAIN aa", soaLine]),
      (
        "@", "SOA",
        [
          "NOERROR aa", "example.org. 3600 SOA ns.example.org. admin.example.org. 7 7200 3600 1209600 300", nsLine,
        ]
      ),
      ("@", "NS", ["NOERROR aa", "example.org. 3600 NS ns.example.org.", "add ns.example.org. 3600 A 192.0.2.1"]),
      ("@", "A", ["NOERROR aa", soaLine]),
      ("@", "DS", ["NOERROR aa", soaLine]),
      (
        "@", "MX",
        [
          "NOERROR aa", "example.org. 3600 MX 10 mail.example.org.", "example.org. 3600 MX 20 mail.example.net.",
          nsLine,
          "add mail.example.org. 3600 A 192.0.2.25",
        ]
      ),
      (
        "_sip._udp", "SRV",
        [
          "NOERROR aa", "_sip._udp.example.org. 3600 SRV 0 5 5060 www.example.org.", nsLine,
          "add www.example.org. 3600 A 192.0.2.10", "add www.example.org. 3600 A 192.0.2.11",
          "add www.example.org. 3600 AAAA 2001:db8::10",
        ]
      ),
      (
        "svc", "HTTPS",
        [
          "NOERROR aa", "svc.example.org. 3600 HTTPS 1 . alpn=\"h2\"", nsLine, "add svc.example.org. 3600 A 192.0.2.12",
        ]
      ),
      (
        "svc", "ANY",
        [
          "NOERROR aa", "svc.example.org. 3600 HTTPS 1 . alpn=\"h2\"", "svc.example.org. 3600 A 192.0.2.12", nsLine,
        ]
      ),
    ])
  func plain(name: String, type: String, expected: [String]) throws {
    try expect(name, type, expected)
  }

  @Test(
    "CNAMEs are followed within the zone",
    arguments: [
      (
        "alias", "AAAA",
        [
          "NOERROR aa", "alias.example.org. 3600 CNAME www.example.org.", "www.example.org. 3600 AAAA 2001:db8::10",
          nsLine,
        ]
      ),
      (
        "chain", "AAAA",
        [
          "NOERROR aa", "chain.example.org. 3600 CNAME alias.example.org.",
          "alias.example.org. 3600 CNAME www.example.org.",
          "www.example.org. 3600 AAAA 2001:db8::10", nsLine,
        ]
      ),
      ("alias", "CNAME", ["NOERROR aa", "alias.example.org. 3600 CNAME www.example.org.", nsLine]),
      ("alias", "ANY", ["NOERROR aa", "alias.example.org. 3600 CNAME www.example.org.", nsLine]),
      ("alias", "TXT", ["NOERROR aa", "alias.example.org. 3600 CNAME www.example.org.", soaLine]),
      ("toempty", "A", ["NOERROR aa", "toempty.example.org. 3600 CNAME ent.example.org.", soaLine]),
      ("dangling", "A", ["NXDOMAIN aa", "dangling.example.org. 3600 CNAME nowhere.example.org.", soaLine]),
      ("out", "A", ["NOERROR aa", "out.example.org. 3600 CNAME host.example.net.", nsLine]),
      (
        "loop1", "A",
        [
          "NOERROR aa", "loop1.example.org. 3600 CNAME loop2.example.org.",
          "loop2.example.org. 3600 CNAME loop1.example.org.",
          nsLine,
        ]
      ),
      (
        "tosub", "A",
        [
          "NOERROR aa", "tosub.example.org. 3600 CNAME x.sub.example.org.",
          "auth sub.example.org. 3600 NS ns.sub.example.org.",
          "auth sub.example.org. 3600 NS ns.example.net.", "auth sub.example.org. 3600 DS 1 8 2 AB",
          "add ns.sub.example.org. 3600 A 192.0.2.53",
        ]
      ),
    ])
  func aliases(name: String, type: String, expected: [String]) throws {
    try expect(name, type, expected)
  }

  @Test("A CNAME that leaves the zone says where to")
  func externalTarget() throws {
    let zone = try zone.get()
    #expect(
      zone.lookup(DNSZoneTests.name("out.example.org."), .a).externalTarget == DNSZoneTests.name("host.example.net."))
    #expect(zone.lookup(DNSZoneTests.name("alias.example.org."), .a).externalTarget == nil)
  }

  @Test(
    "Delegations: a referral without AA, with glue; the parent answers for DS (RFC 4035 §3.1.4.1)",
    arguments: [("sub", "A"), ("sub", "NS"), ("x.sub", "A"), ("below.sub", "A"), ("ns.sub", "A"), ("x.sub", "DS")])
  func referrals(name: String, type: String) throws {
    try expect(
      name, type,
      [
        "NOERROR", "auth sub.example.org. 3600 NS ns.sub.example.org.", "auth sub.example.org. 3600 NS ns.example.net.",
        "auth sub.example.org. 3600 DS 1 8 2 AB", "add ns.sub.example.org. 3600 A 192.0.2.53",
      ])
  }

  @Test("DS at the cut is answered")
  func delegationSigner() throws {
    try expect("sub", "DS", ["NOERROR aa", "sub.example.org. 3600 DS 1 8 2 AB", nsLine])
  }

  @Test("Other zones' names are refused")
  func outside() throws {
    #expect(lines(try zone.get().lookup(DNSZoneTests.name("example.net."), .a)) == ["REFUSED"])
    #expect(lines(try zone.get().lookup(DNSZoneTests.name("org."), .a)) == ["REFUSED"])
    #expect(lines(try zone.get().lookup(DNSZoneTests.name("notexample.org."), .a)) == ["REFUSED"])
  }

  @Test("A chain of more than sixteen names is cut, not followed without end")
  func longChain() throws {
    let text = (0..<100).map { "c\($0) CNAME c\($0 + 1)\n" }.joined()
    let answer = try DNSZoneTests.zone(text).lookup(DNSZoneTests.name("c0.example.org."), .a)
    #expect(answer.rcode == .noError)
    #expect(answer.answers.count == 17)
  }

  private func expect(_ text: String, _ type: String, _ expected: [String]) throws {
    let owner = DNSZoneTests.name(text == "@" ? "example.org." : "\(text).example.org.")
    let type = try #require(RecordType(type))
    #expect(lines(try zone.get().lookup(owner, type)) == expected)
  }
}

@Suite("RFC 4592: wildcards")
struct WildcardTests {
  /// The zone of §2.2.1, with a TTL and addresses.
  let zone = Result {
    try Zone.parse(
      Array(
        """
        $TTL 3600
        $ORIGIN example.
        @ SOA ns admin 7 7200 3600 1209600 300
        @ NS ns.example.com.
        @ NS ns.example.net.
        * TXT "this is a wildcard"
        * MX 10 host1.example.
        sub.* TXT "this is not a wildcard"
        host1 A 192.0.2.1
        _ssh._tcp.host1 SRV 0 0 22 host1
        _ssh._tcp.host2 SRV 0 0 22 host2
        subdel NS ns.example.com.
        subdel NS ns.example.net.
        """.utf8), file: "db", origin: DNSZoneTests.name("example."))
  }

  @Test(
    "§2.2.1: what is synthesised, and what is not",
    arguments: [
      ("host3.example.", "MX", ResponseCode.noError, ["host3.example. 3600 MX 10 host1.example."]),
      ("host3.example.", "A", .noError, []),
      ("foo.bar.example.", "TXT", .noError, ["foo.bar.example. 3600 TXT \"this is a wildcard\""]),
      ("host1.example.", "MX", .noError, []),
      ("sub.*.example.", "MX", .noError, []),
      ("_telnet._tcp.host1.example.", "SRV", .nxDomain, []),
      ("host.subdel.example.", "A", .noError, []),
      ("ghost.*.example.", "MX", .nxDomain, []),
      ("*.example.", "TXT", .noError, ["*.example. 3600 TXT \"this is a wildcard\""]),
      ("sub.*.example.", "TXT", .noError, ["sub.*.example. 3600 TXT \"this is not a wildcard\""]),
      // An empty non-terminal hides the wildcard (§2.2.2).
      ("host2.example.", "TXT", .noError, []),
      ("_tcp.host2.example.", "TXT", .noError, []),
      ("x.host2.example.", "TXT", .nxDomain, []),
    ])
  func synthesis(text: String, type: String, rcode: ResponseCode, expected: [String]) throws {
    let answer = try zone.get().lookup(DNSZoneTests.name(text), try #require(RecordType(type)))
    #expect(answer.rcode == rcode)
    #expect(answer.answers.map { "\($0.name) \($0.ttl) \($0.type) \($0.data.presentation)" } == expected)
  }

  @Test("A CNAME at a wildcard leads on")
  func alias() throws {
    let zone = try DNSZoneTests.zone("*.w CNAME host\nhost A 192.0.2.5")
    #expect(
      lines(zone.lookup(name("a.b.w.example.org."), .a)) == [
        "NOERROR aa", "a.b.w.example.org. 3600 CNAME host.example.org.", "host.example.org. 3600 A 192.0.2.5", nsLine,
      ])
  }
}

@Suite("RFC 6672: DNAME")
struct DNAMETests {
  let zone = Result {
    try DNSZoneTests.zone(
      """
      old DNAME new
      old TXT here
      new TXT there
      a.new A 192.0.2.7
      away DNAME example.net.
      self DNAME x.self
      hidden.old A 192.0.2.8
      """)
  }

  @Test(
    "The DNAME comes first, then the CNAME made from it",
    arguments: [
      (
        "a.old", "A",
        [
          "NOERROR aa", "old.example.org. 3600 DNAME new.example.org.",
          "a.old.example.org. 3600 CNAME a.new.example.org.",
          "a.new.example.org. 3600 A 192.0.2.7", nsLine,
        ]
      ),
      (
        "b.old", "A",
        [
          "NXDOMAIN aa", "old.example.org. 3600 DNAME new.example.org.",
          "b.old.example.org. 3600 CNAME b.new.example.org.",
          soaLine,
        ]
      ),
      (
        "hidden.old", "A",
        [
          "NXDOMAIN aa", "old.example.org. 3600 DNAME new.example.org.",
          "hidden.old.example.org. 3600 CNAME hidden.new.example.org.", soaLine,
        ]
      ),
      (
        "a.old", "CNAME",
        [
          "NOERROR aa", "old.example.org. 3600 DNAME new.example.org.",
          "a.old.example.org. 3600 CNAME a.new.example.org.",
          nsLine,
        ]
      ),
      ("old", "TXT", ["NOERROR aa", "old.example.org. 3600 TXT \"here\"", nsLine]),
      ("old", "DNAME", ["NOERROR aa", "old.example.org. 3600 DNAME new.example.org.", nsLine]),
      ("old", "A", ["NOERROR aa", soaLine]),
      (
        "b.away", "A",
        [
          "NOERROR aa", "away.example.org. 3600 DNAME example.net.", "b.away.example.org. 3600 CNAME b.example.net.",
          nsLine,
        ]
      ),
    ])
  func redirects(text: String, type: String, expected: [String]) throws {
    let type = try #require(RecordType(type))
    #expect(lines(try zone.get().lookup(name("\(text).example.org."), type)) == expected)
  }

  @Test("§2.2: a name that grows too long is YXDOMAIN, with the DNAME")
  func tooLong() throws {
    let label = String(repeating: "a", count: 63)
    let zone = try DNSZoneTests.zone("d DNAME \(label).\(label)")
    let answer = zone.lookup(name("\(label).\(label).d.example.org."), .a)
    #expect(answer.rcode == .yxDomain)
    #expect(answer.answers.map(\.type) == [.dname])
  }

  @Test("A DNAME that leads below itself ends")
  func loop() throws {
    let answer = try zone.get().lookup(name("a.self.example.org."), .a)
    #expect(answer.answers.count <= 40)
  }
}
