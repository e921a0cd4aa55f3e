import DNSWire
import NetworkAddresses
import QueryEngine
import Testing

@testable import QueryStages

@Suite("loadbalance")
struct LoadbalanceTests {
  private static let addresses = Script.records(
    "a. 5 IN A 10.0.0.1", "x. 5 IN CNAME a.", "a. 5 IN A 10.0.0.2", "a. 5 IN MX 1 m.", "a. 5 IN TXT t",
    "a. 5 IN A 10.0.0.3")

  private func answers(_ stage: Loadbalance, _ script: Script = addresses, _ question: Query = query("a")) async
    -> [String]
  {
    await StagePlan(stages: [stage, script]).answer(question)?.answers ?? []
  }

  @Test("Addresses are drawn anew; CNAMEs come first, then the rest, addresses, MX")
  func order() async {
    // Always the last one that is left.
    let stage = Loadbalance(policy: .roundRobin, random: { $0 - 1 })
    #expect(
      await answers(stage) == [
        "x. 5 IN CNAME a.", "a. 5 IN TXT \"t\"", "a. 5 IN A 10.0.0.3", "a. 5 IN A 10.0.0.1", "a. 5 IN A 10.0.0.2",
        "a. 5 IN MX 1 m.",
      ])
  }

  @Test("Every order of three comes, and about as often")
  func uniform() async throws {
    var counts: [[String]: Int] = [:]
    let script = Script.records("a. 5 IN A 10.0.0.1", "a. 5 IN A 10.0.0.2", "a. 5 IN A 10.0.0.3")
    let block = try Block("loadbalance round_robin")
    for _ in 0..<1200 { counts[await block.answer(query("a"), then: script)?.answers ?? [], default: 0] += 1 }
    #expect(counts.count == 6)
    // Expected 200 each; seven standard deviations are about 90.
    #expect(counts.values.allSatisfy { (110...290).contains($0) })
  }

  @Test("Failures, transfers and single records stay as they are, finished octets too")
  func untouched() async {
    let stage = Loadbalance(policy: .roundRobin, random: { _ in 0 })
    let finished = Script { query in
      var message = Message.response(to: query.message)
      message.answers = [record("a. 5 IN A 10.0.0.1")]
      return Response(message, finished: [1, 2, 3])
    }
    #expect(await StagePlan(stages: [stage, finished]).answer(query("a"))?.finished == [1, 2, 3])
    let last = Loadbalance(policy: .roundRobin, random: { $0 - 1 })
    let two = Script.records("a. 5 IN A 10.0.0.1", "a. 5 IN A 10.0.0.2", code: .nxDomain)
    #expect(await answers(last, two) == ["a. 5 IN A 10.0.0.1", "a. 5 IN A 10.0.0.2"])
    let transfer = Script.records("a. 5 IN A 10.0.0.1", "a. 5 IN A 10.0.0.2")
    #expect(await answers(last, transfer, query("a", .axfr)) == ["a. 5 IN A 10.0.0.1", "a. 5 IN A 10.0.0.2"])
    #expect(await StagePlan(stages: [last, Script { _ in nil }]).answer(query("a")) == nil)
  }

  @Test("Preferred networks come first, in their order, and the drawn order stays within them")
  func preferred() async throws {
    let networks = try #require([IPPrefix("10.0.0.3/32"), IPPrefix("10.0.0.2/31")] as? [IPPrefix])
    let stage = Loadbalance(policy: .roundRobin, preferred: networks, random: { _ in 0 })
    #expect(
      await answers(stage).filter { $0.contains(" A ") } == [
        "a. 5 IN A 10.0.0.3", "a. 5 IN A 10.0.0.2", "a. 5 IN A 10.0.0.1",
      ])
  }

  @Test(
    "The weights decide which address is in front",
    arguments: [(0, "10.0.0.1"), (2, "10.0.0.1"), (3, "10.0.0.2"), (4, "10.0.0.3"), (5, "10.0.0.3")])
  func weighted(drawn: Int, first: String) async throws {
    let weights = AddressWeights()
    weights.set(try AddressWeights.parse("# weights\n\na\n10.0.0.1 3\n10.0.0.3\t2\nb.\n10.0.0.1 9\n"))
    let stage = Loadbalance(policy: .weighted(weights)) { bound in
      #expect(bound == 6)
      return drawn
    }
    let script = Script.records("A. 5 IN A 10.0.0.1", "A. 5 IN A 10.0.0.2", "A. 5 IN A 10.0.0.3")
    let answers = await answers(stage, script, query("A"))
    #expect(answers.first == "A. 5 IN A \(first)")
    #expect(Set(answers).count == 3)
    #expect(await self.answers(stage, script, query("A", .txt)).first == "A. 5 IN A 10.0.0.1")
  }

  @Test(
    "Weight files that are wrong say where",
    arguments: [
      ("10.0.0.1 1", 1, "no name stands before the first address"),
      ("a\n10.0.0.1", 2, "the address '10.0.0.1' has no weight"),
      ("a\n10.0.0.1 0", 2, "'0' is no weight of 1 to 255"), ("a\n10.0.0.1 256", 2, "'256' is no weight of 1 to 255"),
      ("a\nx 1", 2, "'x' is no address"), ("a b c", 1, "a line has a name, or an address and a weight"),
      ("a..b", 1, "'a..b' is no name"),
    ])
  func wrongFiles(text: String, line: Int, message: String) {
    #expect(throws: WeightFileError(line: line, message: message)) { try AddressWeights.parse(text) }
  }

  @Test("A changed file is taken; a wrong one leaves the weights as they were")
  func reload() throws {
    let (file, log) = (ScratchFile("a\n10.0.0.1 2\n"), LogLines())
    let weights = WeightFile(path: file.path, log: log.logger("plugin/loadbalance"))
    try weights.refresh()
    let records = [record("a. 5 IN A 10.0.0.1"), record("a. 5 IN A 10.0.0.2")]
    func sum() -> Int {
      let seen = Counted()
      _ = weights.weights.draw(records) { bound in
        for _ in 0..<bound { seen.add() }
        return 0
      }
      return seen.count
    }
    #expect(sum() == 3)
    file.write("a\n10.0.0.1 7\n")
    weights.refreshLogging()
    #expect(sum() == 8)
    file.write("a\n10.0.0.1 x\n")
    weights.refreshLogging()
    #expect(sum() == 8)
    #expect(log.lines.last == "error plugin/loadbalance: \(file.path):2: 'x' is no weight of 1 to 255")
  }

  @Test("Only plain round robin goes with the fast path")
  func fastPath() throws {
    func role(_ line: String) throws -> String { "\(try #require(try Block(line).setup.stages.first).fastPath)" }
    #expect(try role("loadbalance") == "shufflesAddresses")
    #expect(try role("loadbalance round_robin {\n prefer 10.0.0.0/8\n}") == "opaque")
    let file = ScratchFile("a\n10.0.0.1 2\n")
    let block = try Block("loadbalance weighted \(file.path) {\n reload 10s\n}")
    #expect("\(try #require(block.setup.stages.first).fastPath)" == "opaque")
    #expect((block.setup.services.first as? PeriodicCheck)?.interval == .seconds(10))
  }

  @Test(
    "Mistakes",
    arguments: [
      ("loadbalance random", "Corefile:2:13: unknown policy 'random'; there is round_robin, weighted"),
      ("loadbalance weighted", "Corefile:2:1: 'loadbalance' needs a weight file"),
      ("loadbalance round_robin x", "Corefile:2:25: 'loadbalance' takes 0 to 1 argument, not 2"),
      ("loadbalance {\n reload 1s\n}", "Corefile:3:2: unknown option 'reload'"),
      ("loadbalance {\n prefer x\n}", "Corefile:3:9: ADDRESS/LENGTH is expected instead of 'x'"),
      (
        "loadbalance weighted /nowhere {\n reload 0s\n}",
        "Corefile:2:22: the weight file /nowhere cannot be read: No such file or directory"
      ),
      ("loadbalance weighted /nowhere", nil),
    ] as [(String, String?)])
  func mistakes(lines: String, message: String?) {
    #expect(readError(lines) == message)
  }
}
