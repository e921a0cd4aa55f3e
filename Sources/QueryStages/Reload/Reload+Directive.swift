import Corefile

/// `reload [INTERVAL] [JITTER]`, `reload off`: whether and when a changed Corefile is looked for.
enum Reload: DirectiveReader {
  static let name = "reload"

  private static let interval: ClosedRange<Duration> = .seconds(2)...longestDuration.upperBound
  private static let jitter: ClosedRange<Duration> = .seconds(1)...longestDuration.upperBound

  static func read(_ lines: [Directive], into setup: BlockSetup) throws(CorefileError) {
    let line = try lines.single()
    try line.expectNoBlock()
    try line.expectArguments(0...2)
    if line.arguments.first?.text == "off" {
      try line.expectArguments(count: 1)
      return
    }
    var settings = ReloadSettings(interval: .seconds(30), jitter: .seconds(15))
    if let token = line.arguments.first { settings.interval = try token.duration(in: interval) }
    if line.arguments.count > 1 { settings.jitter = try line.arguments[1].duration(in: jitter) }
    settings.jitter = min(settings.jitter, settings.interval / 2)
    setup.reload = settings
  }
}
