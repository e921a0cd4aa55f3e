import Corefile
import Logging

extension Errors: DirectiveReader {
  /// `errors [stdout] { stacktrace; consolidate DURATION REGEXP [LEVEL] [show_first] }`
  ///
  /// `stacktrace` asks CoreDNS to log the stack of a panic. A trap ends this process with its stack on stderr, always: so the option is
  /// taken and changes nothing.
  static func read(_ lines: [Directive], into setup: BlockSetup) throws(CorefileError) {
    let line = try lines.single()
    try line.expectArguments(0...1)
    if let target = line.arguments.first { _ = try target.choice(of: ["stdout"], what: "log file") }
    var rules: [ConsolidationRule] = []
    for option in line.options {
      switch option.name.text {
      case "stacktrace":
        try option.expectNoArguments()
        try option.expectNoBlock()
      case "consolidate": rules.append(try rule(option))
      default: throw option.unknownOption(in: ["consolidate", "stacktrace"])
      }
    }
    let errors = Errors(rules: rules, log: setup.environment.logger("plugin/errors"))
    setup.stages.append(errors)
    if !rules.isEmpty { setup.services.append(ErrorSummaries(errors: errors)) }
  }

  private static func rule(_ option: Directive) throws(CorefileError) -> ConsolidationRule {
    try option.expectNoBlock()
    try option.expectArguments(2...4)
    let period = try option.arguments[0].duration()
    let pattern = try option.arguments[1].regex()
    var rest = option.arguments.dropFirst(2)
    let showsFirst = rest.last?.text == "show_first"
    if showsFirst { rest.removeLast() }
    if rest.count > 1, let last = rest.last { throw last.error("'show_first' is expected instead of \(last.shown)") }
    return ConsolidationRule(
      period: period, pattern: pattern, level: try rest.first.map(level) ?? .error, showsFirst: showsFirst)
  }

  private static func level(_ token: Token) throws(CorefileError) -> Logger.Level {
    switch try token.choice(of: ["debug", "error", "info", "warning"], what: "log level") {
    case "debug": .debug
    case "info": .info
    case "warning": .warning
    default: .error
    }
  }
}
