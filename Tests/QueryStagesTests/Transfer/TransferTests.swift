import DNSWire
import LDNSJudge
import NetworkAddresses
import QueryEngine
import Testing

@testable import QueryStages

@Suite("transfer")
struct TransferTests {
  private let file = ScratchFile(zoneText)

  private func block(_ options: String = "to *", zones: String = "") throws -> Block {
    try Block("transfer \(zones) {\n\(options)\n}\nfile \(file.path) example.org")
  }

  /// A question for changes since a version.
  private func ixfr(_ serial: UInt32?) -> Query {
    var query = query("example.org", .ixfr, over: .tcp)
    if let serial { query.message.authorities = [record("example.org. 0 IN SOA . . \(serial) 0 0 0 0")] }
    return query
  }

  @Test("AXFR: the SOA first and last, each other record once (RFC 5936 §2.2)")
  func whole() async throws {
    let response = try #require(await block().answer(query("EXAMPLE.org", .axfr, over: .tcp)))
    #expect(response.message.authoritative)
    #expect(response.message.answers.first?.type == .soa)
    #expect(response.message.answers.last?.type == .soa)
    #expect(response.answers.count == 20)
    #expect(Set(response.answers).count == 19)
    #expect(response.answers.contains("*.wild.example.org. 3600 IN A 192.0.2.100"))
    #expect(response.answers.contains("ns.sub.example.org. 3600 IN A 192.0.2.54"))
    #expect(response.following?.map(\.id) == [])
    #expect(response.servedBy == "transfer")
  }

  @Test(
    "IXFR: the SOA alone when the client is not behind (RFC 1995 §2, RFC 1982), else all of the zone",
    arguments: [
      (7, .noError, 1), (8, .noError, 1), (6, .noError, 20), (0x8000_0000, .noError, 1), (0x9000_0000, .noError, 20),
      (nil, .formErr, 0),
    ] as [(UInt32?, ResponseCode, Int)])
  func incremental(serial: UInt32?, code: ResponseCode, count: Int) async throws {
    let response = try #require(await block().answer(ixfr(serial)))
    #expect(response.message.responseCode == code)
    #expect(response.message.answers.count == count)
  }

  @Test(
    "Who may have what",
    arguments: [
      ("to *", "", .tcp, .noError), ("to *", "", .udp, .refused), ("to 10.1.2.3", "", .tcp, .noError),
      ("to 10.1.2.4 10.1.2.3:1053", "", .tcp, .noError), ("to 10.1.2.4", "", .tcp, .refused),
      ("to 10.1.2.4\nto *", "", .tcp, .noError), ("to *", "example.net", .tcp, .refused),
      ("to *", "org example.net", .tcp, .noError),
    ] as [(String, String, Transport, ResponseCode)])
  func access(options: String, zones: String, transport: Transport, code: ResponseCode) async throws {
    let response = await (try block(options, zones: zones)).answer(query("example.org", .axfr, over: transport))
    #expect(response?.message.responseCode == code)
    #expect(response?.message.answers.isEmpty == (code == .refused))
  }

  @Test("The rule with the longest zone counts")
  func longest() async throws {
    let block = try Block(
      "transfer example.org {\n to 10.9.9.9\n}\ntransfer . {\n to *\n}\nfile \(file.path) example.org")
    #expect(await block.answer(query("example.org", .axfr, over: .tcp))?.message.responseCode == .refused)
  }

  @Test("Other types, and zones that nobody here has, go to the next stage")
  func others() async throws {
    let next = Script.records("next. 1 IN TXT next")
    #expect(await (try block()).answer(query("web.example.org"), then: next)?.servedBy == "file")
    #expect(await (try block()).answer(query("example.net", .axfr, over: .tcp), then: next)?.servedBy == "script")
    // Only a zone's own name is a zone.
    #expect(await (try block()).answer(query("web.example.org", .axfr, over: .tcp))?.message.responseCode == .refused)
  }

  @Test("A big zone comes in several messages, each well below the limit, and libldns reads every one")
  func large() async throws {
    let lines = (0..<5000).map { "host\($0) 60 A 10.0.\($0 / 256).\($0 % 256)\n" }
    file.write("@ 60 SOA a b 1 2 3 4 5\n" + lines.joined())
    let response = try #require(await block().answer(query("example.org", .axfr, over: .tcp)))
    let messages = [response.message] + (response.following?.map { $0 } ?? [])
    #expect(messages.count > 3)
    var count = 0
    for message in messages {
      let octets = message.encoded()
      #expect(octets.count <= 16_700)
      let judged = try #require(LDNSJudge.read(octets))
      #expect(judged.answers.count == message.answers.count)
      #expect(!judged.flags.contains("TC"))
      count += judged.answers.count
    }
    #expect(count == 5002)
    #expect(messages.last?.answers.last?.type == .soa)
  }

  @Test(
    "Mistakes",
    arguments: [
      ("transfer", "needs 'to'"), ("transfer {\n to\n}", "'to' takes at least 1"),
      ("transfer {\n to somewhere\n}", "ADDRESS or ADDRESS:PORT is expected"),
      ("transfer {\n from *\n}", "unknown option 'from'"),
    ])
  func mistakes(lines: String, message: String) {
    #expect(readError(lines)?.contains(message) == true)
  }
}
