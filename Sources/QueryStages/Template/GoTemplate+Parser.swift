/// Reads pieces as a tree.
struct TemplateParser {
  private var pieces: ArraySlice<TemplatePiece>
  private let fields: Set<String>?
  /// The variables that are known here, the innermost last.
  private var variables: [String] = [""]
  /// Whether the dot is the data: not inside of `with` and `range`.
  private var dotIsData = true
  private var depth = 0

  private static let deepest = 50

  init(_ source: String, fields: Set<String>?) throws(TemplateError) {
    var lexer = TemplateLexer(source)
    pieces = try lexer.pieces()[...]
    self.fields = fields
  }

  mutating func parse() throws(TemplateError) -> [TemplateNode] {
    let (nodes, end) = try block()
    if let end { throw TemplateError(message: "'{{\(end.word)}}' closes nothing") }
    return nodes
  }

  /// `end`, or `else` with what follows it.
  private typealias End = (word: String, words: ArraySlice<TemplateToken>)

  /// Nodes up to the end of the block, or of the template.
  private mutating func block() throws(TemplateError) -> (nodes: [TemplateNode], end: End?) {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepest else { throw TemplateError(message: "actions are nested too deeply") }
    let known = variables.count
    defer { variables.removeSubrange(known...) }
    var nodes: [TemplateNode] = []
    while let piece = pieces.popFirst() {
      switch piece {
      case .text(let text): nodes.append(.text(text))
      case .action(let tokens):
        if case .identifier(let word) = tokens.first, word == "end" || word == "else" {
          return (nodes, (word, tokens.dropFirst()))
        }
        nodes.append(try action(tokens[...]))
      }
    }
    return (nodes, nil)
  }

  private mutating func action(_ tokens: ArraySlice<TemplateToken>) throws(TemplateError) -> TemplateNode {
    guard case .identifier(let word) = tokens.first else { return .output(try wholePipeline(tokens)) }
    switch word {
    case "if": return try branch(tokens.dropFirst(), setsDot: false)
    case "with": return try branch(tokens.dropFirst(), setsDot: true)
    case "range": return try range(tokens.dropFirst())
    case "define", "template", "block", "break", "continue":
      throw TemplateError(message: "'{{\(word)}}' is not supported in templates here")
    default: return .output(try wholePipeline(tokens))
    }
  }

  private mutating func branch(_ tokens: ArraySlice<TemplateToken>, setsDot: Bool) throws(TemplateError) -> TemplateNode
  {
    let known = variables.count
    defer { variables.removeSubrange(known...) }
    let condition = try wholePipeline(tokens)
    let outer = dotIsData
    dotIsData = outer && !setsDot
    let (then, end) = try block()
    dotIsData = outer
    return .branch(condition, setsDot: setsDot, then: then, otherwise: try otherwise(end))
  }

  /// What follows `{{else}}` or `{{else if …}}`; nothing behind `{{end}}`.
  private mutating func otherwise(_ end: End?) throws(TemplateError) -> [TemplateNode] {
    guard let end else { throw TemplateError(message: "an '{{end}}' is missing") }
    guard end.word == "else" else {
      guard end.words.isEmpty else { throw TemplateError(message: "nothing stands behind 'end'") }
      return []
    }
    if case .identifier(let word) = end.words.first, word == "if" || word == "with" {
      return [try branch(end.words.dropFirst(), setsDot: word == "with")]
    }
    guard end.words.isEmpty else { throw TemplateError(message: "only 'if' and 'with' stand behind 'else'") }
    let (nodes, last) = try block()
    guard let last, last.word == "end" else { throw TemplateError(message: "an '{{end}}' is missing") }
    return nodes
  }

  private mutating func range(_ tokens: ArraySlice<TemplateToken>) throws(TemplateError) -> TemplateNode {
    let known = variables.count
    defer { variables.removeSubrange(known...) }
    let pipeline = try wholePipeline(tokens, mostVariables: 2)
    let outer = dotIsData
    dotIsData = false
    let (body, end) = try block()
    dotIsData = outer
    return .range(pipeline, body: body, otherwise: try otherwise(end))
  }

  // MARK: Pipelines

  private mutating func wholePipeline(
    _ tokens: ArraySlice<TemplateToken>, mostVariables: Int = 1
  ) throws(TemplateError) -> TemplatePipeline {
    var tokens = tokens
    let pipeline = try pipeline(&tokens, mostVariables: mostVariables)
    guard tokens.isEmpty else { throw TemplateError(message: "an unexpected ')' in an action") }
    return pipeline
  }

  /// Commands up to a closing parenthesis or the end.
  private mutating func pipeline(
    _ tokens: inout ArraySlice<TemplateToken>, mostVariables: Int
  ) throws(TemplateError) -> TemplatePipeline {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepest else { throw TemplateError(message: "parentheses are nested too deeply") }
    var pipeline = TemplatePipeline()
    let declared = try takeVariables(&tokens, into: &pipeline, most: mostVariables)
    repeat {
      let command = try command(&tokens)
      guard !command.isEmpty else { throw TemplateError(message: "an action, or a part of it, is empty") }
      try check(command, isFirst: pipeline.commands.isEmpty)
      pipeline.commands.append(command)
    } while take(.pipe, &tokens)
    variables += declared
    return pipeline
  }

  /// `$x :=`, `$x =`, `$i, $x :=`. The new names are known behind the pipeline only.
  private mutating func takeVariables(
    _ tokens: inout ArraySlice<TemplateToken>, into pipeline: inout TemplatePipeline, most: Int
  ) throws(TemplateError) -> [String] {
    guard case .variable(let first) = tokens.first else { return [] }
    var rest = tokens.dropFirst()
    var names = [first]
    if most > 1, take(.comma, &rest), case .variable(let second) = rest.popFirst() { names.append(second) }
    guard let sign = rest.popFirst(), sign == .declare || sign == .assign else { return [] }
    tokens = rest
    pipeline.variables = names
    pipeline.declares = sign == .declare
    if pipeline.declares { return names }
    for name in names where !variables.contains(name) {
      throw TemplateError(message: "the variable '$\(name)' is not declared")
    }
    return []
  }

  private func take(_ token: TemplateToken, _ tokens: inout ArraySlice<TemplateToken>) -> Bool {
    guard tokens.first == token else { return false }
    tokens.removeFirst()
    return true
  }

  private mutating func command(_ tokens: inout ArraySlice<TemplateToken>) throws(TemplateError) -> [TemplateOperand] {
    var operands: [TemplateOperand] = []
    while let token = tokens.first, token != .pipe, token != .close {
      tokens.removeFirst()
      operands.append(try operand(token, &tokens))
    }
    return operands
  }

  private mutating func operand(
    _ token: TemplateToken, _ tokens: inout ArraySlice<TemplateToken>
  ) throws(TemplateError) -> TemplateOperand {
    switch token {
    case .string(let text): return .literal(.string(text))
    case .integer(let value): return .literal(.integer(value))
    case .identifier("true"): return .literal(.bool(true))
    case .identifier("false"): return .literal(.bool(false))
    case .identifier("nil"): return .literal(.none)
    case .identifier(let name): return .function(try TemplateFunction(named: name))
    case .dot: return .dot([])
    case .field(let name, let isGlued):
      guard !isGlued else { throw TemplateError(message: "'.\(name)' follows something that has no fields") }
      if dotIsData { try checkField(name) }
      return .dot([name] + gluedFields(&tokens))
    case .variable(let name):
      guard variables.contains(name) else { throw TemplateError(message: "the variable '$\(name)' is not declared") }
      let path = gluedFields(&tokens)
      if name.isEmpty, let first = path.first { try checkField(first) }
      return .variable(name, path)
    case .open:
      let nested = try pipeline(&tokens, mostVariables: 0)
      guard take(.close, &tokens) else { throw TemplateError(message: "a ')' is missing in an action") }
      return .nested(nested, gluedFields(&tokens))
    case .pipe, .close, .comma, .declare, .assign:
      throw TemplateError(message: "an action has a sign in the wrong place")
    }
  }

  private func gluedFields(_ tokens: inout ArraySlice<TemplateToken>) -> [String] {
    var names: [String] = []
    while case .field(let name, true) = tokens.first {
      names.append(name)
      tokens.removeFirst()
    }
    return names
  }

  private func checkField(_ name: String) throws(TemplateError) {
    guard let fields, !fields.contains(name) else { return }
    throw TemplateError(
      message: "there is no field '.\(name)'; there is \(fields.sorted().map { "." + $0 }.joined(separator: ", "))")
  }

  /// Functions get as many arguments as they take; other values take none, but for methods.
  private func check(_ command: [TemplateOperand], isFirst: Bool) throws(TemplateError) {
    let given = command.count - 1 + (isFirst ? 0 : 1)
    if case .function(let function) = command[0] {
      guard function.arguments.contains(given) else {
        throw TemplateError(
          message: "the function '\(function.rawValue)' does not take \(given) argument\(given == 1 ? "" : "s")")
      }
      if function == .printf, case .literal(.string(let format)) = command.dropFirst().first {
        try TemplateFormat.check(format)
      }
    } else if given > 0 {
      switch command[0] {
      case .dot(let path), .variable(_, let path), .nested(_, let path):
        if path.last == "Meta" && given == 1 { return }
      default: break
      }
      throw TemplateError(message: "arguments follow something that is no function")
    }
    for operand in command.dropFirst() {
      if case .function(let function) = operand, !function.arguments.contains(0) {
        throw TemplateError(message: "the function '\(function.rawValue)' with its arguments stands in parentheses")
      }
    }
  }
}
