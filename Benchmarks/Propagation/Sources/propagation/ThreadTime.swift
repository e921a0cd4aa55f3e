import Glibc

/// The CPU time that threads have taken, in nanoseconds.
enum ThreadTime {
  /// That of the calling thread.
  static var own: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  /// That of the UDP worker, of which there is one.
  static var worker: UInt64 {
    workerPath.flatMap { read($0 + "/schedstat") }.flatMap { UInt64($0.prefix { $0 != " " }) } ?? 0
  }

  /// The folder of the worker's thread, which the system knows by its name.
  private static let workerPath: String? = {
    guard let folder = opendir("/proc/self/task") else { return nil }
    defer { closedir(folder) }
    while let entry = readdir(folder) {
      let path =
        "/proc/self/task/"
        + withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
      if read(path + "/comm") == "udp-0\n" { return path }
    }
    return nil
  }()

  private static func read(_ path: String) -> String? {
    let file = open(path, O_RDONLY)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var text = [UInt8](repeating: 0, count: 256)
    let count = Glibc.read(file, &text, text.count)
    return String(decoding: text.prefix(max(0, count)), as: UTF8.self)
  }
}
