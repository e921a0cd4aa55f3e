// Corefile: CoreDNS's configuration language, from text to a syntax tree with file, line and column.
//
// This module knows the grammar (docs/corefile.md) and no directive but `import`. What a directive's arguments mean is
// the business of the stage that it configures; Directive+Arguments.swift and Token+Values.swift help to read them.

/// A configuration, read: its server blocks in the order of the text, imports and snippets replaced by their content.
public struct Corefile: Sendable {
  /// The server blocks. Empty for an empty file: what is served then is the caller's decision.
  public var blocks: [ServerBlock]
  /// Every file that was read, the Corefile first, then the imports in the order in which they were met.
  public var sources: [Source]

  /// A file that a configuration was read from.
  public struct Source: Sendable, Hashable {
    /// The file's path, as it was given or imported.
    public var path: String
    /// The file's content when it was read.
    public var contents: [UInt8]
  }

  /// The paths of every file that was read.
  public var files: [String] { sources.map(\.path) }
}

/// Zones, and the directives that say how they are served.
public struct ServerBlock: Sendable {
  /// The zones, each with its scheme and port; never empty.
  public var keys: [ServerBlockKey]
  /// The directives in the order of the text, which is not the order in which they act.
  public var directives: [Directive]
  /// Where the block begins.
  public var location: SourceLocation

  /// The directives of a name, in the order of the text.
  public func directives(named name: String) -> [Directive] { directives.filter { $0.name.text == name } }
}

/// A directive, or an option in the block of one: a name, arguments, and perhaps a block of options.
public struct Directive: Sendable {
  /// The first word of the line.
  public var name: Token
  /// The other words of the line.
  public var arguments: [Token]
  /// The options in braces, each a directive itself; `nil` when there are no braces.
  public var block: [Directive]?

  /// A directive, for configurations that are built rather than read.
  public init(name: Token, arguments: [Token] = [], block: [Directive]? = nil) {
    self.name = name
    self.arguments = arguments
    self.block = block
  }
}

extension Corefile {
  /// Reads the Corefile at a path, and what it imports.
  ///
  /// - Parameter path: the file.
  /// - Parameter environment: what `{$NAME}` stands for.
  /// - Parameter defaultPort: the port of server blocks of plain DNS that name none; two blocks for the same zone, scheme and port
  ///   are an error.
  public static func load(
    path: String, environment: [String: String], defaultPort: UInt16 = 53
  ) throws(CorefileError) -> Corefile {
    let bytes: [UInt8]
    do {
      bytes = try FileLoader.disk.read(path)
    } catch {
      throw CorefileError(SourceLocation(file: path), "the Corefile cannot be read: \(error.reason)")
    }
    return try parse(bytes, file: path, environment: environment, loader: .disk, defaultPort: defaultPort)
  }

  /// Reads a Corefile from its bytes.
  ///
  /// - Parameters:
  ///   - text: the bytes.
  ///   - defaultPort: the port of server blocks of plain DNS that name none.
  ///   - file: the path that locations show, and beside which relative imports are looked for.
  ///   - environment: what `{$NAME}` stands for.
  ///   - loader: reads the imports.
  public static func parse(
    _ text: [UInt8], file: String, environment: [String: String] = [:], loader: FileLoader = .memory([:]),
    defaultPort: UInt16 = 53
  ) throws(CorefileError) -> Corefile {
    var parser = Parser(environment: environment, loader: loader)
    let blocks = try parser.parse(text, file: file)
    try checkDuplicates(blocks, defaultPort: defaultPort)
    return Corefile(blocks: blocks, sources: parser.sources)
  }

  /// Reads a Corefile from a string.
  public static func parse(
    _ text: String, file: String = "Corefile", environment: [String: String] = [:], loader: FileLoader = .memory([:]),
    defaultPort: UInt16 = 53
  ) throws(CorefileError) -> Corefile {
    try parse(Array(text.utf8), file: file, environment: environment, loader: loader, defaultPort: defaultPort)
  }
}
