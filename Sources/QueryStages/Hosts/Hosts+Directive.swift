import Corefile
import DNSWire
import QueryEngine

extension Hosts: DirectiveReader {
  /// `hosts [FILE [ZONES…]] { ENTRIES; ttl SECONDS; no_reverse; reload DURATION; fallthrough [ZONES…]; fallthrough_unsupported }`
  ///
  /// Several lines are several stages, in their order.
  static func read(_ lines: [Directive], into setup: BlockSetup) throws(CorefileError) {
    for line in lines { try read(line, into: setup) }
  }

  private static func read(_ line: Directive, into setup: BlockSetup) throws(CorefileError) {
    let log = setup.environment.logger("plugin/hosts")
    let options = try Options(line)
    for location in options.malformed { log.warning("\(location): a malformed entry is left out") }
    let zoneTokens = Array(line.arguments.dropFirst())
    let zones = ZoneSet(zoneTokens.isEmpty ? setup.zones : try zoneTokens.zoneNames())
    let path = line.arguments.first.map { setup.path(of: $0.text) } ?? "/etc/hosts"
    if FileStamp(path: path) == nil { log.warning("File does not exist: \(path)") }
    let file = HostsFile(
      path: path, inline: options.inline, zones: zones, hasReverse: options.hasReverse, log: log,
      metrics: HostsFile.Metrics(setup.environment.metrics))
    file.refresh()
    setup.stages.append(
      Hosts(
        file: file, zones: zones, ttl: options.ttl, falls: options.falls, unsupportedFalls: options.unsupportedFalls))
    if options.reload > .zero {
      setup.services.append(PeriodicCheck(interval: options.reload) { file.refresh() })
    }
  }

  private struct Options {
    var inline: [HostsEntry] = []
    var malformed: [SourceLocation] = []
    var ttl: UInt32 = 3600
    var hasReverse = true
    var reload = Duration.seconds(5)
    var falls = Fallthrough.nowhere
    var unsupportedFalls = false

    private static let names = ["fallthrough", "fallthrough_unsupported", "no_reverse", "reload", "ttl"]

    init(_ line: Directive) throws(CorefileError) {
      for option in line.options { try take(option) }
      if unsupportedFalls && falls == .nowhere {
        throw line.error("'fallthrough_unsupported' needs 'fallthrough' beside it")
      }
    }

    private mutating func take(_ option: Directive) throws(CorefileError) {
      switch option.name.text {
      case "ttl":
        ttl = UInt32(try option.onlyArgument("a TTL in seconds").integer(in: 1...65_535, what: "a TTL in seconds"))
      case "reload": reload = try option.onlyArgument("a duration").duration()
      case "fallthrough": falls = try Fallthrough(option)
      case "no_reverse":
        try option.expectNoArguments()
        hasReverse = false
      case "fallthrough_unsupported":
        try option.expectNoArguments()
        unsupportedFalls = true
      default: try takeEntry(option)
      }
    }

    /// An entry begins with an address: what looks like none is a misspelt option.
    private mutating func takeEntry(_ option: Directive) throws(CorefileError) {
      let first = option.name.text
      guard first.first?.isNumber == true || first.contains(":"), option.block == nil else {
        throw option.unknownOption(in: Self.names)
      }
      var parser = HostsParser()
      if !parser.read([first] + option.arguments.map(\.text)) { malformed.append(option.name.location) }
      inline += parser.entries
    }
  }
}
