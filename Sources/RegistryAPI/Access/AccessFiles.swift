import Glibc
import Synchronization

/// What was read from files, and is read again when they change.
final class AccessFiles<Value: Sendable>: Sendable {
  private struct State {
    var value: Value
    var stamps: [FileStamp]
    /// Until when the files are taken to be as they were, in seconds of the monotonic clock.
    var isFreshUntil: Int
  }

  private let paths: [String]
  private let read: @Sendable () throws -> Value
  private let report: @Sendable (String) -> Void
  private let state: Mutex<State>

  /// - Parameters:
  ///   - read: reads the files; what it throws at first is thrown, and later is reported, and the old value kept.
  ///   - report: gets what is wrong with changed files.
  init(
    _ paths: [String], report: @escaping @Sendable (String) -> Void, read: @escaping @Sendable () throws -> Value
  ) throws {
    self.paths = paths
    self.read = read
    self.report = report
    let stamps = paths.map { FileStamp($0) }
    state = Mutex(State(value: try read(), stamps: stamps, isFreshUntil: Self.now + 1))
  }

  /// The value of the files as they are, or were a second ago.
  var value: Value {
    state.withLock { state in
      let now = Self.now
      guard now >= state.isFreshUntil else { return state.value }
      state.isFreshUntil = now + 1
      let stamps = paths.map { FileStamp($0) }
      guard stamps != state.stamps else { return state.value }
      state.stamps = stamps
      do { state.value = try read() } catch { report("\(error); what was read before stays in force") }
      return state.value
    }
  }

  private static var now: Int {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec
  }
}

/// What tells one state of a file from another.
struct FileStamp: Equatable, Sendable {
  private let inode: UInt
  private let size: Int
  private let seconds: Int
  private let nanoseconds: Int
  /// The permission bits; 0 for no file.
  let mode: UInt32

  init(_ path: String) {
    var status = stat()
    let isThere = unsafe stat(path, &status) == 0
    inode = isThere ? UInt(status.st_ino) : 0
    size = isThere ? Int(status.st_size) : -1
    seconds = isThere ? status.st_mtim.tv_sec : 0
    nanoseconds = isThere ? status.st_mtim.tv_nsec : 0
    mode = isThere ? UInt32(status.st_mode) : 0
  }

  /// Whether users other than the owner and its group can read the file.
  var isWorldReadable: Bool { mode & UInt32(S_IROTH) != 0 }
}

enum AccessFile {
  /// The most octets of a token file.
  private static let most = 4 << 20

  /// A file's text.
  ///
  /// - Parameter option: the option that names the file, for errors.
  static func text(_ path: String, option: String) throws(AccessError) -> String {
    guard let file = unsafe fopen(path, "r") else { throw unreadable(path, option) }
    defer { unsafe _ = fclose(file) }
    var octets: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = unsafe fread(&part, 1, part.count, file)
      if count == 0 { break }
      octets += part[..<count]
      if octets.count > most { throw AccessError("\(option) \(path): larger than \(most) octets") }
    }
    guard unsafe ferror(file) == 0 else { throw unreadable(path, option) }
    guard let text = String(validating: octets, as: UTF8.self) else {
      throw AccessError("\(option) \(path): the file is not UTF-8 text")
    }
    return text
  }

  private static func unreadable(_ path: String, _ option: String) -> AccessError {
    AccessError("\(option) \(path): \(unsafe String(cString: strerror(errno)))")
  }
}
