import Glibc

/// Reading and replacing whole files.
package enum FileContents {
  /// The octets of a file.
  ///
  /// - Parameter limit: the most octets that it may have.
  /// - Throws: `notFound` when it is not there, `denied` when it may not be read, `unavailable` for everything else.
  package static func read(_ path: String, upTo limit: Int) throws(DiscoveryError) -> [UInt8] {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw failure(errno, "\(path) cannot be read") }
    defer { close(descriptor) }
    var content: [UInt8] = []
    while content.count <= limit {
      let part = try readPart(descriptor, path)
      guard !part.isEmpty else { return content }
      content += part
    }
    throw DiscoveryError(.malformed, "\(path) is larger than \(limit) octets")
  }

  private static func readPart(_ descriptor: Int32, _ path: String) throws(DiscoveryError) -> [UInt8] {
    while true {
      var code: Int32 = 0
      let part = unsafe [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
        let result = unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
        code = result < 0 ? errno : 0
        count = max(result, 0)
      }
      if code == 0 { return part }
      guard code == EINTR else { throw failure(code, "\(path) cannot be read") }
    }
  }

  /// The error for a number of the system's.
  static func failure(_ code: Int32, _ what: String) -> DiscoveryError {
    let why = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
    let reason: DiscoveryError.Reason =
      switch code {
      case ENOENT: .notFound
      case EACCES, EPERM, EROFS: .denied
      default: .unavailable
      }
    return DiscoveryError(reason, "\(what): \(why)")
  }
}
