import Glibc
import Logging

/// Log lines in CoreDNS's form on the standard output: `[INFO] plugin/reload: …`.
struct ConsoleLog: LogHandler {
  let label: String
  var logLevel = Logger.Level.info
  var metadata: Logger.Metadata = [:]

  init(label: String) { self.label = label }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var line = "[\(Self.name(of: event.level))] "
    if !label.isEmpty { line += label + ": " }
    line += "\(event.message)"
    for (key, value) in (event.metadata ?? [:]).sorted(by: { $0.key < $1.key }) { line += " \(key)=\(value)" }
    Self.write(line.onOneLine + "\n")
  }

  /// Writes to the standard output with one call, so that lines of several threads do not mix.
  static func write(_ text: String) {
    let octets = Array(text.utf8)
    _ = unsafe octets.withUnsafeBytes { unsafe Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
  }

  /// The time of day, for lines that commands print.
  static var timeOfDay: String {
    var now = time(nil)
    var parts = unsafe tm()
    unsafe _ = localtime_r(&now, &parts)
    return unsafe [parts.tm_hour, parts.tm_min, parts.tm_sec].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(
      separator: ":")
  }

  /// CoreDNS's names of the levels.
  private static func name(of level: Logger.Level) -> String {
    switch level {
    case .trace, .debug: "DEBUG"
    case .info, .notice: "INFO"
    case .warning: "WARNING"
    case .error: "ERROR"
    case .critical: "FATAL"
    }
  }
}

extension String {
  /// The text with its control characters as `\u{XX}`: a name that comes from outside must not forge lines, nor talk to a terminal.
  var onOneLine: String {
    guard unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else { return self }
    return unicodeScalars.reduce(into: "") { text, scalar in
      if scalar.properties.generalCategory == .control, scalar != "\t" {
        text += "\\u{\(String(scalar.value, radix: 16))}"
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
  }
}
