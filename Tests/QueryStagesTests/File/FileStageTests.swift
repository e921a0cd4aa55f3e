import Corefile
import DNSWire
import QueryEngine
import Testing

@testable import QueryStages

/// A zone with a case for each rule.
let zoneText = """
  $TTL 1h
  @ SOA ns1 hostmaster 7 7200 1800 86400 300
  @ NS ns1
  @ MX 10 mail
  ns1 A 192.0.2.53
  mail A 192.0.2.25
  www CNAME web
  web A 192.0.2.80
  gone CNAME missing
  out CNAME target.example.net.
  out-gone CNAME gone.example.net.
  out-failed CNAME failed.example.net.
  out-refused CNAME refused.example.net.
  *.wild A 192.0.2.100
  deep.inner.wild A 192.0.2.101
  old DNAME new
  host.new A 192.0.2.90
  sub NS ns.sub
  ns.sub A 192.0.2.54
  sub DS 1 8 2 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
  """

private let apexNS = "example.org. 3600 IN NS ns1.example.org."
private let denial = "example.org. 300 IN SOA ns1.example.org. hostmaster.example.org. 7 7200 1800 86400 300"

/// Answers names of example.net as other stages would.
private let elsewhere = Script { query in
  switch "\(query.question.name)" {
  case "target.example.net.":
    var message = Message.response(to: query.message)
    message.answers = [record("target.example.net. 60 IN A 198.51.100.1")]
    return Response(message)
  case "gone.example.net.":
    var message = Message.response(to: query.message)
    message.responseCode = .nxDomain
    message.authorities = [record("example.net. 60 IN SOA a. b. 1 2 3 4 5")]
    return Response(message)
  case "failed.example.net.": return Response(.servFail, to: query, failure: "no route")
  default: return Response(.refused, to: query)
  }
}

@Suite("file")
struct FileStageTests {
  private let file = ScratchFile(zoneText)

  private func block(_ options: String = "", zones: String = "example.org") throws -> Block {
    try Block("file \(file.path) \(zones) {\n\(options)\n}")
  }

  @Test(
    "Answers and authorities by the rules of zones",
    arguments: [
      ("web.example.org", .a, .noError, ["web.example.org. 3600 IN A 192.0.2.80"], [apexNS]),
      (
        "www.example.org", .a, .noError,
        ["www.example.org. 3600 IN CNAME web.example.org.", "web.example.org. 3600 IN A 192.0.2.80"], [apexNS]
      ),
      ("gone.example.org", .a, .nxDomain, ["gone.example.org. 3600 IN CNAME missing.example.org."], [denial]),
      ("web.example.org", .txt, .noError, [], [denial]), ("none.example.org", .a, .nxDomain, [], [denial]),
      ("wild.example.org", .a, .noError, [], [denial]),
      ("x.y.wild.example.org", .a, .noError, ["x.y.wild.example.org. 3600 IN A 192.0.2.100"], [apexNS]),
      ("x.inner.wild.example.org", .a, .nxDomain, [], [denial]),
      (
        "host.old.example.org", .a, .noError,
        [
          "old.example.org. 3600 IN DNAME new.example.org.",
          "host.old.example.org. 3600 IN CNAME host.new.example.org.",
          "host.new.example.org. 3600 IN A 192.0.2.90",
        ], [apexNS]
      ),
      ("example.org", .ns, .noError, [apexNS], []),
      ("WEB.example.org", .a, .noError, ["WEB.example.org. 3600 IN A 192.0.2.80"], [apexNS]),
      ("example.org", .axfr, .refused, [], []),
    ] as [(String, RecordType, ResponseCode, [String], [String])])
  func answers(
    owner: String, type: RecordType, code: ResponseCode, answers: [String], authorities: [String]
  ) async throws {
    let response = try #require(await block().answer(query(owner, type), then: elsewhere))
    #expect(response.message.responseCode == code)
    #expect(response.answers == answers)
    #expect(response.authorities == authorities)
    #expect(response.message.authoritative == (code != .refused))
    #expect(response.servedBy == "file")
  }

  @Test("A referral has no AA, the name servers and DS of the zone below, and glue")
  func referral() async throws {
    let response = try #require(await block().answer(query("a.sub.example.org")))
    #expect(!response.message.authoritative)
    #expect(response.answers == [])
    #expect(response.message.authorities.map(\.type) == [.ns, .ds])
    #expect(response.additionals == ["ns.sub.example.org. 3600 IN A 192.0.2.54"])
  }

  @Test("Addresses of hosts that the answer names come with it")
  func additional() async throws {
    let response = try #require(await block().answer(query("example.org", .mx)))
    #expect(response.additionals == ["mail.example.org. 3600 IN A 192.0.2.25"])
  }

  @Test(
    "A CNAME that leaves the zone is followed through all stages; where nobody answers it stands alone",
    arguments: [
      ("out.example.org", .noError, ["target.example.net. 60 IN A 198.51.100.1"], [apexNS]),
      ("out-gone.example.org", .nxDomain, [], ["example.net. 60 IN SOA a. b. 1 2 3 4 5"]),
      ("out-failed.example.org", .servFail, [], [apexNS]), ("out-refused.example.org", .noError, [], [apexNS]),
    ] as [(String, ResponseCode, [String], [String])])
  func leaving(owner: String, code: ResponseCode, behind: [String], authorities: [String]) async throws {
    let response = try #require(await block().answer(query(owner), then: elsewhere))
    #expect(response.message.responseCode == code)
    #expect(response.message.answers.first?.type == .cname)
    #expect(Array(response.answers.dropFirst()) == behind)
    #expect(response.authorities == authorities)
  }

  @Test("Names outside of all zones go to the next stage; without one they are refused")
  func outside() async throws {
    #expect(await (try block()).answer(query("target.example.net"), then: elsewhere)?.servedBy == "script")
    #expect(await (try block()).answer(query("target.example.net"))?.message.responseCode == .refused)
  }

  @Test(
    "fallthrough leaves names that do not exist to the next stage, and nothing else",
    arguments: [
      ("", "none.example.org", .a, "file"), ("fallthrough", "none.example.org", .a, "script"),
      ("fallthrough", "web.example.org", .txt, "file"), ("fallthrough", "gone.example.org", .a, "file"),
      ("fallthrough a.example.org", "none.example.org", .a, "file"),
      ("fallthrough a.example.org", "x.a.example.org", .a, "script"),
    ] as [(String, String, RecordType, String)])
  func falling(options: String, owner: String, type: RecordType, servedBy: String) async throws {
    let response = await (try block(options)).answer(query(owner, type), then: elsewhere)
    #expect(response?.servedBy == servedBy)
  }

  @Test("Of several lines the longest zone answers; the zone above answers for DS")
  func nested() async throws {
    let inner = ScratchFile("$TTL 60\n@ SOA a b 1 2 3 4 5\n@ NS a\nx A 192.0.2.1\n")
    let block = try Block("file \(file.path) example.org\nfile \(inner.path) sub.example.org")
    #expect(await block.answer(query("x.sub.example.org"))?.answers == ["x.sub.example.org. 60 IN A 192.0.2.1"])
    #expect(await block.answer(query("sub.example.org", .ds))?.message.answers.map(\.type) == [.ds])
  }

  @Test("A changed file is read anew; one with a mistake leaves the zone as it was, and the log says where")
  func reload() async throws {
    let block = try block("reload 7s")
    let check = try #require(block.setup.services.first as? PeriodicCheck)
    #expect(check.interval == .seconds(7))
    let before = try #require(await block.answer(query("web.example.org")))
    check.check()
    #expect(before.freshness?.isFresh == true)
    file.write("@ 60 SOA a b 8 2 3 4 5\nweb 60 A 192.0.2.81\n")
    check.check()
    #expect(before.freshness?.isFresh == false)
    #expect(await block.answer(query("web.example.org"))?.answers == ["web.example.org. 60 IN A 192.0.2.81"])
    file.write("@ 60 SOA a b 9 2 3 4 5\nweb 60 A 192.0.2.999\n")
    check.check()
    check.check()
    #expect(await block.answer(query("web.example.org"))?.answers == ["web.example.org. 60 IN A 192.0.2.81"])
    let errors = block.log.lines.filter { $0.hasPrefix("error") }
    #expect(errors.count == 1)
    #expect(errors.first?.contains("\(file.path):2:") == true)
    file.remove()
    check.check()
    #expect(await block.answer(query("web.example.org"))?.message.responseCode == .noError)
    file.write("@ 60 SOA a b 8 2 3 4 5\nweb 60 A 192.0.2.82\n")
    check.check()
    #expect(await block.answer(query("web.example.org"))?.answers == ["web.example.org. 60 IN A 192.0.2.82"])
    #expect(block.log.lines.last?.contains("its serial has not") == true)
  }

  @Test("An included file counts, too")
  func included() async throws {
    let inner = ScratchFile("web 60 A 192.0.2.1\n")
    file.write("@ 60 SOA a b 8 2 3 4 5\n$INCLUDE \(inner.path)\n")
    let block = try block()
    let check = try #require(block.setup.services.first as? PeriodicCheck)
    #expect(check.interval == .seconds(60))
    inner.write("web 60 A 192.0.2.2\n")
    check.check()
    #expect(await block.answer(query("web.example.org"))?.answers == ["web.example.org. 60 IN A 192.0.2.2"])
  }

  @Test("Mistakes stop the start, at their place")
  func mistakes() {
    let broken = ScratchFile("@ 60 SOA a b 8 2 3 4 5\nweb 60 A 192.0.2.999\n")
    #expect(readError("file \(broken.path) example.org")?.hasPrefix("\(broken.path):2:") == true)
    let missing = "/tmp/clusterdns-no-such-file"
    #expect(
      readError("file \(missing) example.org")
        == "Corefile:2:6: the master file \(missing) cannot be read: No such file or directory")
    #expect(readError("file")?.hasPrefix("Corefile:2:1: 'file' needs a master file") == true)
    #expect(readError("file \(file.path) {\n relaod 1s\n}")?.contains("did you mean 'reload'?") == true)
    #expect(readError("file \(file.path) example.org {\n reload 0s\n}") == nil)
  }

  @Test("Relative paths start at root; 'reload 0' looks never again")
  func root() async throws {
    let folder = ScratchFolder()
    folder.write("db", "@ 60 SOA a b 8 2 3 4 5\nweb 60 A 192.0.2.1\n")
    let block = try Block("root \(folder.path)\nfile db {\n reload 0\n upstream\n}", zone: "example.org")
    #expect(await block.answer(query("web.example.org"))?.answers == ["web.example.org. 60 IN A 192.0.2.1"])
    #expect(block.setup.services.isEmpty)
    #expect(block.log.lines.contains { $0.contains("'upstream' does nothing") })
  }
}
