import Glibc

extension FileContents {
  /// Puts a file with these octets in the place of another one: who reads it sees the old ones or the new ones.
  ///
  /// It is not forced to the disk: after a loss of power the file may be damaged, which its reader says.
  static func replace(_ path: String, with content: [UInt8]) throws(DiscoveryError) {
    let fresh = "\(path).new"
    let descriptor = unsafe open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure(errno, "\(fresh) cannot be written") }
    let problem = write(content, to: descriptor)
    close(descriptor)
    if problem == 0, unsafe rename(fresh, path) == 0 { return }
    let code = problem == 0 ? errno : problem
    unsafe unlink(fresh)
    throw failure(code, "\(path) cannot be written")
  }

  /// - Returns: the number of the system's error; 0 for none.
  private static func write(_ content: [UInt8], to descriptor: Int32) -> Int32 {
    var rest = content[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno != EINTR { return errno }
      rest = rest.dropFirst(max(count, 0))
    }
    return 0
  }

  /// Makes a folder, with those that it is in, for this user alone, and finds out whether files can be kept in it.
  static func prepareFolder(_ path: String) throws(DiscoveryError) {
    var made = path.hasPrefix("/") ? "" : "."
    for part in path.split(separator: "/") {
      made += "/\(part)"
      if unsafe mkdir(made, 0o700) != 0, errno != EEXIST { throw failure(errno, "the folder \(made) cannot be made") }
    }
    guard unsafe access(path, R_OK | W_OK | X_OK) == 0 else {
      throw failure(errno, "nothing can be kept in the folder \(path)")
    }
  }

  /// Takes a file away, if it is there.
  static func remove(_ path: String) throws(DiscoveryError) {
    if unsafe unlink(path) != 0, errno != ENOENT { throw failure(errno, "\(path) cannot be taken away") }
  }
}
