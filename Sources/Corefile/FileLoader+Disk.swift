import Glibc

extension FileLoader {
  /// The file system.
  public static let disk = FileLoader(
    read: { (path) throws(Failure) in try readFile(path, limit: Limits.fileSize) },
    matches: { pattern in matchingFiles(pattern) })
}

/// Reads a file, and at most 64 KiB more of it than the limit, by which the caller sees that it is too long.
package func readFile(_ path: String, limit: Int) throws(FileLoader.Failure) -> [UInt8] {
  // Safe: Swift hands over a C string that lives as long as the call.
  let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
  guard file >= 0 else { throw systemFailure() }
  defer { close(file) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  while bytes.count <= limit {
    // Safe: the kernel writes at most the buffer's length into the buffer.
    let count = unsafe buffer.withUnsafeMutableBytes { unsafe read(file, $0.baseAddress, $0.count) }
    if count < 0 && errno == EINTR { continue }
    guard count >= 0 else { throw systemFailure() }
    if count == 0 { break }
    bytes += buffer[..<count]
  }
  return bytes
}

/// The reason of the last call's failure.
private func systemFailure() -> FileLoader.Failure {
  // Safe: strerror answers a string for every number; it is copied at once.
  unsafe FileLoader.Failure(String(cString: strerror(errno)))
}

/// The files that a pattern fits, sorted by their bytes. Folders are left out; wildcards fit no leading dot.
private func matchingFiles(_ pattern: String) -> [String] {
  var found = unsafe glob_t()
  // Safe: glob fills the structure, whose strings are copied before globfree.
  defer { unsafe globfree(&found) }
  guard unsafe glob(pattern, GLOB_MARK, nil, &found) == 0 else { return [] }
  return unsafe (0..<Int(found.gl_pathc))
    .compactMap { index in unsafe found.gl_pathv[index].map { unsafe String(cString: $0) } }
    .filter { !$0.hasSuffix("/") }
    .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
}
