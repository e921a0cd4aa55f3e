import Corefile
import NetworkAddresses

extension Loadbalance: DirectiveReader {
  /// `loadbalance [round_robin | weighted FILE] { reload DURATION; prefer NETWORK… }`
  static func read(_ lines: [Directive], into setup: BlockSetup) throws(CorefileError) {
    let line = try lines.single()
    let kind = try line.arguments.first?.choice(of: ["round_robin", "weighted"], what: "policy") ?? "round_robin"
    let options = try Options(line, isWeighted: kind == "weighted")
    if kind == "round_robin" {
      try line.expectArguments(0...1)
      setup.stages.append(Loadbalance(policy: .roundRobin, preferred: options.preferred))
    } else {
      let file = try weightFile(line, options, setup)
      setup.stages.append(Loadbalance(policy: .weighted(file.weights), preferred: options.preferred))
      if options.reload > .zero {
        setup.services.append(PeriodicCheck(interval: options.reload) { file.refreshLogging() })
      }
    }
  }

  private struct Options {
    var reload = Duration.seconds(30)
    var preferred: [IPPrefix] = []

    init(_ line: Directive, isWeighted: Bool) throws(CorefileError) {
      for option in line.options {
        switch option.name.text {
        case "reload" where isWeighted: reload = try option.onlyArgument("a duration").duration()
        case "prefer":
          try option.expectNoBlock()
          try option.expectArguments(1...)
          for token in option.arguments { preferred.append(try token.prefix()) }
        default: throw option.unknownOption(in: isWeighted ? ["prefer", "reload"] : ["prefer"])
        }
      }
    }
  }

  /// The file, read. One that is missing may come later, when it is looked for again.
  private static func weightFile(
    _ line: Directive, _ options: Options, _ setup: BlockSetup
  ) throws(CorefileError) -> WeightFile {
    let token = try line.argument(at: 1, what: "a weight file")
    try line.expectArguments(count: 2)
    let log = setup.environment.logger("plugin/loadbalance")
    let file = WeightFile(path: setup.path(of: token.text), log: log)
    do {
      try file.refresh()
    } catch {
      guard case .unreadable(let cause) = error, cause.isMissing, options.reload > .zero else {
        throw token.error(file.describe(error))
      }
      log.warning("Failed to open weight file: \(file.path). Will try again in \(options.reload.goText)")
    }
    return file
  }
}
