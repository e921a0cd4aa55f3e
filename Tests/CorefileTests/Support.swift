import Testing

@testable import Corefile

/// The error that a text gives, as the user sees it; `nil` when it is read without one.
func problem(in text: String, environment: [String: String] = [:], files: [String: String] = [:]) -> String? {
  do {
    _ = try Corefile.parse(text, environment: environment, loader: .memory(files))
    return nil
  } catch {
    return error.description
  }
}

/// The tree in one line: `a.:53 b. { log; forward . 1.1.1.1 { max_fails 3 } }`.
func outline(_ text: String, environment: [String: String] = [:], files: [String: String] = [:]) throws -> String {
  let file = try Corefile.parse(text, environment: environment, loader: .memory(files))
  return file.blocks.map { block in
    let keys = block.keys.map { key in
      (key.scheme == .dns ? "" : "\(key.scheme.rawValue)://") + key.zone + (key.port.map { ":\($0)" } ?? "")
    }
    return "\(keys.joined(separator: " ")) { \(block.directives.map(outline).joined(separator: "; ")) }"
  }.joined(separator: " ")
}

private func outline(_ directive: Directive) -> String {
  var words = [directive.name.text] + directive.arguments.map(\.text)
  if let block = directive.block { words += ["{", block.map(outline).joined(separator: "; "), "}"] }
  return words.joined(separator: " ")
}

/// The first argument of a one-line directive.
func argument(_ text: String) throws -> Token {
  let file = try Corefile.parse(". {\n  option \(text)\n}")
  return try file.blocks[0].directives[0].argument(at: 0)
}

/// The error that a closure throws, as the user sees it.
func problem(_ body: () throws(CorefileError) -> Void) -> String? {
  do {
    try body()
    return nil
  } catch {
    return error.description
  }
}
