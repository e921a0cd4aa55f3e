/// One run of a template.
struct TemplateEvaluation {
  private(set) var output = ""
  private var dot: TemplateValue
  /// Innermost last; the first is `$`, the data.
  private var variables: [(name: String, value: TemplateValue)]
  private var steps = 0

  /// Bounds what one query may cost.
  static let mostSteps = 100_000
  /// More than the longest message, in octets.
  private static let longestOutput = 131_072

  init(_ data: TemplateValue) {
    dot = data
    variables = [("", data)]
  }

  mutating func run(_ nodes: [TemplateNode]) throws(TemplateError) {
    for node in nodes {
      try step()
      switch node {
      case .text(let text): try write(text)
      case .output(let pipeline):
        let value = try evaluate(pipeline)
        if pipeline.variables.isEmpty { try write(try value.text()) }
      case .branch(let condition, let setsDot, let then, let otherwise):
        try scoped { (run) throws(TemplateError) in try run.branch(condition, setsDot, then, otherwise) }
      case .range(let pipeline, let body, let otherwise):
        try scoped { (run) throws(TemplateError) in try run.range(pipeline, body, otherwise) }
      }
    }
  }

  private mutating func step() throws(TemplateError) {
    steps += 1
    guard steps <= Self.mostSteps else { throw TemplateError(message: "the template takes too many steps") }
  }

  private mutating func write(_ text: String) throws(TemplateError) {
    output += text
    guard output.utf8.count <= Self.longestOutput else {
      throw TemplateError(message: "the template's text is too long")
    }
  }

  /// Variables and dot are as before when the work is done.
  private mutating func scoped(_ work: (inout Self) throws(TemplateError) -> Void) throws(TemplateError) {
    let (known, outer) = (variables.count, dot)
    try work(&self)
    variables.removeSubrange(known...)
    dot = outer
  }

  private mutating func branch(
    _ condition: TemplatePipeline, _ setsDot: Bool, _ then: [TemplateNode], _ otherwise: [TemplateNode]
  ) throws(TemplateError) {
    let value = try evaluate(condition)
    guard value.isTrue else { return try run(otherwise) }
    if setsDot { dot = value }
    try run(then)
  }

  private mutating func range(
    _ pipeline: TemplatePipeline, _ body: [TemplateNode], _ otherwise: [TemplateNode]
  ) throws(TemplateError) {
    let elements = try elements(of: try value(of: pipeline))
    if elements.isEmpty { return try run(otherwise) }
    for (key, value) in elements {
      try step()
      try scoped { (run) throws(TemplateError) in
        run.dot = value
        let names = pipeline.variables
        if names.count == 2 { run.set(names[0], key, declares: pipeline.declares) }
        if let last = names.last { run.set(last, value, declares: pipeline.declares) }
        try run.run(body)
      }
    }
  }

  private func elements(of value: TemplateValue) throws(TemplateError) -> [(key: TemplateValue, value: TemplateValue)] {
    switch value {
    case .list(let values): return values.enumerated().map { (.integer(Int128($0)), $1) }
    case .map(let values): return values.sorted { $0.key < $1.key }.map { (.string($0), $1) }
    case .integer(let count):
      guard count <= Self.mostSteps else { throw TemplateError(message: "'range' over \(count) is too much") }
      return (0..<max(0, Int(count))).map { (.integer(Int128($0)), .integer(Int128($0))) }
    case .none: return []
    default: throw TemplateError(message: "'range' needs a list, a map or a number")
    }
  }

  private mutating func set(_ name: String, _ value: TemplateValue, declares: Bool) {
    if !declares, let index = variables.lastIndex(where: { $0.name == name }) {
      variables[index].value = value
    } else {
      variables.append((name, value))
    }
  }

  // MARK: Pipelines

  private mutating func evaluate(_ pipeline: TemplatePipeline) throws(TemplateError) -> TemplateValue {
    let value = try value(of: pipeline)
    if let name = pipeline.variables.first { set(name, value, declares: pipeline.declares) }
    return value
  }

  private mutating func value(of pipeline: TemplatePipeline) throws(TemplateError) -> TemplateValue {
    var piped: TemplateValue?
    for command in pipeline.commands { piped = try run(command, piped) }
    return piped ?? .none
  }

  private mutating func run(_ command: [TemplateOperand], _ piped: TemplateValue?) throws(TemplateError)
    -> TemplateValue
  {
    try step()
    guard case .function(let function) = command[0] else {
      let arguments = command.dropFirst().first
      guard let argument = try arguments.map({ (operand) throws(TemplateError) in try value(of: operand) }) ?? piped
      else {
        return try value(of: command[0])
      }
      return try call(command[0], argument)
    }
    if function == .and || function == .or { return try choose(function, command.dropFirst(), piped) }
    var arguments: [TemplateValue] = []
    for operand in command.dropFirst() { arguments.append(try value(of: operand)) }
    if let piped { arguments.append(piped) }
    return try function.call(arguments)
  }

  /// `and` and `or` look at no argument behind the one that decides.
  private mutating func choose(
    _ function: TemplateFunction, _ operands: ArraySlice<TemplateOperand>, _ piped: TemplateValue?
  ) throws(TemplateError) -> TemplateValue {
    var last = TemplateValue.none
    for operand in operands {
      last = try value(of: operand)
      if last.isTrue == (function == .or) { return last }
    }
    return piped ?? last
  }

  private mutating func value(of operand: TemplateOperand) throws(TemplateError) -> TemplateValue {
    switch operand {
    case .literal(let value): return value
    case .function(let function): return try function.call([])
    case .dot(let path): return try follow(path, from: dot)
    case .variable(let name, let path): return try follow(path, from: variable(name))
    case .nested(let pipeline, let path): return try follow(path, from: try value(of: pipeline))
    }
  }

  private func variable(_ name: String) -> TemplateValue { variables.last { $0.name == name }?.value ?? .none }

  private func follow(_ path: some Sequence<String>, from start: TemplateValue) throws(TemplateError) -> TemplateValue {
    var value = start
    for name in path { value = try value.field(name) }
    return value
  }

  /// A method with its argument: the last name of the path.
  private mutating func call(_ operand: TemplateOperand, _ argument: TemplateValue) throws(TemplateError)
    -> TemplateValue
  {
    let (start, path): (TemplateValue, [String])
    switch operand {
    case .dot(let names): (start, path) = (dot, names)
    case .variable(let name, let names): (start, path) = (variable(name), names)
    case .nested(let pipeline, let names): (start, path) = (try value(of: pipeline), names)
    default: throw TemplateError(message: "arguments follow something that is no function")
    }
    guard case .record(let record) = try follow(path.dropLast(), from: start), let method = path.last,
      case .string(let text) = argument, let result = record.call(method, text)
    else { throw TemplateError(message: "arguments follow something that is no function") }
    return result
  }
}
