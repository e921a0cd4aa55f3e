import Testing

@testable import Corefile

@Suite("Corefile: zones, schemes and ports")
struct ServerBlockKeyTests {
  @Test(
    "A key's parts",
    arguments: [
      (".", "."),
      (".:53", ".:53"),
      (":1053", ".:1053"),
      ("Cluster.LOCAL", "cluster.local."),
      ("example.org.:1053", "example.org.:1053"),
      ("dns://example.org", "example.org."),
      ("tls://example.org", "tls://example.org."),
      ("https://example.org:8443", "https://example.org.:8443"),
      ("https3://.", "https3://."),
      ("grpc://.:0", "grpc://.:0"),
      ("quic://.:65535", "quic://.:65535"),
      (#"a\.b.example"#, #"a\.b.example."#),
      (#"\097\200.example"#, #"a\200.example."#),
      ("10.in-addr.arpa", "10.in-addr.arpa."),
      ("0/25.2.0.192.in-addr.arpa", "0/25.2.0.192.in-addr.arpa."),
      ("0.0.0.0/0", "in-addr.arpa."),
      ("10.0.0.0/8", "10.in-addr.arpa."),
      ("10.1.2.3/16", "1.10.in-addr.arpa."),
      ("10.0.0.0/24:1053", "0.0.10.in-addr.arpa.:1053"),
      ("192.0.2.1/32", "1.2.0.192.in-addr.arpa."),
      ("10.0.0.64/31", "64.0.0.10.in-addr.arpa. 65.0.0.10.in-addr.arpa."),
      ("10.0.8.0/23", "8.0.10.in-addr.arpa. 9.0.10.in-addr.arpa."),
      (
        "tls://172.16.0.0/14:853",
        "tls://16.172.in-addr.arpa.:853 tls://17.172.in-addr.arpa.:853 "
          + "tls://18.172.in-addr.arpa.:853 tls://19.172.in-addr.arpa.:853"
      ),
      ("::/0", "ip6.arpa."),
      ("2001:db8::/32", "8.b.d.0.1.0.0.2.ip6.arpa."),
      ("2001:db8::/32:53", "8.b.d.0.1.0.0.2.ip6.arpa.:53"),
      ("2001:db8::/31", "8.b.d.0.1.0.0.2.ip6.arpa. 9.b.d.0.1.0.0.2.ip6.arpa."),
    ])
  func parts(text: String, expected: String) throws {
    #expect(try outline("\(text) {\n}") == "\(expected) {  }")
  }

  @Test(
    "How many zones cover a prefix",
    arguments: [
      ("10.0.0.0/17", 128), ("10.0.0.0/9", 128), ("128.0.0.0/1", 128), ("10.0.0.0/23", 2), ("10.0.0.128/25", 128),
      ("fd00::/9", 8), ("fd00::/10", 4), ("fd00::/12", 1), ("fd00::1/128", 1), ("10.0.0.0/16", 1),
    ])
  func covers(text: String, count: Int) throws {
    let keys = try Corefile.parse("\(text) {\n}").blocks[0].keys
    #expect(keys.count == count)
    #expect(Set(keys.map(\.zone)).count == count)
  }

  @Test(
    "What is no key",
    arguments: [
      ("example.org:", "Corefile:1:1: a port is expected after ':' in 'example.org:'"),
      ("a example.org:65536", "Corefile:1:3: the port '65536' is out of range; ports are 0 to 65535"),
      ("htps://.", "Corefile:1:1: unknown scheme 'htps://'; did you mean 'https'?"),
      ("a:b:53", "Corefile:1:1: 'a:b:53' is no zone; write ZONE, ZONE:PORT or ADDRESS/LENGTH"),
      ("a..b", "Corefile:1:1: 'a..b' is no domain name: it has an empty label"),
      (".a", "Corefile:1:1: '.a' is no domain name: it has an empty label"),
      ("10.0.0.0/33", "Corefile:1:1: '10.0.0.0/33' has no valid length; it is 0 to 32"),
      ("fd00::/129", "Corefile:1:1: 'fd00::/129' has no valid length; it is 0 to 128"),
      ("a\\25", "Corefile:1:1: 'a\\25' is no domain name: a backslash with digits needs three of them, up to 255"),
      ("a\\", "Corefile:1:1: 'a\\' is no domain name: nothing follows its backslash"),
      (
        "bücher.example",
        "Corefile:1:1: 'bücher.example' is no domain name: a name is written in ASCII without spaces "
          + "(RFC 5890's form begins with xn--)"
      ),
    ])
  func mistakes(text: String, expected: String) {
    #expect(problem(in: "\(text) {\n}") == expected)
  }

  @Test("Labels have at most 63 octets, names 255")
  func lengths() {
    let label = String(repeating: "a", count: 63)
    let longest = "\(label).\(label).\(label).\(String(repeating: "b", count: 61))"
    #expect(problem(in: longest) == nil)
    #expect(problem(in: longest + "b")?.hasSuffix("it is longer than 255 octets") == true)
    #expect(problem(in: label + "a")?.hasSuffix("a label is longer than 63 octets") == true)
  }

  @Test(
    "Two blocks for one zone, scheme and port",
    arguments: [
      ("a {\n}\na {\n}", "Corefile:3:1: 'a.' is already served on port 53 by the block at Corefile:1:1"),
      ("a:53 {\n}\nA. {\n}", "Corefile:3:1: 'a.' is already served on port 53 by the block at Corefile:1:1"),
      ("a b a {\n}", "Corefile:1:5: 'a.' is already served on port 53 by the block at Corefile:1:1"),
      (
        "10.0.0.0/16 {\n}\n0.10.in-addr.arpa {\n}",
        "Corefile:3:1: '0.10.in-addr.arpa.' is already served on port 53 by the block at Corefile:1:1"
      ),
      (
        "tls://a {\n}\ntls://a:853 {\n}",
        "Corefile:3:1: 'a.' is already served on port 853 by the block at Corefile:1:1"
      ),
      ("a {\n}\na:54 {\n}\ntls://a:53 {\n}", nil),
      ("a {\n view x\n}\na {\n view y\n}\na {\n}", nil),
      (
        "a {\n}\na {\n view y\n}",
        "Corefile:3:1: 'a.' is already served on port 53 by the block at Corefile:1:1; "
          + "put the block with 'view' before that one"
      ),
      ("a {\n bind 127.0.0.1\n}\na {\n bind 127.0.0.2\n}", nil),
      (
        "a {\n bind 127.0.0.1 ::1\n}\na {\n bind ::1\n}",
        "Corefile:4:1: 'a.' is already served on port 53 by the block at Corefile:1:1"
      ),
      (
        "a {\n bind 127.0.0.1\n}\na {\n}",
        "Corefile:4:1: 'a.' is already served on port 53 by the block at Corefile:1:1"
      ),
    ])
  func duplicates(text: String, expected: String?) {
    #expect(problem(in: text) == expected)
  }

  @Test("The default port is the caller's")
  func defaultPort() throws {
    let text = "a {\n}\na:1053 {\n}"
    #expect(try Corefile.parse(text).blocks.map { $0.keys[0].port(defaultPort: 53) } == [53, 1053])
    #expect(throws: CorefileError.self) { try Corefile.parse(text, defaultPort: 1053) }
  }
}
