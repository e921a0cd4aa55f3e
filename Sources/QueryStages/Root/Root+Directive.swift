import Corefile

/// `root PATH`: the folder that relative file names of the block start from.
enum Root: DirectiveReader {
  static let name = "root"

  static func read(_ lines: [Directive], into setup: BlockSetup) throws(CorefileError) {
    let line = try lines.single()
    setup.root = try line.onlyArgument("a folder").text
    if FileStamp(path: setup.root) == nil {
      setup.environment.logger("plugin/root").warning("Root path does not exist: \(setup.root)")
    }
  }
}
