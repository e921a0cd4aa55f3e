import Corefile
import DNSWire

extension Template: DirectiveReader {
  /// `template CLASS TYPE [ZONES…] { match REGEX…; answer RR; additional RR; authority RR; rcode CODE; ederror CODE [REASON]; upstream;
  /// fallthrough [ZONES…] }`
  static func read(_ lines: [Directive], into setup: BlockSetup) throws(CorefileError) {
    var rules: [TemplateRule] = []
    for line in lines { rules.append(try rule(line, zones: setup.zones)) }
    let metrics = TemplateMetrics(setup.environment.metrics, server: setup.server)
    setup.stages.append(Template(rules: rules, records: RecordCache(), metrics: metrics))
  }

  private static let options = [
    "additional", "answer", "authority", "ederror", "fallthrough", "match", "rcode", "upstream",
  ]

  private static func rule(_ line: Directive, zones: [DomainName]) throws(CorefileError) -> TemplateRule {
    let classToken = try line.argument(at: 0, what: "a class and a type")
    guard let recordClass = RecordClass(classToken.text) else {
      throw classToken.error("\(classToken.shown) is no class", hint: "mostly it is IN or ANY")
    }
    let typeToken = try line.argument(at: 1, what: "a type")
    guard let type = RecordType(typeToken.text) else {
      throw typeToken.error("\(typeToken.shown) is no type of record")
    }
    let own = try Array(line.arguments.dropFirst(2)).zoneNames()
    var rule = TemplateRule(class: recordClass, type: type, zones: ZoneSet(own.isEmpty ? zones : own))
    for option in line.options { try take(option, into: &rule) }
    if rule.answers.isEmpty && rule.authorities.isEmpty && rule.responseCode == .noError {
      throw line.error("the template answers nothing", hint: "give it an 'answer', an 'authority' or an 'rcode'")
    }
    return rule
  }

  private static func take(_ option: Directive, into rule: inout TemplateRule) throws(CorefileError) {
    try option.expectNoBlock()
    switch option.name.text {
    case "match":
      try option.expectArguments(1...)
      for token in option.arguments { rule.patterns.append(try token.regex()) }
    case "answer": rule.answers += try templates(option)
    case "additional": rule.additionals += try templates(option)
    case "authority": rule.authorities += try templates(option)
    case "rcode":
      let token = try option.onlyArgument("a response code")
      guard let code = ResponseCode(token.text) else {
        throw token.error("\(token.shown) is no response code", hint: "write it like NXDOMAIN or REFUSED")
      }
      rule.responseCode = code
    case "ederror": rule.extendedError = try extendedError(option)
    case "fallthrough": rule.falls = try Fallthrough(option)
    // CNAMEs are always followed; the option is from CoreDNS's past.
    case "upstream": break
    default: throw option.unknownOption(in: options)
    }
  }

  private static func templates(_ option: Directive) throws(CorefileError) -> [GoTemplate] {
    try option.expectArguments(1...)
    var templates: [GoTemplate] = []
    for token in option.arguments {
      do {
        templates.append(try GoTemplate(token.text, fields: TemplateData.fields))
      } catch {
        throw token.error("\(token.shown) is no template: \(error.message)")
      }
    }
    return templates
  }

  private static func extendedError(_ option: Directive) throws(CorefileError) -> ExtendedError {
    try option.expectArguments(1...2)
    let code = try option.arguments[0].integer(in: 0...65_535, what: "an extended error's number (RFC 8914)")
    return ExtendedError(code: UInt16(code), text: option.arguments.dropFirst().first?.text ?? "")
  }
}
