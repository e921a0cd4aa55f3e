import Corefile
import DNSWire
import NetworkAddresses

extension Transfer: DirectiveReader {
  /// `transfer [ZONES…] { to ADDRESS… | * }`
  static func read(_ lines: [Directive], into setup: BlockSetup) throws(CorefileError) {
    var rules: [TransferRule] = []
    for line in lines { rules.append(try rule(line, setup)) }
    setup.stages.append(Transfer(rules: rules, log: setup.environment.logger("plugin/transfer")))
  }

  private static func rule(_ line: Directive, _ setup: BlockSetup) throws(CorefileError) -> TransferRule {
    var rule = TransferRule(zones: ZoneSet(line.arguments.isEmpty ? setup.zones : try line.arguments.zoneNames()))
    for option in line.options {
      guard option.name.text == "to" else { throw option.unknownOption(in: ["to"]) }
      try option.expectNoBlock()
      try option.expectArguments(1...)
      for token in option.arguments {
        if token.text == "*" {
          rule.isOpen = true
        } else {
          rule.secondaries.append(try token.address(defaultPort: 53))
        }
      }
    }
    guard rule.isOpen || !rule.secondaries.isEmpty else {
      throw line.error("\(line.name.shown) needs 'to'", hint: "write 'to *' or 'to ADDRESS' in its block")
    }
    return rule
  }
}
