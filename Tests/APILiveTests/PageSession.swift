import Foundation

/// What a page shows of a shell: files that it writes, and commands with what they say.
struct PageSession {
  /// One thing to do, in the order of the page.
  enum Step {
    /// A block of YAML or JSON whose first line names a file: `# web.yaml`.
    case file(name: String, content: String)
    /// `$ COMMAND` and the lines behind it, in which `…` stands for anything.
    case command(String, expected: [String], line: Int)
  }

  private(set) var steps: [Step] = []

  /// Reads a page of Markdown: fenced blocks are files, indented ones sessions.
  init(markdown: String) {
    var fence: [Substring]?
    for (number, line) in markdown.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if line.hasPrefix("```") {
        if let lines = fence { addFile(lines) }
        fence = fence == nil ? [] : nil
      } else if fence != nil {
        fence?.append(line)
      } else if line.hasPrefix("    ") {
        addLine(line.dropFirst(4), number + 1)
      }
    }
  }

  private mutating func addFile(_ lines: [Substring]) {
    guard let name = lines.first?.dropFirst(2), lines.first?.hasPrefix("# ") == true else { return }
    steps.append(.file(name: String(name), content: lines.dropFirst().joined(separator: "\n") + "\n"))
  }

  private mutating func addLine(_ line: Substring, _ number: Int) {
    if line.hasPrefix("$ ") {
      steps.append(.command(String(line.dropFirst(2)), expected: [], line: number))
    } else if case .command(let text, let expected, let first) = steps.last {
      steps[steps.count - 1] = .command(text, expected: expected + [String(line)], line: first)
    }
  }
}

extension String {
  /// The words of each line that has some, so that the width of columns does not count.
  var wordLines: [String] {
    split(separator: "\n").map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }.filter {
      !$0.isEmpty
    }
  }

  /// Whether a line is as expected, where `…` stands for anything.
  func fits(_ expected: String) -> Bool {
    let parts = expected.split(separator: "…", omittingEmptySubsequences: false)
    guard parts.count > 1, let first = parts.first, let last = parts.last else { return self == expected }
    guard hasPrefix(first), hasSuffix(last), count >= first.count + last.count else { return false }
    var rest = dropFirst(first.count).dropLast(last.count)
    for part in parts.dropFirst().dropLast() {
      guard let range = rest.range(of: part) else { return false }
      rest = rest[range.upperBound...]
    }
    return true
  }
}
