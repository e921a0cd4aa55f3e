// What every stage asks of its directive, with errors that all sound alike.

extension Directive {
  /// The options in the block; empty when there is no block.
  public var options: [Directive] { block ?? [] }

  /// An error at the directive's name.
  public func error(_ message: String, hint: String? = nil) -> CorefileError { name.error(message, hint: hint) }

  /// Throws when the directive has a block.
  public func expectNoBlock() throws(CorefileError) {
    if block != nil { throw error("\(name.shown) takes no block") }
  }

  /// Throws when there are arguments.
  public func expectNoArguments() throws(CorefileError) { try expectArguments(0...0) }

  /// Throws when there are more or fewer arguments than that.
  public func expectArguments(count: Int) throws(CorefileError) { try expectArguments(count...max(count, 0)) }

  /// Throws when the number of arguments is out of the range.
  public func expectArguments(_ range: ClosedRange<Int>) throws(CorefileError) {
    let wanted = range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
    try expectArguments(range, wanted: range.upperBound == 0 ? "no" : wanted, last: range.upperBound)
  }

  /// Throws when there are fewer arguments than the bound.
  public func expectArguments(_ range: PartialRangeFrom<Int>) throws(CorefileError) {
    try expectArguments(range.lowerBound...Int.max, wanted: "at least \(range.lowerBound)", last: range.lowerBound)
  }

  private func expectArguments(_ range: ClosedRange<Int>, wanted: String, last: Int) throws(CorefileError) {
    if range.contains(arguments.count) { return }
    let place = arguments.count > range.upperBound ? arguments[range.upperBound] : name
    throw place.error("\(name.shown) takes \(wanted) argument\(last == 1 ? "" : "s"), not \(arguments.count)")
  }

  /// The argument at an index from 0; throws when there are fewer. `what` names it in the error: `a zone`.
  public func argument(at index: Int, what: String = "an argument") throws(CorefileError) -> Token {
    guard arguments.indices.contains(index) else { throw error("\(name.shown) needs \(what)") }
    return arguments[index]
  }

  /// The one argument of an option that takes no block. `what` names it in the error: `a duration`.
  public func onlyArgument(_ what: String = "an argument") throws(CorefileError) -> Token {
    try expectNoBlock()
    guard let first = arguments.first else { throw error("\(name.shown) needs \(what)") }
    try expectArguments(count: 1)
    return first
  }

  /// The error for an option that a directive does not have, with the nearest of those that it has.
  public func unknownOption(in known: some Sequence<String>) -> CorefileError {
    error("unknown option \(name.shown)", hint: nearestNameHint(name.text, in: known))
  }
}
