/// A regular expression in Go's syntax (RE2), as Corefiles write them.
///
/// Matching takes time in the product of expression and text, whatever both are: each instruction is tried once at each place. So a
/// name from the network cannot make an expression of the configuration slow, which backtracking engines cannot promise.
struct GoRegex: Sendable {
  /// As it was written.
  let pattern: String
  /// The names of the groups: the first is the whole match, groups without a name have an empty one.
  let groupNames: [String]
  private let program: RegexProgram

  /// The longest text that is looked at, in Unicode scalars; what follows is as if it were not there.
  static let longestText = 8192

  init(_ pattern: String) throws(GoRegexError) {
    var parser = RegexParser(pattern)
    let node = try parser.parse()
    self.pattern = pattern
    groupNames = parser.groupNames
    program = try RegexProgram(node, groups: parser.groupNames.count)
  }

  /// The leftmost match, of those the one that a backtracking search finds first; `nil` when nothing matches.
  func firstMatch(in text: String) -> Match? {
    let scalars = Array(text.unicodeScalars.lazy.map(\.value).prefix(Self.longestText))
    guard let slots = program.search(scalars) else { return nil }
    let groups: [Range<Int>?] = stride(from: 0, to: slots.count, by: 2).map { index in
      slots[index] >= 0 && slots[index + 1] >= slots[index] ? slots[index]..<slots[index + 1] : nil
    }
    return Match(scalars: scalars, ranges: groups)
  }

  func matches(_ text: String) -> Bool { firstMatch(in: text) != nil }

  /// Where the expression and its groups match.
  struct Match: Sendable {
    fileprivate let scalars: [UInt32]
    /// In Unicode scalars of the text: the whole match, then each group; `nil` for a group that took no part.
    let ranges: [Range<Int>?]

    /// The text of a group; empty when it took no part.
    subscript(group: Int) -> String {
      var text = ""
      guard let range = ranges[group] else { return text }
      for value in scalars[range] { text.unicodeScalars.append(Unicode.Scalar(value) ?? "\u{FFFD}") }
      return text
    }
  }
}

/// What is wrong with an expression: a clause without a full stop.
struct GoRegexError: Error, Sendable, Hashable {
  var message: String
}
