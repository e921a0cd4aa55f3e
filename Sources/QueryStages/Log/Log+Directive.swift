import Corefile
import DNSWire

extension Log: DirectiveReader {
  /// `log [NAMES…] [FORMAT] { class all|success|denial|error… }`
  static func read(_ lines: [Directive], into setup: BlockSetup) throws(CorefileError) {
    var rules: [LogRule] = []
    for line in lines { rules += try Self.rules(line) }
    // CoreDNS puts no name in front of these lines.
    setup.stages.append(Log(rules: rules, log: setup.environment.logger("")))
  }

  private static func rules(_ line: Directive) throws(CorefileError) -> [LogRule] {
    var arguments = line.arguments[...]
    var format = LogFormat(LogFormat.common)
    if let last = arguments.last, last.text.contains("{") {
      format = LogFormat(last.text)
      arguments.removeLast()
    }
    let zones = arguments.isEmpty ? [.root] : try Array(arguments).zoneNames()
    let classes = try classes(line)
    return zones.map { LogRule(zone: $0, format: format, classes: classes) }
  }

  /// The classes of all `class` options; empty for all.
  private static func classes(_ line: Directive) throws(CorefileError) -> Set<AnswerClass> {
    var classes: Set<AnswerClass> = []
    var all = line.options.isEmpty
    for option in line.options {
      guard option.name.text == "class" else { throw option.unknownOption(in: ["class"]) }
      try option.expectNoBlock()
      try option.expectArguments(1...)
      for token in option.arguments {
        let name = try token.choice(of: ["all"] + AnswerClass.allCases.map(\.rawValue), what: "class")
        if let known = AnswerClass(rawValue: name) { classes.insert(known) } else { all = true }
      }
    }
    return all ? [] : classes
  }
}
