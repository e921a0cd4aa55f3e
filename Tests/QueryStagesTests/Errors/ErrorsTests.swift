import DNSWire
import QueryEngine
import Testing

@testable import QueryStages

@Suite("errors")
struct ErrorsTests {
  @Test("A failure is logged with its code, name, type and reason")
  func logged() async throws {
    let block = try Block("errors")
    let response = await block.answer(query("Example.ORG", .aaaa), then: Script.failing("no next plugin found"))
    #expect(response?.message.responseCode == .servFail)
    #expect(block.log.lines == ["error plugin/errors: 2 example.org. AAAA: no next plugin found"])
  }

  @Test("What is no failure is not logged; a name's octets are escaped")
  func escaped() async throws {
    let block = try Block("errors")
    _ = await block.answer(query("a"), then: Script.records("a. 1 IN A 10.0.0.1"))
    #expect(block.log.lines == [])
    _ = await block.answer(query("a\\010b"), then: Script.failing("x", .refused))
    #expect(block.log.lines == ["error plugin/errors: 5 a\\010b. A: x"])
  }

  @Test("Messages that match are counted; the first rule that matches takes them")
  func consolidated() async throws {
    let block = try Block(
      "errors {\n stacktrace\n consolidate 30s \".* timeout$\" warning\n consolidate 5m \"timeout\" info show_first\n}")
    for reason in ["read timeout", "timeout now", "write timeout", "timeout again", "other"] {
      _ = await block.answer(query("a"), then: Script.failing(reason))
    }
    let errors = try #require(block.setup.stages.first as? Errors)
    errors.summarizeAll()
    errors.summarizeAll()
    #expect(
      block.log.lines == [
        "error plugin/errors: 2 a. A: timeout now", "error plugin/errors: 2 a. A: other",
        "warning plugin/errors: 2 errors like '.* timeout$' occurred in last 30s",
        "info plugin/errors: 2 errors like 'timeout' occurred in last 5m0s",
      ])
  }

  @Test("A message that was shown and stayed alone has no summary")
  func firstAlone() {
    var shown = ConsolidationCount(showsFirst: true)
    #expect(shown.add() == (true, true))
    #expect(shown.finish() == nil)
    #expect(shown.add() == (true, true))
    #expect(shown.add() == (false, false))
    #expect(shown.finish() == 2)
    var silent = ConsolidationCount(showsFirst: false)
    #expect(silent.add() == (false, true))
    #expect(silent.finish() == 1)
    #expect(silent.finish() == nil)
  }

  @Test("A period begins with its first message, and its end brings the summary")
  func periods() async throws {
    let log = LogLines()
    let rule = ConsolidationRule(period: .seconds(9), pattern: try GoRegex("x"), level: .error, showsFirst: false)
    let errors = Errors(rules: [rule], log: log.logger("plugin/errors"))
    let slept = Counted()
    let service = ErrorSummaries(errors: errors) { period in
      #expect(period == .seconds(9))
      slept.add()
    }
    let plan = StagePlan(stages: [errors, Script.failing("x")])
    let task = Task { await service.run() }
    _ = await plan.answer(query("a"))
    while log.lines.isEmpty { await Task.yield() }
    #expect(log.lines == ["error plugin/errors: 1 errors like 'x' occurred in last 9s"])
    task.cancel()
    await task.value
    #expect(slept.count == 1)
  }

  @Test(
    "Mistakes",
    arguments: [
      ("errors stdout", nil), ("errors {\n stacktrace\n}", nil),
      ("errors file", "Corefile:2:8: unknown log file 'file'; there is stdout"),
      ("errors {\n consolidate 1s\n}", "Corefile:3:2: 'consolidate' takes 2 to 4 arguments, not 1"),
      ("errors {\n consolidate 1s (\n}", "Corefile:3:17: '(' is no regular expression: a ')' is missing"),
      (
        "errors {\n consolidate 1s x loud\n}",
        "Corefile:3:19: unknown log level 'loud'; there is debug, error, info, warning"
      ),
      ("errors {\n consolidate 1s x info y\n}", "Corefile:3:24: 'show_first' is expected instead of 'y'"),
      ("errors {\n consolidat 1s x\n}", "Corefile:3:2: unknown option 'consolidat'; did you mean 'consolidate'?"),
    ] as [(String, String?)])
  func mistakes(lines: String, message: String?) {
    #expect(readError(lines) == message)
  }
}
