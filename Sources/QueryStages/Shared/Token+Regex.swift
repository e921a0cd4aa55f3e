import Corefile

extension Token {
  /// The word as a regular expression in Go's syntax.
  func regex() throws(CorefileError) -> GoRegex {
    do {
      return try GoRegex(text)
    } catch {
      throw self.error("\(shown) is no regular expression: \(error.message)")
    }
  }
}
