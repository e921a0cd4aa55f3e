import DNSWire
import NetworkAddresses
import QueryEngine
import Synchronization
import Testing

@testable import QueryStages

/// A plan that is known later.
final class PlanBox: Sendable {
  private let state = Mutex<StagePlan?>(nil)

  var plan: StagePlan? {
    get { state.withLock { $0 } }
    set { state.withLock { $0 = newValue } }
  }
}

@Suite("loop")
struct LoopTests {
  @Test("only the probe's own name counts, on its second pass, in its time")
  func watch() throws {
    var random = SystemRandomNumberGenerator()
    var watch = try #require(LoopWatch(zone: name("example.org"), using: &random))
    let probe = Question(name: watch.name, type: .hinfo)
    let others = [
      Question(name: name("1.2.example.org"), type: .hinfo), Question(name: watch.name, type: .a),
      Question(name: watch.name, type: .hinfo, class: .ch),
      Question(name: watch.name.suffix(labels: 2), type: .hinfo),
    ]
    let early = watch.sees(probe)
    watch.begin()
    let asked = others + others + [probe, others[0], probe, probe]
    let loops = asked.map { watch.sees($0) }
    #expect(!early && loops == Array(repeating: false, count: 10) + [true, true])
    watch.begin()
    let again = watch.sees(probe)
    watch.end()
    let late = watch.sees(probe)
    #expect(!again && !late)
  }

  @Test("the name is below the zone and differs each time")
  func names() throws {
    var random = SystemRandomNumberGenerator()
    let names = try (0..<100).map { _ in try #require(LoopWatch(zone: name("example.org"), using: &random)).name }
    #expect(Set(names).count == 100)
    #expect(names.allSatisfy { $0.isSubdomain(of: name("example.org")) && $0.labelCount == 4 })
    let long = String(repeating: "abcdefgh.", count: 27) + "org"
    #expect(LoopWatch(zone: name(long), using: &random) == nil)
  }

  /// A block with `loop` and an upstream that a script plays; the script may ask the block's stages again.
  final class Block: Sendable {
    let gaveUp = Counted()
    let clock = ManualClock()
    let upstream: LastStage
    let plan: StagePlan
    let probe: any BackgroundService

    init(_ respond: @escaping @Sendable (Query, StagePlan?) async -> Response?) throws {
      let (gaveUp, own) = (gaveUp, PlanBox())
      let (setup, lines) = try setup("loop", giveUp: { gaveUp.add() })
      try Loop.read(lines, into: setup, clock: clock.stageClock)
      upstream = LastStage { query in await respond(query, own.plan) }
      setup.stages.append(upstream)
      for finish in setup.finishers { finish(setup) }
      plan = StagePlan(stages: setup.stages)
      own.plan = plan
      probe = setup.services[0]
    }
  }

  @Test("a question that comes back ends the process")
  func loops() async throws {
    let block = try Block { query, plan in
      guard query.depth == 0, let plan else { return Response(.servFail, to: query) }
      var query = query
      query.depth = 1
      return await plan.answer(query)
    }
    await block.probe.run()
    #expect(block.gaveUp.count == 1)
  }

  @Test("without a loop there is one probe, and nothing happens, whatever clients ask")
  func noLoop() async throws {
    let block = try Block { query, _ in Response(.nxDomain, to: query) }
    for _ in 0..<3 { _ = await block.plan.answer(ask("1234.5678", .hinfo)) }
    await block.probe.run()
    #expect(block.upstream.asked == 4)
    #expect(block.gaveUp.count == 0)
  }

  @Test("an upstream that does not answer yet is probed again, for half a minute")
  func retries() async throws {
    let block = try Block { query, _ in Response(.servFail, to: query, failure: "connection refused") }
    await block.probe.run()
    #expect(block.upstream.asked == 15)
    #expect(block.gaveUp.count == 0)
  }

  @Test("loop takes neither arguments nor options", arguments: ["loop x", "loop {\nx\n}", "loop\nloop"])
  func mistakes(text: String) throws {
    let (setup, lines) = try setup(text)
    #expect(throws: (any Error).self) { try Loop.read(lines, into: setup) }
  }
}
