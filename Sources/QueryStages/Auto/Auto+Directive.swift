import Corefile
import DNSWire

extension Auto: DirectiveReader {
  /// `auto [ZONES…] { directory FOLDER [REGEXP ORIGIN_TEMPLATE]; reload DURATION }`
  static func read(_ lines: [Directive], into setup: BlockSetup) throws(CorefileError) {
    var folders: [ZoneFolder] = []
    for line in lines {
      let zones = ZoneSet(line.arguments.isEmpty ? setup.zones : try line.arguments.zoneNames())
      let options = try Options(line, setup)
      guard let path = options.path else {
        throw line.error("\(line.name.shown) needs 'directory'", hint: "write 'directory FOLDER' in its block")
      }
      let folder = ZoneFolder(
        path: path, zones: zones, pattern: options.pattern, log: setup.environment.logger("plugin/auto"))
      folder.refresh()
      folders.append(folder)
      guard options.reload > .zero else { continue }
      setup.services.append(PeriodicCheck(interval: options.reload) { folder.refresh() })
    }
    setup.stages.append(Auto(folders: folders))
  }

  private struct Options {
    var path: String?
    var pattern = OriginPattern.standard
    var reload = Duration.seconds(60)

    init(_ line: Directive, _ setup: BlockSetup) throws(CorefileError) {
      for option in line.options {
        switch option.name.text {
        case "directory":
          if path != nil { throw option.error("\(option.name.shown) is given twice") }
          path = setup.path(of: try option.argument(at: 0, what: "a folder").text)
          if let own = try Self.pattern(option) { pattern = own }
        case "reload": reload = try option.onlyArgument("a duration").duration()
        case "upstream":
          setup.environment.logger("plugin/auto").warning(
            "\(option.name.location): 'upstream' does nothing: CNAMEs are followed by this server")
        default: throw option.unknownOption(in: ["directory", "reload"])
        }
      }
    }

    private static func pattern(_ option: Directive) throws(CorefileError) -> OriginPattern? {
      try option.expectNoBlock()
      try option.expectArguments(1...3)
      guard option.arguments.count > 1 else { return nil }
      let token = option.arguments[1]
      let template = try option.argument(at: 2, what: "an origin such as {1} behind the expression")
      let regex = try token.regex()
      guard regex.groupNames.count > 1 else {
        throw token.error("\(token.shown) has no group", hint: "the origin is taken from groups, as in db\\.(.*)")
      }
      return OriginPattern(regex: regex, template: template.text)
    }
  }
}
