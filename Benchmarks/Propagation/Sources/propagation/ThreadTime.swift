import Glibc

/// The CPU time that threads have taken, in nanoseconds.
enum ThreadTime {
  /// That of the calling thread.
  static var own: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  /// That of the UDP worker: of all threads of its name, as that of an earlier cluster may still be there, idle.
  static var worker: UInt64 {
    threads.filter { read($0 + "/comm") == "udp-0\n" }.reduce(0) { sum, thread in
      sum + (read(thread + "/schedstat").flatMap { UInt64($0.prefix { $0 != " " }) } ?? 0)
    }
  }

  /// The folders of this process's threads.
  private static var threads: [String] {
    guard let folder = opendir("/proc/self/task") else { return [] }
    defer { closedir(folder) }
    var found: [String] = []
    while let entry = readdir(folder) {
      found.append(
        "/proc/self/task/"
          + withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
          })
    }
    return found
  }

  private static func read(_ path: String) -> String? {
    let file = open(path, O_RDONLY)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var text = [UInt8](repeating: 0, count: 256)
    let count = Glibc.read(file, &text, text.count)
    return String(decoding: text.prefix(max(0, count)), as: UTF8.self)
  }
}
