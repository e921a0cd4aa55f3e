import ClusterModel
import Glibc

/// Why a file or a folder could not be read.
struct FileError: Error {
  let message: String

  init(_ message: String) { self.message = message }

  /// The system's words for its latest error.
  static var latest: FileError { FileError(unsafe String(cString: strerror(errno))) }
}

/// Finds and reads manifest files.
enum ManifestFiles {
  /// The endings that kubectl takes in a folder.
  private static let endings = [".json", ".yaml", ".yml"]

  /// The path itself when it is a file; the manifests in it, sorted by name, when it is a folder.
  static func manifests(at path: String) throws(FileError) -> [String] {
    guard try status(of: path).isFolder else { return [path] }
    let prefix = path.hasSuffix("/") ? path : path + "/"
    return try names(in: path).filter(isManifest).sorted().map { prefix + $0 }.filter { file in
      (try? status(of: file).isFolder) != true
    }
  }

  private static func isManifest(_ name: String) -> Bool {
    endings.contains { name.hasSuffix($0) }
  }

  /// What the system says of a file or folder; links are followed.
  static func status(of path: String) throws(FileError) -> FileStatus {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { throw FileError.latest }
    return FileStatus(status)
  }

  /// The names in a folder, in no order.
  private static func names(in folder: String) throws(FileError) -> [String] {
    guard let stream = unsafe opendir(folder) else { throw FileError.latest }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      // The name ends in a NUL within the entry, as readdir(3) promises.
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      names.append(name)
    }
    return names
  }

  /// The octets of a file.
  ///
  /// - Throws: what the system says, or that the file is larger than `limit` or no regular file.
  static func read(_ path: String, upTo limit: Int) throws(FileError) -> [UInt8] {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw FileError.latest }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw FileError.latest }
    guard FileStatus(status).isRegular else { throw FileError("this is no regular file") }
    let size = Int(status.st_size)
    guard size <= limit else {
      throw FileError("a file of \(size >> 20) MiB; the most is \(limit >> 20) MiB: divide it")
    }
    return try content(of: descriptor, size)
  }

  /// All that comes on the standard input.
  ///
  /// - Throws: what the system says, or that there is more than `limit`.
  static func readStandardInput(upTo limit: Int) throws(FileError) -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      let part = try content(of: STDIN_FILENO, 1 << 16)
      if part.isEmpty { return bytes }
      bytes += part
      guard bytes.count <= limit else { throw FileError("more than \(limit >> 20) MiB: divide it") }
    }
  }

  /// As many octets as there are, up to the size that the file had.
  private static func content(of descriptor: Int32, _ size: Int) throws(FileError) -> [UInt8] {
    var failure: FileError?
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while count < size {
        // `count` octets are written; the rest of the buffer takes at most what is asked for.
        let read = unsafe Glibc.read(descriptor, buffer.baseAddress?.advanced(by: count), size - count)
        if read < 0 && errno == EINTR { continue }
        if read < 0 { failure = FileError.latest }
        if read <= 0 { break }
        count += read
      }
    }
    if let failure { throw failure }
    return bytes
  }
}

/// What matters of a file's status.
struct FileStatus: Hashable {
  let isFolder: Bool
  let isRegular: Bool
  private let device: UInt64
  private let inode: UInt64
  private let size: Int64
  /// The times of the last change of the content and of the inode, in seconds and nanoseconds.
  private let times: [Int64]

  init(_ status: stat) {
    isFolder = status.st_mode & S_IFMT == S_IFDIR
    isRegular = status.st_mode & S_IFMT == S_IFREG
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
    size = Int64(status.st_size)
    times = [
      Int64(status.st_mtim.tv_sec), Int64(status.st_mtim.tv_nsec), Int64(status.st_ctim.tv_sec),
      Int64(status.st_ctim.tv_nsec),
    ]
  }
}
