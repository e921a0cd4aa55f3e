import DNSWire
import QueryEngine
import Testing

@testable import QueryStages

@Suite("template")
struct TemplateTests {
  private static let next = Script.records("next. 1 IN A 192.0.2.1")

  private func answer(_ lines: String, _ question: Query, zone: String = ".") async throws -> Response? {
    await (try Block(lines, zone: zone)).answer(question, then: Self.next)
  }

  private static let ip = #"""
    template IN A example {
      match (^|[.])ip-(?P<a>[0-9]*)-(?P<b>[0-9]*)-(?P<c>[0-9]*)-(?P<d>[0-9]*)[.]example[.]$
      answer "{{ .Name }} 60 IN A {{ .Group.a }}.{{ .Group.b }}.{{ .Group.c }}.{{ .Group.d }}"
      fallthrough
    }
    template IN PTR in-addr.arpa {
      match ^(?P<d>[0-9]*)[.](?P<c>[0-9]*)[.](?P<b>[0-9]*)[.](?P<a>[0-9]*)[.]in-addr[.]arpa[.]$
      answer "{{ .Name }} 60 IN PTR ip-{{ .Group.a }}-{{ .Group.b }}-{{ .Group.c }}-{{ .Group.d }}.example."
    }
    template IN A hex {
      match "^ip0a(?P<b>[a-f0-9]{2})(?P<c>[a-f0-9]{2})(?P<d>[a-f0-9]{2})[.]hex[.]$"
      answer "{{ .Name }} 60 IN A 10.{{ parseInt .Group.b 16 8 }}.{{ parseInt .Group.c 16 8 }}.{{ parseInt .Group.d 16 8 }}"
    }
    """#

  @Test(
    "Addresses in names, as in CoreDNS's documentation",
    arguments: [
      ("IP-10-0-0-7.example", .a, ["ip-10-0-0-7.example. 60 IN A 10.0.0.7"]),
      ("7.0.0.10.in-addr.arpa", .ptr, ["7.0.0.10.in-addr.arpa. 60 IN PTR ip-10-0-0-7.example."]),
      ("ip0a7b7b7b.hex", .a, ["ip0a7b7b7b.hex. 60 IN A 10.123.123.123"]),
    ] as [(String, RecordType, [String])])
  func addresses(owner: String, type: RecordType, answers: [String]) async throws {
    let response = try #require(try await answer(Self.ip, query(owner, type)))
    #expect(response.answers == answers)
    #expect(response.message.authoritative)
    #expect(response.servedBy == "template")
  }

  @Test(
    "No match is SERVFAIL without `fallthrough`; another type, class or zone goes to the next stage",
    arguments: [
      ("www.example", .a, .in, "script"), ("www.hex", .a, .in, "template"), ("www.hex", .txt, .in, "script"),
      ("a.other", .a, .in, "script"),
      ("www.hex", .a, .ch, "script"), ("www.hex", .any, .in, "template"),
    ] as [(String, RecordType, RecordClass, String)])
  func noMatch(owner: String, type: RecordType, class: RecordClass, servedBy: String) async throws {
    let response = try #require(try await answer(Self.ip, query(owner, type, class: `class`)))
    #expect(response.servedBy == servedBy)
    #expect(response.message.responseCode == (servedBy == "template" ? .servFail : .noError))
  }

  @Test("Names that match but make no record are SERVFAIL, logged with the template, and counted")
  func noRecord() async throws {
    let block = try Block("errors\n" + Self.ip)
    let response = await block.answer(query("ip-10-0-0-999.example"), then: Self.next)
    #expect(response?.message.responseCode == .servFail)
    #expect(block.log.lines.count == 1)
    #expect(
      block.log.lines[0].hasPrefix(
        "error plugin/errors: 2 ip-10-0-0-999.example. A: the template '{{ .Name }} 60 IN A "))
    #expect(
      block.metrics.exposition().contains("coredns_template_rr_failures_total{server=\"dns://.:53\",zone=\"example.\""))
  }

  @Test("Every section, a response code, and an extended error for clients that speak EDNS")
  func sections() async throws {
    let lines = #"""
      template ANY ANY invalid {
        rcode NXDOMAIN
        authority "invalid. 60 {{ .Class }} SOA ns.invalid. hostmaster.invalid. (1 60 60 60 60)"
        additional "ns.invalid. 60 IN A 192.0.2.{{ len .Match }}" "ns.invalid. 60 IN TXT {{ .Type }}"
        ederror 21 "Blocked according to RFC2606"
      }
      """#
    let response = try #require(try await answer(lines, query("a.invalid", .mx, edns: EDNS())))
    #expect(response.message.responseCode == .nxDomain)
    #expect(response.answers == [])
    #expect(response.authorities == ["invalid. 60 IN SOA ns.invalid. hostmaster.invalid. 1 60 60 60 60"])
    #expect(response.additionals == ["ns.invalid. 60 IN A 192.0.2.1", "ns.invalid. 60 IN TXT \"MX\""])
    #expect(
      response.message.edns?.options == [.extendedError(ExtendedError(code: 21, text: "Blocked according to RFC2606"))])
    let plain = try #require(try await answer(lines, query("a.invalid", .mx)))
    #expect(plain.message.edns == nil)
    let chaos = try #require(try await answer(lines, query("a.invalid", class: .ch)))
    #expect(chaos.authorities.first?.contains(" CH SOA ") == true)
  }

  @Test("Templates of one zone follow each other; a zone that is not given is the block's")
  func order() async throws {
    let lines = #"""
      template IN SOA {
        match ^engineering\.example\.$
        answer "{{ .Zone }} 3600 IN SOA ns1.{{ .Zone }} admin.{{ .Zone }} (1 60 120 86400 3600)"
        fallthrough
      }
      template IN SOA {
        authority "{{ .Zone }} 3600 IN SOA ns.{{ .Zone }} a.{{ .Zone }} (1 60 120 86400 3600)"
      }
      """#
    let apex = try await answer(lines, query("engineering.example", .soa), zone: "engineering.example")
    #expect(
      apex?.answers == [
        "engineering.example. 3600 IN SOA ns1.engineering.example. admin.engineering.example. 1 60 120 86400 3600"
      ])
    let below = try await answer(lines, query("x.engineering.example", .soa), zone: "engineering.example")
    #expect(below?.answers == [])
    #expect(below?.authorities.count == 1)
  }

  @Test("A CNAME's target is asked of all stages, for addresses only, and loops end")
  func aliases() async throws {
    let lines = #"""
      template IN ANY foogle.com {
        match "^foogle\.com\.$"
        answer "foogle.com 60 IN CNAME google.com"
      }
      template IN A loop {
        answer "{{ .Name }} 60 IN CNAME {{ .Name }}"
      }
      """#
    let block = try Block(lines)
    let target = Script { query in
      var message = Message.response(to: query.message)
      message.answers = [ResourceRecord(name: query.question.name, ttl: 5, data: .txt("seen \(query.depth)"))]
      return Response(message)
    }
    let address = await block.answer(query("foogle.com"), then: target)
    #expect(address?.answers == ["foogle.com. 60 IN CNAME google.com.", "google.com. 5 IN TXT \"seen 1\""])
    let text = await block.answer(query("foogle.com", .txt), then: target)
    #expect(text?.answers == ["foogle.com. 60 IN CNAME google.com."])
    let loop = await block.answer(query("loop"), then: target)
    #expect(loop?.answers.count == NextStage.deepest + 1)
  }

  @Test("The client's address, the question, and what a name in it cannot do to the record")
  func data() async throws {
    let lines =
      #"template IN TXT . { answer "a. 1 IN TXT {{ .Remote }} \"{{ .Question.Name }}\" {{ .Question.Qtype }} {{ .Message.Id }} {{ .Meta \"x\" }}x" }"#
    let block =
      #"template IN TXT . {"# + "\n" + String(lines.dropFirst("template IN TXT . { ".count).dropLast(2)) + "\n}"
    let response = try await answer(block, query("a\\\"b;c", .txt, id: 99))
    #expect(response?.answers == ["a. 1 IN TXT \"10.1.2.3\" \"a\\\"b;c.\" \"16\" \"99\" \"x\""])
  }

  @Test(
    "The fast path answers outside of the templates' zones",
    arguments: [
      ("example.org", true), ("cluster.local", false), ("a.cluster.local", false), ("local", false), (".", false),
    ])
  func fastPath(zone: String, isOpen: Bool) throws {
    #expect(try isOpenToFastPath("template ANY AAAA \(zone) {\n rcode NXDOMAIN\n}", zone: "cluster.local") == isOpen)
  }

  @Test("Records of one text are read once")
  func cache() throws {
    let cache = RecordCache()
    let first = try cache.record("a. 1 IN A 10.0.0.1")
    #expect(try cache.record("a. 1 IN A 10.0.0.1") == first)
    for number in 0..<5000 { _ = try cache.record("a. 1 IN TXT \(number)") }
    #expect(try cache.record("a. 1 IN A 10.0.0.1") == first)
  }

  @Test(
    "Mistakes",
    arguments: [
      ("template ANY ANY {\n rcode NXDOMAIN\n}", nil),
      ("template", "Corefile:2:1: 'template' needs a class and a type"),
      ("template INN A", "Corefile:2:10: 'INN' is no class; mostly it is IN or ANY"),
      ("template IN AX", "Corefile:2:13: 'AX' is no type of record"),
      (
        "template IN A", "Corefile:2:1: the template answers nothing; give it an 'answer', an 'authority' or an 'rcode'"
      ),
      (
        "template IN A {\n rcode NXDOMIAN\n}",
        "Corefile:3:8: 'NXDOMIAN' is no response code; write it like NXDOMAIN or REFUSED"
      ),
      ("template IN A {\n awnser x\n}", "Corefile:3:2: unknown option 'awnser'; did you mean 'answer'?"),
      ("template IN A {\n match (\n}", "Corefile:3:8: '(' is no regular expression: a ')' is missing"),
      (
        "template IN A {\n answer \"{{ .Nam }}\"\n}",
        "Corefile:3:9: '{{ .Nam }}' is no template: there is no field '.Nam'; there is .Class, .Group, .Match, .Message, .Meta, .Name, .Question, .Remote, .Type, .Zone"
      ),
      (
        "template IN A {\n ederror x\n}",
        "Corefile:3:10: an extended error's number (RFC 8914) is expected instead of 'x'; the range is 0 to 65535"
      ),
    ] as [(String, String?)])
  func mistakes(lines: String, message: String?) {
    #expect(readError(lines) == message)
  }
}
