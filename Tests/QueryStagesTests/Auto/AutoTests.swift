import DNSWire
import QueryEngine
import Testing

@testable import QueryStages

@Suite("auto")
struct AutoTests {
  private static func zone(_ address: String, serial: Int = 1) -> String {
    "@ 60 SOA a b \(serial) 2 3 4 5\nweb 60 A \(address)\n"
  }

  private func address(_ block: Block, _ owner: String) async -> String? {
    await block.answer(query(owner))?.answers.first?.split(separator: " ").last.map(String.init)
  }

  @Test("Zones come, change and leave with their files")
  func life() async throws {
    let folder = ScratchFolder()
    folder.write("db.example.org", Self.zone("192.0.2.1"))
    folder.write("other.example.net", Self.zone("192.0.2.9"))
    let block = try Block("auto {\n directory \(folder.path)\n reload 3s\n}")
    let check = try #require(block.setup.services.first as? PeriodicCheck)
    #expect(check.interval == .seconds(3))
    #expect(await address(block, "web.example.org") == "192.0.2.1")
    #expect(await block.answer(query("web.example.net"))?.message.responseCode == .refused)
    folder.write("db.example.net", Self.zone("192.0.2.2"))
    folder.write("db.example.org", Self.zone("192.0.2.3", serial: 2))
    check.check()
    #expect(await address(block, "web.example.net") == "192.0.2.2")
    #expect(await address(block, "web.example.org") == "192.0.2.3")
    folder.remove("db.example.net")
    folder.write("db.example.org", "@ 60 SOA broken\n")
    check.check()
    #expect(await block.answer(query("web.example.net"))?.message.responseCode == .refused)
    #expect(await address(block, "web.example.org") == "192.0.2.3")
    #expect(block.log.lines.contains { $0.hasPrefix("error") && $0.contains("db.example.org:1:") })
  }

  @Test("A file with a mistake from the beginning on is SERVFAIL; the others answer")
  func broken() async throws {
    let folder = ScratchFolder()
    folder.write("db.example.org", "nonsense\n")
    folder.write("db.example.net", Self.zone("192.0.2.2"))
    let block = try Block("auto {\n directory \(folder.path)\n}")
    #expect(await block.answer(query("web.example.org"))?.message.responseCode == .servFail)
    #expect(await address(block, "web.example.net") == "192.0.2.2")
  }

  @Test("Only zones of the directive are answered; the rest goes to the next stage")
  func zones() async throws {
    let folder = ScratchFolder()
    folder.write("db.example.org", Self.zone("192.0.2.1"))
    folder.write("db.example.net", Self.zone("192.0.2.2"))
    let block = try Block("auto example.org {\n directory \(folder.path)\n}")
    let next = Script.records("next. 1 IN TXT next")
    #expect(await block.answer(query("web.example.org"), then: next)?.servedBy == "auto")
    #expect(await block.answer(query("web.example.net"), then: next)?.servedBy == "script")
  }

  @Test(
    "The origin is made of the file's name",
    arguments: [
      (#"db\.(.*)"#, "{1}", "db.Example.org", "example.org."), (#"db\.(.*)"#, "{1}", "example.org", nil),
      (#"(.*)\.(.*)\.zone"#, "{2}.{1}", "org.example.zone", "example.org."),
      (#"^(?P<name>[a-z]+)\.zone$"#, "{name}.test", "shop.zone", "shop.test."),
      (#"db\.(.*)"#, "{2}", "db.example.org", nil), (#"db\.(.*)"#, "{1}", "db.a..b", nil),
    ] as [(String, String, String, String?)])
  func origins(pattern: String, template: String, file: String, origin: String?) throws {
    let pattern = OriginPattern(regex: try GoRegex(pattern), template: template)
    #expect(pattern.origin(of: file).map { "\($0)" } == origin)
  }

  @Test("A folder that is missing is logged once, and may come later")
  func missing() async throws {
    let folder = ScratchFolder()
    let inner = folder.path + "/zones"
    let block = try Block("auto {\n directory \(inner)\n}")
    let check = try #require(block.setup.services.first as? PeriodicCheck)
    check.check()
    #expect(block.log.lines == ["warning plugin/auto: Directory does not exist: \(inner)"])
  }

  @Test(
    "Mistakes",
    arguments: [
      ("auto", "'auto' needs 'directory'"), ("auto {\n directory /tmp db {1}\n}", "has no group"),
      ("auto {\n directory /tmp db(.*)\n}", "needs an origin"), ("auto {\n directory /tmp db( {1}\n}", "no regular"),
      ("auto {\n dir /tmp\n}", "unknown option 'dir'"),
    ])
  func mistakes(lines: String, message: String) {
    #expect(readError(lines)?.contains(message) == true)
  }
}
