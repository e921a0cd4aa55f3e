extension Parser {
  /// The name in `(name)`; `nil` for a token that is no snippet's.
  func snippetName(_ token: Token) -> String? {
    guard token.text.hasPrefix("("), token.text.hasSuffix(")"), token.text.count > 2 else { return nil }
    return String(token.text.dropFirst().dropLast())
  }

  /// Keeps the tokens between the braces behind `(name)`, as they are written.
  mutating func defineSnippet(_ name: String, at key: Token) throws(CorefileError) {
    if let earlier = snippets[name] {
      throw key.error("the snippet \(quoted(name)) is already defined at \(earlier.location)")
    }
    guard let open = peek(), open.opensBlock else {
      throw key.error("'{' is expected after the snippet's name \(key.shown)")
    }
    try takeRaw(open)
    var tokens: [Token] = []
    var depth = 1
    while let token = peek() {
      try takeRaw(token)
      if token.opensBlock { depth += 1 }
      if token.closesBlock { depth -= 1 }
      if depth == 0 {
        if !tokens.isEmpty { tokens[0].startsLine = true }
        snippets[name] = Snippet(tokens: tokens, location: key.location)
        return
      }
      tokens.append(token)
    }
    throw open.error("this snippet is never closed", hint: "end it with '}'")
  }

  /// Puts what an `import` line names on top of the stack. The next token is `import`.
  mutating func expandImport() throws(CorefileError) {
    guard let keyword = peek() else { return }
    // Taken now: reading the rest of the line may leave a text that ends with it.
    let top = frames[frames.count - 1]
    let chain = top.chain + [top.texts[top.current].name]
    try takeRaw(keyword)
    var words: [Token] = []
    while let token = peek(), !token.startsLine, !token.closesBlock {
      if token.opensBlock { throw token.error("'import' takes no block") }
      words.append(try take(token))
    }
    guard let target = words.first, !target.text.isEmpty else {
      throw keyword.error("'import' needs a file, a pattern or a snippet's name")
    }
    let arguments = words.dropFirst().map(\.text)
    let texts = try imported(target)
    if !texts.isEmpty { try push(Frame(texts: texts, chain: chain, arguments: arguments), at: target) }
  }

  /// A snippet goes before a file of the same name.
  private mutating func imported(_ target: Token) throws(CorefileError) -> [Text] {
    guard let snippet = snippets[target.text] else { return try files(target) }
    return [Text(name: "(\(target.text))", tokens: snippet.tokens)]
  }

  /// The file at a path, or all that a pattern fits.
  private mutating func files(_ target: Token) throws(CorefileError) -> [Text] {
    let path = resolvePath(target.text, besides: target.location.file)
    let wildcards = path.count { "*?[".contains($0) }
    guard wildcards > 0 else { return [try file(path, importedBy: target)] }
    // A pattern with many wildcards can take the file system for hours; CoreDNS allows one too.
    guard wildcards == 1, !path.contains("[") else {
      throw target.error("the pattern \(target.shown) has more than one wildcard", hint: "use one '*' or '?'")
    }
    var texts: [Text] = []
    for match in loader.matches(path) { texts.append(try file(match, importedBy: target)) }
    return texts
  }

  /// The tokens of an imported file.
  private mutating func file(_ path: String, importedBy target: Token) throws(CorefileError) -> Text {
    importedFiles += 1
    guard importedFiles <= Limits.importedFiles else {
      throw target.error("more than \(Limits.importedFiles) files are imported")
    }
    if let tokens = lexed[path] { return Text(name: path, tokens: tokens) }
    let bytes: [UInt8]
    do {
      bytes = try loader.read(path)
    } catch {
      let hint = nearestNameHint(target.text, in: snippets.keys.sorted())
      throw target.error("\(quoted(path)) cannot be imported: \(error.reason)", hint: hint)
    }
    return Text(name: path, tokens: try lex(bytes, file: path))
  }

  private mutating func push(_ frame: Frame, at target: Token) throws(CorefileError) {
    if let text = frame.texts.first(where: { frame.chain.contains($0.name) }) {
      let chain = (frame.chain + [text.name]).suffix(6).joined(separator: " → ")
      throw target.error("\(target.shown) imports itself", hint: "the chain is \(chain)")
    }
    guard frame.chain.count <= Limits.importDepth else {
      throw target.error("imports lie in imports more than \(Limits.importDepth) deep")
    }
    frames.append(frame)
  }
}
