/// A place in a configuration file, written `Corefile:3:9`.
public struct SourceLocation: Sendable, Hashable {
  /// The file's path, as it was given or imported.
  public var file: String
  /// The line, from 1.
  public var line: Int
  /// The column, from 1, counted in characters (Unicode scalars; a tab is one).
  public var column: Int

  /// A place in a file; line and column count from 1.
  public init(file: String, line: Int = 1, column: Int = 1) {
    self.file = file
    self.line = line
    self.column = column
  }
}

extension SourceLocation: CustomStringConvertible {
  /// `FILE:LINE:COLUMN`.
  public var description: String { "\(file):\(line):\(column)" }
}

/// What is wrong in a Corefile, where, and what would be right.
public struct CorefileError: Error, Sendable, Hashable {
  /// Where the mistake is.
  public var location: SourceLocation
  /// What is wrong: a clause without a full stop.
  public var message: String
  /// What would be right; `nil` when the message says it.
  public var hint: String?

  /// An error at a place.
  public init(_ location: SourceLocation, _ message: String, hint: String? = nil) {
    self.location = location
    self.message = message
    self.hint = hint
  }
}

extension CorefileError: CustomStringConvertible {
  /// One line: `Corefile:3:9: unknown directive 'cahce'; did you mean 'cache'?`
  public var description: String {
    let text = "\(location): \(message)"
    return hint.map { "\(text); \($0)" } ?? text
  }
}

/// A text as messages show it: in single quotes, on one line, at most 60 characters of it.
package func quoted(_ text: String) -> String {
  var shown = "'"
  for scalar in text.unicodeScalars.prefix(60) {
    switch scalar {
    case "\n": shown += "\\n"
    case "\t": shown += "\\t"
    case _ where scalar.value < 0x20 || scalar.value == 0x7F: shown += "\\u{\(String(scalar.value, radix: 16))}"
    default: shown.unicodeScalars.append(scalar)
    }
  }
  return shown + (text.unicodeScalars.count > 60 ? "…'" : "'")
}
