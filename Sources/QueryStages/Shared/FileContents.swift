import Glibc

/// A file's content, and what tells whether it has changed.
struct FileContents: Sendable {
  var bytes: [UInt8]
  var stamp: FileStamp

  /// Reads a file of at most `limit` octets; a longer one is an error.
  static func read(_ path: String, limit: Int = 1 << 28) throws(FileError) -> FileContents {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { throw FileError(code: errno) }
    defer { close(file) }
    let stamp = try FileStamp(descriptor: file)
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      // Safe: the kernel writes at most the buffer's length into the buffer.
      let count = unsafe buffer.withUnsafeMutableBytes { unsafe Glibc.read(file, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw FileError(code: errno) }
      if count == 0 { return FileContents(bytes: bytes, stamp: stamp) }
      bytes += buffer[..<count]
      guard bytes.count <= limit else { throw FileError(code: EFBIG) }
    }
  }
}

/// Which state of a file was read: when it was changed, how long it is, and which file it is.
struct FileStamp: Sendable, Hashable {
  private var seconds: Int
  private var nanoseconds: Int
  private var size: Int
  private var inode: UInt

  fileprivate init(descriptor: Int32) throws(FileError) {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw FileError(code: errno) }
    self.init(status)
  }

  /// The file's present state; `nil` when there is none.
  init?(path: String) {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return nil }
    self.init(status)
  }

  private init(_ status: stat) {
    seconds = status.st_mtim.tv_sec
    nanoseconds = status.st_mtim.tv_nsec
    size = Int(status.st_size)
    inode = UInt(status.st_ino)
  }
}

/// Why a file cannot be read.
struct FileError: Error, Sendable, Hashable {
  /// The system's error number.
  var code: Int32

  /// Why a file cannot be opened for reading; `nil` when it can.
  static func whyUnreadable(_ path: String) -> FileError? {
    unsafe access(path, R_OK) == 0 ? nil : FileError(code: errno)
  }

  var isMissing: Bool { code == ENOENT || code == ENOTDIR }
}

extension FileError: CustomStringConvertible {
  /// The system's words: `No such file or directory`.
  var description: String {
    // Safe: the text is the C library's own, and copied at once.
    unsafe String(cString: strerror(code))
  }
}

/// Calls `check` every so often, as long as its configuration is in force.
struct PeriodicCheck: BackgroundService {
  let interval: Duration
  let check: @Sendable () -> Void
  /// Waits; throws when the service is to end.
  var sleep: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }

  func run() async {
    while !Task.isCancelled {
      do {
        try await sleep(interval)
      } catch {
        return
      }
      check()
    }
  }
}
