import Corefile
import DNSWire
import QueryEngine

/// Reads `loop`, which has no options.
enum Loop: DirectiveReader {
  static let name = LoopStage.name

  static func read(_ lines: [Directive], into setup: BlockSetup) throws(CorefileError) {
    try read(lines, into: setup, clock: .system)
  }

  static func read(_ lines: [Directive], into setup: BlockSetup, clock: StageClock) throws(CorefileError) {
    let line = try lines.single()
    try line.expectNoArguments()
    try line.expectNoBlock()
    var random = SystemRandomNumberGenerator()
    let zone = setup.zones.first ?? .root
    guard let watch = LoopWatch(zone: zone, using: &random) else {
      throw line.error("the zone \(zone) leaves no room for the two labels of the probe's name")
    }
    let stage = LoopStage(
      zone: zone, watch: watch, logger: setup.environment.logger("plugin/loop"), giveUp: setup.environment.giveUp)
    let probe = LoopProbe(stage: stage, clock: clock)
    setup.stages.append(stage)
    setup.services.append(probe)
    setup.finishers.append { setup in probe.use(StagePlan(stages: setup.stages)) }
  }
}
