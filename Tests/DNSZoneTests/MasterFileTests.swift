import Corefile
import DNSWire
import Testing

@testable import DNSZone

@Suite("RFC 1035 §5.1: entries of a master file")
struct MasterFileTests {
  @Test(
    "Owner, TTL, class and type",
    arguments: [
      ("a 60 IN A 192.0.2.1", ["a.example.org. 60 IN A 192.0.2.1"]),
      ("a IN 60 A 192.0.2.1", ["a.example.org. 60 IN A 192.0.2.1"]),
      ("a 60 A 192.0.2.1", ["a.example.org. 60 IN A 192.0.2.1"]),
      ("$TTL 5\na IN A 192.0.2.1", ["a.example.org. 5 IN A 192.0.2.1"]),
      ("$TTL 5\na a 192.0.2.1", ["a.example.org. 5 IN A 192.0.2.1"]),
      ("$TTL 5\nin in in a 192.0.2.1", nil),
      ("a.b. 60 A 192.0.2.1", ["a.b. 60 IN A 192.0.2.1"]),
      ("@ 60 A 192.0.2.1", ["example.org. 60 IN A 192.0.2.1"]),
      (". 60 A 192.0.2.1", [". 60 IN A 192.0.2.1"]),
      ("* 60 A 192.0.2.1", ["*.example.org. 60 IN A 192.0.2.1"]),
      ("A\\.b 60 A 192.0.2.1", ["A\\.b.example.org. 60 IN A 192.0.2.1"]),
      ("a\\. 60 A 192.0.2.1", ["a\\..example.org. 60 IN A 192.0.2.1"]),
      ("a\\\\. 60 A 192.0.2.1", ["a\\\\. 60 IN A 192.0.2.1"]),
      ("\\097\\200 60 A 192.0.2.1", ["a\\200.example.org. 60 IN A 192.0.2.1"]),
      ("\\$x 60 A 192.0.2.1", ["\\$x.example.org. 60 IN A 192.0.2.1"]),
      ("a\\; 60 A 192.0.2.1", ["a\\;.example.org. 60 IN A 192.0.2.1"]),
      (
        "a 60 A 192.0.2.1\n  A 192.0.2.2\n\tTXT x",
        [
          "a.example.org. 60 IN A 192.0.2.1", "a.example.org. 60 IN A 192.0.2.2", "a.example.org. 60 IN TXT \"x\"",
        ]
      ),
      ("a 60 A 192.0.2.1\nb A 192.0.2.2", ["a.example.org. 60 IN A 192.0.2.1", "b.example.org. 60 IN A 192.0.2.2"]),
      (
        "$TTL 7\na 60 A 192.0.2.1\nb A 192.0.2.2",
        ["a.example.org. 60 IN A 192.0.2.1", "b.example.org. 7 IN A 192.0.2.2"]
      ),
      ("a 1h30m A 192.0.2.1", ["a.example.org. 5400 IN A 192.0.2.1"]),
      ("a 1W2d3H4m5s A 192.0.2.1", ["a.example.org. 788645 IN A 192.0.2.1"]),
      ("a 0 A 192.0.2.1", ["a.example.org. 0 IN A 192.0.2.1"]),
      ("a 2147483647 A 192.0.2.1", ["a.example.org. 2147483647 IN A 192.0.2.1"]),
      ("a 60 CH TXT x", ["a.example.org. 60 CH TXT \"x\""]),
      ("a SOA b c 1 2 3 4 5", ["a.example.org. 5 IN SOA b.example.org. c.example.org. 1 2 3 4 5"]),
      ("a 60 TYPE1 192.0.2.1", ["a.example.org. 60 IN A 192.0.2.1"]),
      ("", []),
      ("; nothing\n\n   ; more\n  \t\n", []),
    ] as [(String, [String]?)])
  func heads(text: String, expected: [String]?) throws {
    if let expected {
      #expect(try records(text) == expected)
    } else {
      #expect(problem(text) != nil)
    }
  }

  @Test(
    "Parentheses, comments and quotes",
    arguments: [
      ("a 60 A ( 192.0.2.1 )", ["a.example.org. 60 IN A 192.0.2.1"]),
      (
        "a 60 (\nA\n192.0.2.1)\nb 60 A 192.0.2.2",
        ["a.example.org. 60 IN A 192.0.2.1", "b.example.org. 60 IN A 192.0.2.2"]
      ),
      ("a 60 A 192.0.2.1;x", ["a.example.org. 60 IN A 192.0.2.1"]),
      ("a 60 TXT ( \"x\" ; ) no\n \"y\" ((z)) )", ["a.example.org. 60 IN TXT \"x\" \"y\" \"z\""]),
      ("a 60 TXT(x)", ["a.example.org. 60 IN TXT \"x\""]),
      (
        "a 60 SOA b c (\n 1 ; serial\n 2h 1h ; refresh\n 2w 5m )",
        [
          "a.example.org. 60 IN SOA b.example.org. c.example.org. 1 7200 3600 1209600 300"
        ]
      ),
      ("a 60 TXT \"x;y (z) \\\" \\\\ \\065\"", ["a.example.org. 60 IN TXT \"x;y (z) \\\" \\\\ A\""]),
      ("a 60 TXT x\\;y\\ z\\(\\)", ["a.example.org. 60 IN TXT \"x;y z()\""]),
      ("a 60 TXT \"\" \"a\"\"b\"", ["a.example.org. 60 IN TXT \"\" \"a\" \"b\""]),
      ("a 60 TXT \"ä\"", ["a.example.org. 60 IN TXT \"\\195\\164\""]),
      ("a 60 TXT ä", ["a.example.org. 60 IN TXT \"\\195\\164\""]),
      ("a 60 TXT \"x\ny\"", ["a.example.org. 60 IN TXT \"x\\010y\""]),
      ("a 60 TXT x\"y", ["a.example.org. 60 IN TXT \"x\\\"y\""]),
      (
        "a 60 A 192.0.2.1\r\nb 60 A 192.0.2.2\r\n",
        ["a.example.org. 60 IN A 192.0.2.1", "b.example.org. 60 IN A 192.0.2.2"]
      ),
      ("\u{FEFF}a 60 A 192.0.2.1", ["a.example.org. 60 IN A 192.0.2.1"]),
    ])
  func syntax(text: String, expected: [String]) throws {
    #expect(try records(text) == expected)
  }

  @Test("Each record knows its line")
  func locations() throws {
    let text = "a 60 A 192.0.2.1\n\n (\n  A 192.0.2.2)\nb 60 A 192.0.2.3"
    let records = try MasterFile.parse(Array(text.utf8), file: "db", origin: origin)
    #expect(records.map(\.location.description) == ["db:1:1", "db:4:3", "db:5:1"])
  }

  @Test(
    "Mistakes are shown where they are",
    arguments: [
      ("a 60 A 192.0.2", "db:1:8: an IPv4 address is expected instead of '192.0.2'"),
      ("ä 60 A 192.0.2", "db:1:1: 'ä' is no domain name: it has characters outside of ASCII; write them as \\DDD"),
      ("a 60 TXT \"ä\" ( \"\n b 60 B", "db:1:16: this quote is never closed"),
      ("a 60 A", "db:1:6: the data of the type A is incomplete"),
      ("a 60 A 192.0.2.1 x", "db:1:18: the data of the type A is complete before 'x'"),
      ("a 60 AAAA 192.0.2.1", "db:1:11: an IPv6 address is expected instead of '192.0.2.1'"),
      ("a 60 MX mail", "db:1:9: the data of the type MX is incomplete; write PREFERENCE NAME"),
      ("a 60 MX mail 10", "db:1:9: a number of 0 to 65535 is expected instead of 'mail'"),
      ("a 60 MX 65536 mail", "db:1:9: a number of 0 to 65535 is expected instead of '65536'"),
      ("a 60 MX -1 mail", "db:1:9: a number of 0 to 65535 is expected instead of '-1'"),
      ("a 60 MX 10 a..b", "db:1:12: a domain name is expected instead of 'a..b'"),
      ("a 60 SOA b c 4294967296 2 3 4 5", "db:1:14: a number of 0 to 4294967295 is expected instead of '4294967296'"),
      (
        "a 60 SOA b c 1 2x 3 4 5",
        "db:1:16: a time is expected instead of '2x'; write it like 3600 or 1h30m, at most 4294967295"
      ),
      (
        "a 60 SOA b c 1 2 3 99999999999 5",
        "db:1:20: a time is expected instead of '99999999999'; write it like 3600 or 1h30m, at most 4294967295"
      ),
      ("a 60 CAA 256 issue x", "db:1:10: a number of 0 to 255 is expected instead of '256'"),
      ("a 60 DS 1 300 2 AB", "db:1:11: a number of 0 to 255 is expected instead of '300'"),
      ("a 60 TXT \"\\300\"", "db:1:10: a text of at most 255 octets is expected instead of '\\300'"),
      ("a 60 AAA 192.0.2.1", "db:1:6: a record's type is expected instead of 'AAA'; did you mean 'AAAA'?"),
      ("a 60 CNAM b", "db:1:6: a record's type is expected instead of 'CNAM'; did you mean 'CNAME'?"),
      ("a 60 IN", "db:1:6: the record's type is missing; a line is OWNER TTL CLASS TYPE DATA"),
      ("a", "db:1:1: the record's type is missing; a line is OWNER TTL CLASS TYPE DATA"),
      ("a 60 IN IN A 192.0.2.1", "db:1:9: a record's type is expected instead of 'IN'"),
      ("a 60 AXFR x", "db:1:6: the type AXFR has no place in a zone"),
      ("a 60 OPT x", "db:1:6: the type OPT has no place in a zone"),
      ("a 60 TYPE0 \\# 0", "db:1:6: the type TYPE0 has no place in a zone"),
      ("a A 192.0.2.1", "db:1:3: the record has no TTL; write one before the type, or '$TTL 1h' above"),
      ("a 2147483648 A 192.0.2.1", "db:1:3: the TTL '2147483648' is out of range; it is at most 2147483647"),
      (
        "a 99999999999999999999 A 192.0.2.1",
        "db:1:3: a TTL is expected instead of '99999999999999999999'; write it like 3600 or 1h30m"
      ),
      ("a 1x A 192.0.2.1", "db:1:3: a TTL is expected instead of '1x'; write it like 3600 or 1h30m"),
      (" 60 A 192.0.2.1", "db:1:2: there is no record before, whose owner this one could have"),
      ("a..b 60 A 192.0.2.1", "db:1:1: 'a..b' is no domain name: an empty label at octet 2"),
      ("a 60 A ( 192.0.2.1", "db:1:8: this parenthesis is never closed"),
      ("a 60 A 192.0.2.1 )", "db:1:18: this ')' closes no parenthesis"),
      ("a 60 A 192.0.2.1\n)", "db:2:1: this ')' closes no parenthesis"),
      ("a 60 TXT x\u{0}", "db:1:11: there is a NUL here: this is no text"),
      ("$FOO x", "db:1:1: unknown directive '$FOO'"),
      ("$TLT 60", "db:1:1: unknown directive '$TLT'; did you mean '$TTL'?"),
      ("$TTL", "db:1:1: '$TTL' needs a TTL"),
      ("$TTL 5 6", "db:1:8: '$TTL' takes one argument"),
      ("$ORIGIN", "db:1:1: '$ORIGIN' needs a name"),
      ("$ORIGIN a..b", "db:1:9: 'a..b' is no domain name: an empty label at octet 2"),
    ])
  func mistakes(text: String, expected: String) {
    #expect(problem(text) == expected)
  }

  @Test("RFC 3597 §5: unknown types, and known ones as octets")
  func unknownTypes() throws {
    #expect(try records("a 60 TYPE65280 \\# 3 01 0203") == ["a.example.org. 60 IN TYPE65280 \\# 3 010203"])
    #expect(try records("a 60 TYPE65280 \\# 0") == ["a.example.org. 60 IN TYPE65280 \\# 0"])
    #expect(try records("a 60 A \\# 4 C0000201") == ["a.example.org. 60 IN A 192.0.2.1"])
    #expect(problem("a 60 A \\# 3 C00002")?.hasPrefix("db:1:8: the data does not fit the type A: ") == true)
    #expect(problem("a 60 TYPE65280 \\# 3 0102") == "db:1:19: the data has 2 octets, not 3")
    #expect(problem("a 60 TYPE65280 \\# 2 010") == "db:1:19: the data has 1 octets and a half, not 2")
    #expect(problem("a 60 TYPE65280 \\# 2 01x2") == "db:1:21: hexadecimal digits are expected instead of '01x2'")
    #expect(problem("a 60 TYPE65280 \\# x") == "db:1:19: the length of the data in octets is expected after '\\#'")
    #expect(problem("a 60 TYPE65280 \\#") == "db:1:16: the length of the data in octets is expected after '\\#'")
    #expect(
      problem("a 60 TYPE65280 x")
        == "db:1:16: how data of the type TYPE65280 is written is not known; write it as \\# LENGTH HEXADECIMAL")
  }

  @Test("The data of one record has at most 65535 octets")
  func longData() throws {
    let text = "a 60 TXT" + String(repeating: " " + String(repeating: "x", count: 255), count: 255)
    #expect(try records(text).count == 1)
    #expect(problem(text + " " + String(repeating: "x", count: 255))?.hasPrefix("db:1:10: ") == true)
    #expect(problem("a 60 TXT " + String(repeating: "x", count: 256))?.hasPrefix("db:1:10: ") == true)
    #expect(problem("a 60 TXT " + String(repeating: "x", count: 1_000_000))?.hasPrefix("db:1:10: ") == true)
    // libldns would leave out what lies behind 65535 characters.
    #expect(try records("a 60 TXT" + String(repeating: " x", count: 32_000))[0].count == 24 + 32_000 * 4)
    #expect(
      problem("a 60 TXT" + String(repeating: " x", count: 33_000))?.hasPrefix("db:1:10: the data is too long") == true)
    #expect(
      problem("a 60 TXT (" + String(repeating: " x\n", count: 200_000))
        == "db:131070:2: there are too many words in one entry")
    #expect(problem("a 60 A " + String(repeating: "(", count: 100_000))?.hasPrefix("db:1:8: ") == true)
  }
}

@Suite("Master files: what libldns reads")
struct RecordTypeTests {
  @Test(
    "Every type, with the fields as they are written",
    arguments: [
      ("A 192.0.2.1", "A 192.0.2.1"), ("AAAA FD00::1", "AAAA fd00::1"), ("NS ns", "NS ns.example.org."),
      ("CNAME @", "CNAME example.org."), ("CNAME .", "CNAME ."), ("CNAME a\\.b", "CNAME a\\.b.example.org."),
      ("CNAME a\\;\\(b", "CNAME a\\;\\(b.example.org."), ("PTR Host.", "PTR Host."),
      ("DNAME t", "DNAME t.example.org."),
      ("MX 10 mail", "MX 10 mail.example.org."), ("MX 0 .", "MX 0 ."), ("TXT a \"b c\"", "TXT \"a\" \"b c\""),
      ("HINFO \"c\" o", "HINFO \"c\" \"o\""), ("SRV 0 65535 53 h", "SRV 0 65535 53 h.example.org."),
      (
        "NAPTR 100 10 \"S\" \"SIP+D2U\" \"!^.*$!sip:x@y!\" r",
        "NAPTR 100 10 \"S\" \"SIP+D2U\" \"!^.*$!sip:x@y!\" r.example.org."
      ),
      ("CAA 0 issue \"ca.example; policy=ev\"", "CAA 0 issue \"ca.example; policy=ev\""),
      ("CAA 128 iodef mailto:a@b", "CAA 128 iodef \"mailto:a@b\""),
      ("DS 1 8 2 ABCD EF01", "DS 1 8 2 ABCDEF01"), ("DNSKEY 257 3 8 AwEA AaZ1", "DNSKEY 257 3 8 AwEAAaZ1"),
      (
        "RRSIG A 8 2 3600 20260101000000 20250101000000 123 @ AwEA",
        "RRSIG A 8 2 3600 20260101000000 20250101000000 123 example.org. AwEA"
      ),
      ("NSEC a A NS TYPE65280", "NSEC a.example.org. A NS TYPE65280"),
      (
        "NSEC3 1 0 10 - 2vptu5timamqttgl4luu9kg21e0aor3s A RRSIG",
        "NSEC3 1 0 10 - 2VPTU5TIMAMQTTGL4LUU9KG21E0AOR3S A RRSIG"
      ),
      ("TLSA 3 1 1 0123 4567", "TLSA 3 1 1 01234567"),
      ("URI 10 1 \"https://x/?a=(b);c\"", "URI 10 1 \"https://x/?a=(b);c\""),
      ("SVCB 1 foo port=443", "SVCB 1 foo.example.org. port=443"), ("HTTPS 0 alias", "HTTPS 0 alias.example.org."),
      ("HTTPS 1 . alpn=h2,h3 ipv4hint=192.0.2.1", "HTTPS 1 . alpn=\"h2,h3\" ipv4hint=192.0.2.1"),
      ("NSEC3PARAM 1 0 10 AABB", "NSEC3PARAM \\# 7 0100000A02AABB"), ("SSHFP 1 1 DD46", "SSHFP \\# 4 0101DD46"),
      ("LOC 52 22 23.000 N 4 53 32.000 E -2.00m 0.00m 10000m 10m", "LOC \\# 16 000016138B3CF018810CBCE0009895B8"),
      ("RP a b", "RP \\# 30 0161076578616D706C65036F7267000162076578616D706C65036F726700"),
      ("AFSDB 1 h", "AFSDB \\# 17 00010168076578616D706C65036F726700"), ("RT 1 .", "RT \\# 3 000100"),
      ("KX 1 .", "KX \\# 3 000100"), ("PX 1 . .", "PX \\# 4 00010000"), ("MINFO . .", "MINFO \\# 2 0000"),
      ("MB .", "MB \\# 1 00"), ("MD .", "MD \\# 1 00"), ("X25 1", "TYPE19 \\# 2 0131"),
      ("ISDN 1 2", "TYPE20 \\# 4 01310132"),
      ("GPOS -32 116 10", "TYPE27 \\# 11 032D333203313136023130"), ("NSAP 0x47", "TYPE22 \\# 1 47"),
      ("APL 1:192.0.2.0/24 !2:fd00::/8", "APL \\# 12 00011803C00002000208" + "81FD"),
      ("CERT PGP 0 0 AQID", "CERT \\# 8 0003000000010203"), ("OPENPGPKEY AQID", "OPENPGPKEY \\# 3 010203"),
      ("IPSECKEY 10 1 2 192.0.2.38 AQID", "IPSECKEY \\# 10 0A0102C0000226010203"),
      ("HIP 2 2001 AQID", "HIP \\# 9 020200032001010203"), ("CSYNC 66 3 A NS", "CSYNC \\# 9 000000420003000160"),
      ("ZONEMD 1 1 1 ABCD", "ZONEMD \\# 8 000000010101ABCD"), ("EUI48 00-00-5e-00-53-2a", "EUI48 \\# 6 00005E00532A"),
      ("EUI64 00-00-5e-ef-10-00-00-2a", "EUI64 \\# 8 00005EEF1000002A"), ("SMIMEA 3 0 0 AB", "SMIMEA \\# 4 030000AB"),
      ("DHCID AQID", "DHCID \\# 3 010203"), ("WKS 192.0.2.1 tcp smtp", "WKS \\# 9 C00002010600000040"),
      ("SPF \"v=spf1\"", "SPF \\# 7 06763D73706631"), ("CDS 0 0 0 00", "CDS \\# 5 0000000000"),
      ("CDNSKEY 0 3 0 AA==", "CDNSKEY \\# 5 0000030000"), ("KEY 256 3 5 AQ==", "KEY \\# 5 0100030501"),
      ("NID 10 0014:4fff:ff20:ee64", "TYPE104 \\# 10 000A00144FFFFF20EE64"),
      ("L32 10 192.0.2.0", "TYPE105 \\# 6 000AC0000200"),
      ("L64 10 2001:0DB8:1140:1000", "TYPE106 \\# 10 000A20010DB811401000"), ("LP 10 .", "TYPE107 \\# 3 000A00"),
      ("TALINK . .", "TYPE58 \\# 2 0000"), ("DLV 1 8 2 AB", "TYPE32769 \\# 5 00010802AB"),
    ])
  func types(text: String, expected: String) throws {
    #expect(try records("a 60 \(text)") == ["a.example.org. 60 IN \(expected)"])
  }
}
