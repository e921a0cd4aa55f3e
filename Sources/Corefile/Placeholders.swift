/// What replaces `{$NAME}` and `{%NAME%}`, and inside of an import `{args[0]}` and `{args.0}`.
struct Placeholders {
  /// The environment. A variable that is not set is empty.
  var environment: [String: String]
  /// What follows the name on the `import` line; `nil` outside of imports, where `{args[0]}` is plain text.
  var arguments: [String]?

  /// The text with every placeholder replaced. What replaces one is not looked at again.
  ///
  /// Fails with the placeholder whose argument the import does not give.
  func replace(in text: String) throws(MissingArgument) -> String {
    guard text.utf8.contains(UInt8(ascii: "{")) else { return text }
    var result = ""
    var rest = Substring(text)
    while let brace = rest.firstIndex(of: "{") {
      result += rest[..<brace]
      rest = rest[brace...]
      if let found = try replacement(rest) {
        result += found.value
        rest = rest[found.end...]
      } else {
        result += "{"
        rest = rest.dropFirst()
      }
    }
    return result + rest
  }

  struct MissingArgument: Error {
    var placeholder: String
    var given: Int
  }

  private typealias Found = (value: String, end: Substring.Index)

  /// What replaces the placeholder at the text's start; `nil` when none is there.
  private func replacement(_ text: Substring) throws(MissingArgument) -> Found? {
    if let found = variable(text, "{$", "}") ?? variable(text, "{%", "%}") { return found }
    return try argument(text)
  }

  private func variable(_ text: Substring, _ opening: String, _ closing: String) -> Found? {
    guard let (name, end) = inner(text, opening, closing), !name.isEmpty else { return nil }
    return (environment[String(name)] ?? "", end)
  }

  private func argument(_ text: Substring) throws(MissingArgument) -> Found? {
    guard let arguments, let (digits, end) = inner(text, "{args[", "]}") ?? inner(text, "{args.", "}"),
      !digits.isEmpty, digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
    else { return nil }
    guard let number = Int(digits), number < arguments.count else {
      throw MissingArgument(placeholder: String(text[..<end]), given: arguments.count)
    }
    return (arguments[number], end)
  }

  /// What stands between the opening and the first closing behind it, and where the text goes on.
  private func inner(_ text: Substring, _ opening: String, _ closing: String) -> (Substring, Substring.Index)? {
    guard text.hasPrefix(opening) else { return nil }
    let body = text.dropFirst(opening.count)
    var tail = body
    while !tail.isEmpty {
      if tail.hasPrefix(closing) { return (body[..<tail.startIndex], tail.dropFirst(closing.count).startIndex) }
      tail = tail.dropFirst()
    }
    return nil
  }
}
