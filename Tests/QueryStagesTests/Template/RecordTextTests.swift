import Testing

@testable import QueryStages

@Suite("Records as text (RFC 1035 section 5.1)")
struct RecordTextTests {
  @Test(
    "Types, classes and TTLs",
    arguments: [
      ("a.example. 60 IN A 10.0.0.1", "a.example. 60 IN A 10.0.0.1"), ("a IN 60 A 10.0.0.1", "a. 60 IN A 10.0.0.1"),
      ("a A 10.0.0.1", "a. 3600 IN A 10.0.0.1"), ("a 1h30m AAAA fd00::1", "a. 5400 IN AAAA fd00::1"),
      ("a 5 CNAME b.c", "a. 5 IN CNAME b.c."),
      ("a 5 TXT \"x y\" z", "a. 5 IN TXT \"x y\" \"z\""),
      ("a 5 TXT \"semi;colon (paren)\" ; comment", "a. 5 IN TXT \"semi;colon (paren)\""),
      ("a 5 SRV 1 2 53 b", "a. 5 IN SRV 1 2 53 b."), ("a 5 MX 10 b.", "a. 5 IN MX 10 b."),
      ("a 5 NS ns", "a. 5 IN NS ns."),
      ("a 60 IN SOA ns.a m.a (1 60 120 86400 3600)", "a. 60 IN SOA ns.a. m.a. 1 60 120 86400 3600"),
      ("a 5 PTR b", "a. 5 IN PTR b."),
      ("a 5 HTTPS 1 . alpn=h2,h3", "a. 5 IN HTTPS 1 . alpn=\"h2,h3\""), ("a 5 SVCB 0 b.", "a. 5 IN SVCB 0 b."),
      ("a 5 CAA 0 issue \"ca.example\"", "a. 5 IN CAA 0 issue \"ca.example\""),
      ("a 5 TYPE65280 \\# 2 abcd", "a. 5 IN TYPE65280 \\# 2 ABCD"),
      ("a 5 CH TXT x", "a. 5 CH TXT \"x\""), ("a\\032b\\.c.d 5 A 10.0.0.1", "a\\032b\\.c.d. 5 IN A 10.0.0.1"),
      (". 5 DNAME b", ". 5 IN DNAME b."),
      ("a 5 TLSA 3 1 1 aabb", "a. 5 IN TLSA 3 1 1 AABB"),
      ("a 5 NAPTR 1 2 \"u\" \"s\" \"!x!y!\" .", "a. 5 IN NAPTR 1 2 \"u\" \"s\" \"!x!y!\" ."),
    ])
  func records(text: String, record: String) throws {
    #expect(try RecordText.parse(text).description == record)
  }

  @Test(
    "What is no record",
    arguments: [
      "", "a", "a 5 IN", "a 5 FOO x", "a..b 5 A 10.0.0.1", "a 5 TXT \"x", "a 99999999999 A 1.2.3.4", "a A 10.0.0.300",
      "a A 1.2.3.4 x",
      "a MX b", "a A", "a AAAA <no value>", "a SOA a b 1", "$INCLUDE /etc/passwd", "a A 10.0.0.1\nb A 10.0.0.2",
    ])
  func mistakes(text: String) {
    #expect(throws: RecordText.Failure.self) { try RecordText.parse(text) }
  }
}
