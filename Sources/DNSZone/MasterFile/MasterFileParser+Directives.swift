import Corefile
import DNSWire

extension MasterFileParser {
  private static var directives: [String] { ["$ORIGIN", "$TTL", "$INCLUDE", "$GENERATE"] }

  /// Reads an entry that begins with `$`: `$ORIGIN` and `$INCLUDE` (RFC 1035 §5.1), `$TTL` (RFC 2308 §4), `$GENERATE` (BIND).
  mutating func readDirective(
    _ words: ArraySlice<MasterFileWord>, _ lexer: MasterFileLexer, _ scope: inout Scope
  ) throws(MasterFileError) {
    let name = words[0]
    let arguments = words.dropFirst()
    switch lexer.text(of: name).uppercased() {
    case "$ORIGIN":
      let word = try onlyArgument(of: name, arguments, lexer, what: "a name")
      scope.origin = try readName(word, lexer, origin: scope.origin)
    case "$TTL":
      scope.defaultTTL = try readTTL(onlyArgument(of: name, arguments, lexer, what: "a TTL"), lexer)
    case "$INCLUDE": try include(arguments, by: name, lexer, scope)
    case "$GENERATE": try generate(arguments, by: name, lexer, &scope)
    default:
      let text = lexer.text(of: name)
      throw lexer.error("unknown directive \(quoted(text))", at: name, hint: nearestNameHint(text, in: Self.directives))
    }
  }

  private func onlyArgument(
    of name: MasterFileWord, _ arguments: ArraySlice<MasterFileWord>, _ lexer: MasterFileLexer, what: String
  ) throws(MasterFileError) -> MasterFileWord {
    guard let first = arguments.first else {
      throw lexer.error("\(quoted(lexer.text(of: name))) needs \(what)", at: name)
    }
    if let second = arguments.dropFirst().first {
      throw lexer.error("\(quoted(lexer.text(of: name))) takes one argument", at: second)
    }
    return first
  }

  /// Reads another file in this place. What it says of origin, owner and TTL ends with it (RFC 1035 §5.1).
  private mutating func include(
    _ arguments: ArraySlice<MasterFileWord>, by name: MasterFileWord, _ lexer: MasterFileLexer, _ scope: Scope
  ) throws(MasterFileError) {
    guard let target = arguments.first, arguments.count <= 2 else {
      throw lexer.error("'$INCLUDE' takes a file and perhaps an origin", at: arguments.dropFirst(2).first ?? name)
    }
    var inner = scope
    if let origin = arguments.dropFirst().first { inner.origin = try readName(origin, lexer, origin: scope.origin) }
    let path = resolvePath(lexer.text(of: target), besides: lexer.file)
    inner.files.append(path)
    guard !scope.files.contains(path) else {
      throw lexer.error(
        "\(quoted(path)) includes itself", at: target, hint: "the chain is \(inner.files.joined(separator: " → "))")
    }
    guard inner.files.count <= MasterFileLimits.includeDepth + 1 else {
      throw lexer.error("files include each other more than \(MasterFileLimits.includeDepth) deep", at: target)
    }
    guard files.count <= MasterFileLimits.includedFiles else {
      throw lexer.error("more than \(MasterFileLimits.includedFiles) files are included", at: target)
    }
    let bytes: [UInt8]
    do {
      bytes = try reader(path)
    } catch {
      throw lexer.error("\(quoted(path)) cannot be included: \(error.reason)", at: target)
    }
    try parse(bytes, in: &inner)
  }
}
