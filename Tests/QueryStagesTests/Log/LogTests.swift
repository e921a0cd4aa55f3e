import DNSWire
import QueryEngine
import Testing

@testable import QueryStages

@Suite("log")
struct LogTests {
  private static let answer = Script.records("a.example. 5 IN A 10.0.0.1")

  private func line(_ format: String, _ query: Query, code: ResponseCode = .noError) -> String {
    var message = Message.response(to: query.message)
    message.responseCode = code
    message.authoritative = true
    message.answers = [record("a.example. 5 IN A 10.0.0.1")]
    return LogFormat(format).text(LogEntry(query: query, response: message, duration: .nanoseconds(37_990_251)))
  }

  @Test("The common format is CoreDNS's")
  func common() {
    let edns = EDNS(udpPayloadSize: 4096, dnssecOK: true)
    #expect(
      line("{common}", query("A.Example", edns: edns, id: 29_008))
        == #"10.1.2.3:40212 - 29008 "A IN a.example. udp 38 true 4096" NOERROR qr,aa,rd 52 0.037990251s"#)
    #expect(
      line("{combined}", query("a", .srv, from: "[::1]:9", over: .tcp), code: .nxDomain)
        == #"[::1]:9 - 7 "SRV IN a. tcp 19 false 65535" NXDOMAIN qr,aa,rd 44 0.037990251s "0""#)
  }

  @Test(
    "Placeholders, and text that is none",
    arguments: [
      ("{local} {>OPCODE} {>bufsize}", "10.96.0.10 0 512"), ("{/kubernetes/client-namespace}x", "-x"),
      ("{unknown} {", "{unknown} {"),
      ("{type}{class}", "AIN"), ("{ {name} }", "{ a\\.b. }"),
    ])
  func placeholders(format: String, text: String) {
    #expect(line(format, query("a\\.b")) == text)
  }

  @Test("A dropped query has no answer to log")
  func dropped() {
    let entry = LogEntry(query: query("a"), response: nil, duration: .zero)
    #expect(LogFormat("{rcode} {>rflags} {rsize} {duration}").text(entry) == "- - - 0s")
  }

  private static let soa = "example. 60 IN SOA ns.example. h.example. 1 2 3 4 5"

  @Test(
    "Classes of answers",
    arguments: [
      (Script.records("a. 1 IN A 10.0.0.1"), .success), (Script.records(), .success),
      (Script.records("a. 1 IN CNAME b."), .success), (Script.records(authorities: [soa]), .denial),
      (Script.records(authorities: [soa], code: .nxDomain), .denial), (Script.records(code: .nxDomain), .error),
      (Script.records(code: .refused), .error), (Script.failing("x"), .error),
    ] as [(Script, AnswerClass)])
  func classes(script: Script, expected: AnswerClass) async throws {
    let response = try #require(script.body(query("a")))
    #expect(AnswerClass(response.message) == expected)
  }

  @Test(
    "Only the classes that are asked for are logged",
    arguments: [
      ("log", 3), ("log . {\n class all\n}", 3), ("log . {\n class error\n}", 1),
      ("log . {\n class denial\n class success\n}", 2),
      ("log . {\n class denial error\n}", 2), ("log example.org {\n class all\n}", 0),
      ("log . {\n class error all\n}", 3),
    ])
  func filter(lines: String, count: Int) async throws {
    let block = try Block(lines)
    _ = await block.answer(query("a"), then: Script.records("a. 1 IN A 10.0.0.1"))
    _ = await block.answer(query("a"), then: Script.records(authorities: [Self.soa], code: .nxDomain))
    _ = await block.answer(query("a"), then: Script.failing("x"))
    #expect(block.log.lines.count == count)
  }

  @Test("The first rule whose zone fits decides; a format follows the names")
  func rules() async throws {
    let block = try Block("log example.org example.net \"first {name}\"\nlog . {combined} {\n class error\n}")
    _ = await block.answer(query("www.Example.org"), then: Script.failing("x"))
    _ = await block.answer(query("example.net"), then: Script.records())
    _ = await block.answer(query("example.com"), then: Script.records())
    #expect(block.log.lines == ["info first www.example.org.", "info first example.net."])
  }

  @Test(
    "The fast path answers where nothing but errors is logged",
    arguments: [
      ("log", false), ("log . {\n class error\n}", true), ("log . {\n class error denial\n}", false),
      ("log example.org", true),
      ("log a.cluster.local", false), ("log local", false),
    ])
  func fastPath(lines: String, isOpen: Bool) throws {
    #expect(try isOpenToFastPath(lines, zone: "cluster.local") == isOpen)
  }

  @Test(
    "Mistakes",
    arguments: [
      ("log {\n class\n}", "Corefile:3:2: 'class' takes at least 1 argument, not 0"),
      ("log {\n class erorr\n}", "Corefile:3:8: unknown class 'erorr'; did you mean 'error'?"),
      ("log {\n clas error\n}", "Corefile:3:2: unknown option 'clas'; did you mean 'class'?"),
    ])
  func mistakes(lines: String, message: String) {
    #expect(readError(lines) == message)
  }
}
