import Corefile

extension Whoami: DirectiveReader {
  /// `whoami`
  static func read(_ lines: [Directive], into setup: BlockSetup) throws(CorefileError) {
    let line = try lines.single()
    try line.expectNoArguments()
    try line.expectNoBlock()
    setup.stages.append(Whoami())
  }
}
