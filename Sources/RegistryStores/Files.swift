import Glibc
import Registry

// The few calls on files that SQLite does not make for us.

/// What the last failed call says.
func systemMessage() -> String { unsafe String(cString: strerror(errno)) }

/// One file or folder by its path.
struct FilePath: Sendable {
  let text: String

  init(_ text: String) { self.text = text }

  /// Where SQLite writes what is not in the file itself yet.
  var log: FilePath { FilePath(text + "-wal") }
  /// The index of the log, which is worth nothing without a process that uses it.
  var logIndex: FilePath { FilePath(text + "-shm") }
  /// What it lies in.
  var folder: FilePath {
    guard let slash = text.lastIndex(of: "/") else { return FilePath(".") }
    return FilePath(slash == text.startIndex ? "/" : String(text[..<slash]))
  }

  /// What it is; `nil` when there is none.
  var status: stat? {
    var status = stat()
    return unsafe stat(text, &status) == 0 ? status : nil
  }
  var exists: Bool { status != nil }
  var isFolder: Bool { status.map { $0.st_mode & S_IFMT == S_IFDIR } ?? false }
  var isFile: Bool { status.map { $0.st_mode & S_IFMT == S_IFREG } ?? false }
  /// In octets.
  var size: Int { status.map { Int($0.st_size) } ?? 0 }

  func failure(_ what: String = systemMessage()) -> RegistryStoreError { RegistryStoreError("\(text): \(what)") }

  /// Makes the folder and those that it lies in, for the owner alone.
  func makeFolder() throws(RegistryStoreError) {
    if isFolder { return }
    if exists { throw failure("a folder is wanted, and this is none") }
    if folder.text != text, !folder.isFolder { try folder.makeFolder() }
    guard unsafe mkdir(text, 0o700) == 0 || isFolder else { throw failure() }
  }

  /// Makes an empty file for the owner alone, in the place of whatever has its name.
  func makeFile() throws(RegistryStoreError) {
    remove()
    let descriptor = unsafe open(text, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure() }
    close(descriptor)
  }

  /// Takes the file away, with what SQLite puts beside it.
  func remove() {
    for path in [self, log, logIndex] { unsafe _ = unlink(path.text) }
  }

  func rename(to other: FilePath) throws(RegistryStoreError) {
    guard unsafe Glibc.rename(text, other.text) == 0 else { throw other.failure() }
  }

  /// Gives the file another name too.
  func link(to other: FilePath) throws(RegistryStoreError) {
    guard unsafe Glibc.link(text, other.text) == 0 else { throw other.failure() }
  }

  /// Makes what was written, or what the folder lists, survive the end of the machine.
  func sync() throws(RegistryStoreError) {
    let descriptor = unsafe open(text, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure() }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw failure() }
  }

  /// Up to so many octets from the file's beginning.
  func prefix(_ count: Int) throws(RegistryStoreError) -> [UInt8] {
    var octets: [UInt8] = []
    try read(chunk: count) { chunk in
      octets = Array(chunk)
      return false
    }
    return octets
  }

  /// Reads the file in pieces until the body says no; the last one may be shorter.
  func read(chunk size: Int, _ body: (ArraySlice<UInt8>) -> Bool) throws(RegistryStoreError) {
    let descriptor = unsafe open(text, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure() }
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: size)
    while true {
      var count = 0
      while count < size {
        let got = unsafe buffer.withUnsafeMutableBytes { buffer in
          let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[count...])
          return unsafe Glibc.read(descriptor, rest.baseAddress, rest.count)
        }
        if got < 0, errno == EINTR { continue }
        guard got >= 0 else { throw failure() }
        if got == 0 { break }
        count += got
      }
      guard count > 0, body(buffer[..<count]), count == size else { return }
    }
  }
}
