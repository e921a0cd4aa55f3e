import Corefile
import DNSWire
import DNSZone
import Logging

extension File: DirectiveReader {
  /// `file DBFILE [ZONES…] { reload DURATION; fallthrough [ZONES…] }`
  ///
  /// All lines are one stage: the longest of their zones answers.
  static func read(_ lines: [Directive], into setup: BlockSetup) throws(CorefileError) {
    let log = setup.environment.logger("plugin/file")
    var table = ZoneTable()
    var falls: [DomainName: Fallthrough] = [:]
    for line in lines {
      let path = setup.path(of: try line.argument(at: 0, what: "a master file").text)
      let options = try ZoneOptions(line, log: log)
      let tokens = Array(line.arguments.dropFirst())
      var files: [ZoneFile] = []
      for zone in tokens.isEmpty ? setup.zones : try tokens.zoneNames() {
        if table[zone] != nil { log.warning("\(line.name.location): the zone \(zone) is taken from \(path)") }
        let file = ZoneFile(path: path, origin: zone, log: log)
        try load(file, of: line)
        table[zone] = file
        falls[zone] = options.falls
        files.append(file)
      }
      guard options.reload > .zero else { continue }
      setup.services.append(
        PeriodicCheck(interval: options.reload) { [files] in for file in files { _ = file.refresh() } })
    }
    setup.stages.append(File(table: table, falls: falls))
  }

  /// A zone with a mistake stops the start, at the place of the mistake.
  private static func load(_ file: ZoneFile, of line: Directive) throws(CorefileError) {
    if let reason = FileError.whyUnreadable(file.path) {
      throw line.arguments[0].error("the master file \(file.path) cannot be read: \(reason)")
    }
    do {
      try file.load()
    } catch {
      throw CorefileError(error.location, error.message, hint: error.hint)
    }
  }
}

/// The options of one line.
private struct ZoneOptions {
  /// How often the file is looked at; 0 for never.
  var reload = Duration.seconds(60)
  var falls = Fallthrough.nowhere

  init(_ line: Directive, log: Logger) throws(CorefileError) {
    for option in line.options {
      switch option.name.text {
      case "reload": reload = try option.onlyArgument("a duration").duration()
      case "fallthrough": falls = try Fallthrough(option)
      case "upstream":
        log.warning("\(option.name.location): 'upstream' does nothing: CNAMEs are followed by this server")
      default: throw option.unknownOption(in: ["reload", "fallthrough"])
      }
    }
  }
}
