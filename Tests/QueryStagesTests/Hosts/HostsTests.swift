import DNSWire
import NetworkAddresses
import QueryEngine
import Testing

@testable import QueryStages

@Suite("hosts")
struct HostsTests {
  private static let text = """
    # comment
    10.0.0.1 web.example.org www.example.org # the web
    10.0.0.2\tweb.example.org
    10.0.0.1 web.example.org
    fd00::1 web.example.org six.example.org
    fe80::1%eth0 local.example.org
    192.168.1.10 *.apps.example.org
    192.168.1.11 own.apps.example.org
    127.0.0.1 elsewhere.net
    """

  private static let next = Script.records("next. 1 IN TXT next")

  private func block(_ options: String = "", file: ScratchFile) throws -> Block {
    try Block("hosts \(file.path) example.org 0.0.10.in-addr.arpa {\n\(options)\n}")
  }

  @Test(
    "Addresses in the order of the file, each once; other types of a known name are empty, without SOA",
    arguments: [
      ("web.example.org", .a, ["web.example.org. 3600 IN A 10.0.0.1", "web.example.org. 3600 IN A 10.0.0.2"]),
      ("WEB.example.org", .aaaa, ["WEB.example.org. 3600 IN AAAA fd00::1"]), ("www.example.org", .aaaa, []),
      ("web.example.org", .txt, []), ("local.example.org", .aaaa, ["local.example.org. 3600 IN AAAA fe80::1"]),
      ("x.apps.example.org", .a, ["x.apps.example.org. 3600 IN A 192.168.1.10"]),
      ("own.apps.example.org", .a, ["own.apps.example.org. 3600 IN A 192.168.1.11"]),
      ("own.apps.example.org", .aaaa, []),
      (
        "1.0.0.10.in-addr.arpa", .ptr,
        [
          "1.0.0.10.in-addr.arpa. 3600 IN PTR web.example.org.", "1.0.0.10.in-addr.arpa. 3600 IN PTR www.example.org.",
        ]
      ),
    ] as [(String, RecordType, [String])])
  func answers(owner: String, type: RecordType, answers: [String]) async throws {
    let file = ScratchFile(Self.text)
    let response = try #require(await block(file: file).answer(query(owner, type), then: Self.next))
    #expect(response.message.responseCode == .noError)
    #expect(response.message.authoritative)
    #expect(response.answers == answers)
    #expect(response.authorities == [])
    #expect(response.servedBy == "hosts")
  }

  @Test(
    "A miss is SERVFAIL in the zones; elsewhere, and for addresses, the next stage is asked",
    arguments: [
      ("none.example.org", .a, true), ("apps.example.org", .a, true), ("deep.x.apps.example.org", .a, true),
      ("elsewhere.net", .a, false),
      ("example.com", .a, false), ("9.0.0.10.in-addr.arpa", .ptr, false), ("10.1.168.192.in-addr.arpa", .ptr, false),
      ("web.example.org", .ptr, false),
    ] as [(String, RecordType, Bool)])
  func misses(owner: String, type: RecordType, fails: Bool) async throws {
    let file = ScratchFile(Self.text)
    let response = try #require(await block(file: file).answer(query(owner, type), then: Self.next))
    #expect(response.message.responseCode == (fails ? .servFail : .noError))
    #expect(response.servedBy == (fails ? "hosts" : "script"))
    #expect(response.failure == nil)
  }

  @Test(
    "Options",
    arguments: [
      ("fallthrough", "none.example.org", .a, "script"), ("fallthrough a.example.org", "none.example.org", .a, "hosts"),
      ("fallthrough example.org", "none.example.org", .a, "script"), ("fallthrough", "web.example.org", .txt, "hosts"),
      ("fallthrough\nfallthrough_unsupported", "web.example.org", .txt, "script"),
      ("fallthrough\nfallthrough_unsupported", "www.example.org", .aaaa, "hosts"),
      ("no_reverse", "1.0.0.10.in-addr.arpa", .ptr, "script"),
    ] as [(String, String, RecordType, String)])
  func options(options: String, owner: String, type: RecordType, servedBy: String) async throws {
    let file = ScratchFile(Self.text)
    let response = await (try block(options, file: file)).answer(query(owner, type), then: Self.next)
    #expect(response?.servedBy == servedBy)
  }

  @Test("Lines of the Corefile follow the file's; the TTL can be set")
  func inline() async throws {
    let file = ScratchFile("10.0.0.1 a.example.org\n")
    let block = try block("ttl 60\n10.0.0.9 a.example.org b.example.org\nfd00::9 b.example.org\nreload 0s", file: file)
    #expect(
      await block.answer(query("a.example.org"))?.answers == [
        "a.example.org. 60 IN A 10.0.0.1", "a.example.org. 60 IN A 10.0.0.9",
      ])
    #expect(await block.answer(query("b.example.org", .aaaa))?.answers == ["b.example.org. 60 IN AAAA fd00::9"])
    #expect(block.setup.services.isEmpty)
  }

  @Test("A changed file is read anew; without it the Corefile's lines remain")
  func reload() async throws {
    let file = ScratchFile("10.0.0.1 a.example.org\n")
    let block = try block("10.0.0.9 b.example.org\nreload 7s", file: file)
    let check = try #require(block.setup.services.first as? PeriodicCheck)
    #expect(check.interval == .seconds(7))
    file.write("10.0.0.2 a.example.org\n")
    check.check()
    #expect(await block.answer(query("a.example.org"))?.answers == ["a.example.org. 3600 IN A 10.0.0.2"])
    #expect(block.metrics.exposition().contains("coredns_hosts_entries 4\n"))
    file.remove()
    check.check()
    #expect(await block.answer(query("a.example.org"))?.message.responseCode == .servFail)
    #expect(await block.answer(query("b.example.org"))?.answers == ["b.example.org. 3600 IN A 10.0.0.9"])
    file.write("10.0.0.3 a.example.org\n")
    check.check()
    #expect(await block.answer(query("a.example.org"))?.answers == ["a.example.org. 3600 IN A 10.0.0.3"])
  }

  @Test("Malformed lines are left out and logged, with their numbers; a flood of them is cut")
  func malformed() async throws {
    let file = ScratchFile(
      "10.0.0.300 a.example.org\n10.0.0.1\n10.0.0.2 b..c ok.example.org\n" + String(repeating: "x y\n", count: 20))
    let block = try block("10.0.0.999 a.example.org", file: file)
    #expect(await block.answer(query("ok.example.org"))?.answers == ["ok.example.org. 3600 IN A 10.0.0.2"])
    let lines = block.log.lines.filter { $0.contains("malformed") }
    #expect(lines.count == 12)
    #expect(lines[0] == "warning plugin/hosts: Corefile:3:1: a malformed entry is left out")
    #expect(lines[1] == "warning plugin/hosts: \(file.path):1: a malformed line is left out")
    #expect(lines[11] == "warning plugin/hosts: \(file.path): 13 more malformed lines are left out")
  }

  @Test("A hundred thousand lines are taken, and found both ways")
  func large() throws {
    let lines = (0..<100_000).map { "10.\($0 >> 16).\($0 >> 8 & 255).\($0 & 255) host\($0).example.org" }
    var parser = HostsParser()
    parser.read(Array(lines.joined(separator: "\n").utf8))
    #expect(parser.malformedLines.isEmpty)
    let table = HostsTable([parser.entries], zones: ZoneSet([.root]), hasReverse: true)
    #expect(table.entryCount == 200_000)
    #expect(table.addresses(of: name("HOST99999.example.org"))?.v4 == [IPv4Address(10, 1, 134, 159)])
    #expect(table.names(of: .v4(IPv4Address(10, 0, 1, 0))) == [name("host256.example.org")])
  }

  @Test(
    "The fast path answers zones in which the table has nothing, and where a miss falls through",
    arguments: [
      ("10.0.0.1 node1", "fallthrough", "cluster.local", true),
      ("10.0.0.1 a.cluster.local", "fallthrough", "cluster.local", false),
      ("10.0.0.1 node1", "", "cluster.local", false),
      ("10.0.0.1 node1", "fallthrough cluster.local", "cluster.local", true),
      ("10.0.0.1 node1", "fallthrough a.cluster.local", "cluster.local", false),
      ("10.0.0.1 node1", "fallthrough", "in-addr.arpa", false),
      ("10.0.0.1 node1", "fallthrough\nno_reverse", "in-addr.arpa", true),
      ("10.0.0.1 node1", "fallthrough", "ip6.arpa", true),
      ("10.0.0.1 *.local", "fallthrough", "cluster.local", false),
      ("10.0.0.1 *.a.cluster.local", "fallthrough", "cluster.local", false),
      ("10.0.0.1 *.a.local", "fallthrough", "cluster.local", true),
    ])
  func fastPath(text: String, options: String, zone: String, isOpen: Bool) throws {
    let file = ScratchFile(text)
    #expect(try isOpenToFastPath("hosts \(file.path) {\n\(options)\n}", zone: zone) == isOpen)
  }

  @Test("A zone is shut and opened as the file changes; names that the hosts are not for do not count")
  func gate() throws {
    let file = ScratchFile("10.0.0.1 node1\n")
    let block = try Block("hosts \(file.path) . {\n fallthrough\n}")
    let check = try #require(block.setup.services.first as? PeriodicCheck)
    let stage = try #require(block.setup.stages.first as? Hosts)
    guard case .gate(let gate) = stage.passage(to: name("cluster.local")) else {
      Issue.record("no gate")
      return
    }
    #expect(gate.isOpen)
    file.write("10.0.0.1 web.cluster.local\n")
    check.check()
    #expect(!gate.isOpen)
    file.remove()
    check.check()
    #expect(gate.isOpen)
    let other = ScratchFile("10.0.0.1 web.cluster.local\n")
    #expect(try isOpenToFastPath("hosts \(other.path) example.org", zone: "cluster.local"))
  }

  @Test("Several lines are several stages")
  func several() async throws {
    let (one, two) = (ScratchFile("10.0.0.1 a.\n"), ScratchFile("10.0.0.2 b.\n"))
    let block = try Block("hosts \(one.path) {\n fallthrough\n}\nhosts \(two.path)")
    #expect(await block.answer(query("a"))?.answers == ["a. 3600 IN A 10.0.0.1"])
    #expect(await block.answer(query("b"))?.answers == ["b. 3600 IN A 10.0.0.2"])
  }

  @Test(
    "Mistakes",
    arguments: [
      ("hosts {\n tll 60\n}", "Corefile:3:2: unknown option 'tll'; did you mean 'ttl'?"),
      ("hosts {\n ttl 0\n}", "Corefile:3:6: a TTL in seconds is expected instead of '0'; the range is 1 to 65535"),
      ("hosts {\n fallthrough_unsupported\n}", "Corefile:2:1: 'fallthrough_unsupported' needs 'fallthrough' beside it"),
      ("hosts {\n no_reverse x\n}", "Corefile:3:13: 'no_reverse' takes no arguments, not 1"),
      ("hosts {\n 192.168.49.1 host.minikube.internal\n fallthrough\n}", nil),
    ] as [(String, String?)])
  func mistakes(lines: String, message: String?) {
    #expect(readError(lines) == message)
  }
}
