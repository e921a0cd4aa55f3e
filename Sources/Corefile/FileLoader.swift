/// How a Corefile and its imports are read: from the disk, or from memory in tests and tools.
public struct FileLoader: Sendable {
  /// Why a file cannot be read: `No such file or directory`.
  public struct Failure: Error, Sendable, Hashable {
    /// The reason, as the system says it.
    public var reason: String

    /// A failure for a reason.
    public init(_ reason: String) { self.reason = reason }
  }

  /// The bytes of the file at a path.
  public var read: @Sendable (_ path: String) throws(Failure) -> [UInt8]
  /// The paths of the files that a pattern with `*` or `?` fits, in order, without folders and hidden files.
  public var matches: @Sendable (_ pattern: String) -> [String]

  /// A loader out of its two parts.
  public init(
    read: @escaping @Sendable (_ path: String) throws(Failure) -> [UInt8],
    matches: @escaping @Sendable (_ pattern: String) -> [String]
  ) {
    self.read = read
    self.matches = matches
  }

  /// Files that are held in memory, by path. Patterns may hold one `*`.
  public static func memory(_ files: [String: String]) -> FileLoader {
    FileLoader(
      read: { (path) throws(Failure) in
        guard let text = files[path] else { throw Failure("No such file or directory") }
        return Array(text.utf8)
      },
      matches: { pattern in
        let parts = pattern.split(separator: "*", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return files.keys.contains(pattern) ? [pattern] : [] }
        return files.keys.filter { path in
          path.count >= pattern.count - 1 && path.hasPrefix(parts[0]) && path.hasSuffix(parts[1])
            && !path.dropFirst(parts[0].count).dropLast(parts[1].count).contains("/")
        }.sorted()
      })
  }
}

/// The path of a file that another one names: a relative path is meant relative to the folder of the file that it stands in.
package func resolvePath(_ path: String, besides file: String) -> String {
  guard !path.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return path }
  return file[...slash] + path
}
