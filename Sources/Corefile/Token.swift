/// A word or a quoted text of a Corefile.
public struct Token: Sendable, Hashable {
  /// The text without its quotes, escapes resolved and environment variables replaced.
  public var text: String
  /// Where the token begins.
  public var location: SourceLocation
  /// Whether the token was written in double quotes. A quoted brace opens and closes nothing.
  public var isQuoted: Bool
  /// Whether the token is the first one of its line, or of its file or snippet.
  var startsLine: Bool

  /// A token at a place, for configurations that are built rather than read.
  public init(_ text: String, at location: SourceLocation, isQuoted: Bool = false) {
    self.init(text: text, location: location, isQuoted: isQuoted, startsLine: false)
  }

  init(text: String, location: SourceLocation, isQuoted: Bool, startsLine: Bool) {
    self.text = text
    self.location = location
    self.isQuoted = isQuoted
    self.startsLine = startsLine
  }

  var opensBlock: Bool { !isQuoted && text == "{" }
  var closesBlock: Bool { !isQuoted && text == "}" }
  /// Whether an `import` line begins here, which other text takes the place of.
  var isImport: Bool { !isQuoted && text == "import" }

  /// An error at this token.
  public func error(_ message: String, hint: String? = nil) -> CorefileError {
    CorefileError(location, message, hint: hint)
  }

  /// The text in single quotes and on one line, for messages.
  public var shown: String { quoted(text) }
}
