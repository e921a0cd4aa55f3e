/// A text with actions in double braces, in the syntax of Go's text/template as far as records need it.
///
/// There are fields (`.Name`, `.Group.a`), literals, variables, pipelines, parentheses, `if`, `with`, `range`, comments, trimming, and the
/// functions of ``TemplateFunction``. What Go has beside these (`define`, `template`, `block`, `break`, `html`, …) is an error when the
/// template is read, so that nothing fails only when a query comes.
struct GoTemplate: Sendable {
  /// As it was written.
  let source: String
  private let nodes: [TemplateNode]

  /// Reads a template.
  ///
  /// - Parameter fields: the names that may follow the first dot; others are an error. `nil` when all may.
  init(_ source: String, fields: Set<String>? = nil) throws(TemplateError) {
    var parser = try TemplateParser(source, fields: fields)
    nodes = try parser.parse()
    self.source = source
  }

  /// The text for some data. Takes at most ``TemplateEvaluation/mostSteps`` steps.
  func render(_ data: TemplateValue) throws(TemplateError) -> String {
    var evaluation = TemplateEvaluation(data)
    try evaluation.run(nodes)
    return evaluation.output
  }
}

/// What is wrong with a template, or with its data: a clause without a full stop.
struct TemplateError: Error, Sendable, Hashable {
  var message: String
}

/// A part of a template.
indirect enum TemplateNode: Sendable {
  case text(String)
  /// Prints what the pipeline gives, unless it only sets variables.
  case output(TemplatePipeline)
  /// `if`, and `with`, which also makes the value the dot.
  case branch(TemplatePipeline, setsDot: Bool, then: [TemplateNode], otherwise: [TemplateNode])
  case range(TemplatePipeline, body: [TemplateNode], otherwise: [TemplateNode])
}

/// Commands, each of which gives its value to the next one as the last argument.
struct TemplatePipeline: Sendable {
  /// The variables that take the value; `range` may have two.
  var variables: [String] = []
  /// `:=` and not `=`.
  var declares = false
  /// Each a function or value, and its arguments.
  var commands: [[TemplateOperand]] = []
}

/// A function, or a value that is looked up.
indirect enum TemplateOperand: Sendable {
  case literal(TemplateValue)
  case function(TemplateFunction)
  /// Fields of the dot.
  case dot([String])
  /// Fields of a variable; `$` is the data.
  case variable(String, [String])
  /// Fields of what stands in parentheses.
  case nested(TemplatePipeline, [String])
}
