/// Tokens → server blocks.
///
/// The tokens of an import take the place of its line, wherever it stands: among the server blocks, among the directives
/// or among the options of one. So the parser reads from a stack of token lists, the innermost import on top.
struct Parser {
  /// A file or a snippet.
  struct Text {
    /// The file's path, or the snippet's name in parentheses.
    var name: String
    var tokens: [Token]
  }

  /// What an import stands for: one text after the other, a pattern being able to name many.
  struct Frame {
    var texts: [Text]
    /// The names of the texts whose imports led here, the outermost first.
    var chain: [String] = []
    /// What the import gives for `{args[0]}` and so on; `nil` in the outermost file.
    var arguments: [String]?
    /// The text that is being read, and the next token in it.
    var current = 0
    var next = 0
  }

  struct Snippet {
    var tokens: [Token]
    var location: SourceLocation
  }

  let environment: [String: String]
  let loader: FileLoader
  var frames: [Frame] = []
  var snippets: [String: Snippet] = [:]
  /// The tokens of each file that was read.
  var lexed: [String: [Token]] = [:]
  var sources: [Corefile.Source] = []
  /// Tokens that may still be read from files, and tokens that may still be taken from the stack.
  var lexBudget = Limits.tokens
  var expansionBudget = Limits.tokens
  var importedFiles = 0

  init(environment: [String: String], loader: FileLoader) {
    self.environment = environment
    self.loader = loader
  }

  /// Reads a whole configuration.
  mutating func parse(_ text: [UInt8], file: String) throws(CorefileError) -> [ServerBlock] {
    frames = [Frame(texts: [Text(name: file, tokens: try lex(text, file: file))])]
    var blocks: [ServerBlock] = []
    while let token = peek() {
      if token.startsLine && token.isImport {
        try expandImport()
      } else if let block = try parseBlockOrSnippet() {
        blocks.append(block)
      }
    }
    return blocks
  }

  /// The tokens of a file, which is kept among the sources.
  mutating func lex(_ bytes: [UInt8], file: String) throws(CorefileError) -> [Token] {
    guard bytes.count <= Limits.fileSize else {
      throw CorefileError(SourceLocation(file: file), "the file is larger than \(Limits.fileSize >> 20) MiB")
    }
    sources.append(Corefile.Source(path: file, contents: bytes))
    var lexer = try Lexer(bytes, file: file)
    let tokens = try lexer.tokens(limit: lexBudget)
    lexBudget -= tokens.count
    lexed[file] = tokens
    return tokens
  }
}

// MARK: The stack of tokens

extension Parser {
  /// The next token as it is written; `nil` at the end of all. Leaves the texts that are read to their end.
  mutating func peek() -> Token? {
    while true {
      let top = frames.count - 1
      let text = frames[top].current
      if frames[top].next < frames[top].texts[text].tokens.count {
        return frames[top].texts[text].tokens[frames[top].next]
      }
      if text + 1 < frames[top].texts.count {
        (frames[top].current, frames[top].next) = (text + 1, 0)
      } else if top > 0 {
        frames.removeLast()
      } else {
        return nil
      }
    }
  }

  /// Takes the token that `peek()` gave, as it is written.
  @discardableResult
  mutating func takeRaw(_ token: Token) throws(CorefileError) -> Token {
    guard expansionBudget > 0 else {
      throw token.error("the imports make the configuration too long", hint: "at most \(Limits.tokens) words are read")
    }
    expansionBudget -= 1
    frames[frames.count - 1].next += 1
    return token
  }

  /// Takes the token that `peek()` gave, with its placeholders replaced.
  mutating func take(_ token: Token) throws(CorefileError) -> Token {
    var token = try takeRaw(token)
    let arguments = frames[frames.count - 1].arguments
    do {
      token.text = try Placeholders(environment: environment, arguments: arguments).replace(in: token.text)
    } catch {
      throw token.error(
        "\(quoted(error.placeholder)) stands for an argument that the 'import' does not give",
        hint: "it gives \(error.given)")
    }
    return token
  }
}

// MARK: Blocks and directives

extension Parser {
  /// Reads the keys and the content of a server block; `nil` for a snippet, which is remembered.
  private mutating func parseBlockOrSnippet() throws(CorefileError) -> ServerBlock? {
    guard let first = peek() else { return nil }
    if first.opensBlock { throw first.error("there is no zone before '{'", hint: "'. {' serves every name") }
    let keys = try parseKeys()
    if keys.count == 1, let name = snippetName(keys[0]) {
      try defineSnippet(name, at: keys[0])
      return nil
    }
    var open: Token?
    if let token = peek(), token.opensBlock { open = try takeRaw(token) }
    let directives = try parseDirectives(openedBy: open, depth: 1)
    guard !keys.isEmpty else {
      throw first.error("this block has no zone: \(first.shown) is empty", hint: "is the variable set?")
    }
    var zones: [ServerBlockKey] = []
    for key in keys { zones += try key.serverBlockKeys() }
    return ServerBlock(keys: zones, directives: directives, location: keys[0].location)
  }

  /// The words before a block: zones with commas or spaces between them. They go on behind a comma at the end of a line.
  private mutating func parseKeys() throws(CorefileError) -> [Token] {
    var keys: [Token] = []
    var comma: Token?
    var isFirst = true
    while let token = peek(), !token.opensBlock {
      if token.closesBlock { throw unexpectedClose(token) }
      if token.startsLine && !isFirst && comma == nil { break }
      if token.startsLine && token.isImport {
        try expandImport()
        continue
      }
      let key = try take(token)
      keys += splitKeys(key)
      comma = key.text.hasSuffix(",") ? key : nil
      isFirst = false
    }
    if let comma { throw comma.error("another zone is expected after ','") }
    return keys
  }

  /// The zones in one word: `a.example,b.example` has two, and the value of a variable may have more.
  private func splitKeys(_ token: Token) -> [Token] {
    let scalars = token.text.unicodeScalars
    return scalars.split { $0 == "," || $0.properties.isWhitespace }.map { part in
      var key = token
      key.text = String(part)
      return key
    }
  }

  /// Reads directives up to the brace that closes the block, or to the end when none opened it.
  private mutating func parseDirectives(openedBy open: Token?, depth: Int) throws(CorefileError) -> [Directive] {
    var directives: [Directive] = []
    while let token = peek() {
      if token.closesBlock {
        guard open != nil else { throw unexpectedClose(token) }
        try takeRaw(token)
        return directives
      }
      if token.opensBlock { throw unexpectedOpen(token, after: directives.last) }
      if token.isImport {
        try expandImport()
      } else {
        directives.append(try parseDirective(try take(token), depth: depth))
      }
    }
    if let open { throw open.error("this block is never closed", hint: "end it with '}'") }
    return directives
  }

  /// Reads the arguments on the line of a name, and the block that may open at the line's end.
  private mutating func parseDirective(_ name: Token, depth: Int) throws(CorefileError) -> Directive {
    var directive = Directive(name: name)
    while let token = peek(), !token.startsLine, !token.closesBlock {
      if token.opensBlock {
        guard depth < Limits.blockDepth else {
          throw token.error("blocks lie in blocks more than \(Limits.blockDepth) deep")
        }
        directive.block = try parseDirectives(openedBy: try takeRaw(token), depth: depth + 1)
        try expectEndOfLine(after: directive)
        break
      }
      directive.arguments.append(try take(token))
    }
    return directive
  }

  private mutating func expectEndOfLine(after directive: Directive) throws(CorefileError) {
    guard let token = peek(), !token.startsLine, !token.closesBlock else { return }
    throw token.error("\(token.shown) follows '}' on its line", hint: "begin a new line after '}'")
  }

  private func unexpectedClose(_ token: Token) -> CorefileError {
    token.error("this '}' closes no block")
  }

  private func unexpectedOpen(_ token: Token, after directive: Directive?) -> CorefileError {
    guard let directive, directive.block == nil else { return token.error("there is no directive before '{'") }
    return token.error("'{' stands alone", hint: "put it at the end of the line of \(directive.name.shown)")
  }
}
