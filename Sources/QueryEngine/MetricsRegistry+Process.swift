import Glibc

extension MetricsRegistry {
  /// Adds the metrics that every process of this program has: its build, panics, and what the system says about it.
  ///
  /// - Parameters:
  ///   - version: of the program, for `coredns_build_info`.
  ///   - revision: of its source; empty when unknown.
  /// - Returns: the token that keeps the process's own metrics in.
  public func addProcessMetrics(version: String, revision: String) -> CollectorToken {
    gauge("coredns_build_info", help: "The program's version; always 1.", labels: ["version", "revision", "goversion"])
      .with(version, revision, "").set(1)
    // Swift does not recover from a trap: the process ends and starts anew, so this stays 0; alerts that use it go on working.
    _ = counter("coredns_panics_total", help: "Panics that the process survived.")
    return collect { ProcessStatus.current()?.families() ?? [] }
  }
}

/// What the system says about this process (proc(5)).
struct ProcessStatus: Sendable {
  var cpuSeconds: Double
  var startSeconds: Double
  var virtualBytes: Double
  var residentBytes: Double
  var openFiles: Double
  var openFilesLimit: Double

  /// `nil` where there is no /proc to read.
  static func current() -> ProcessStatus? {
    guard let stat = contents(of: "/proc/self/stat"), let boot = bootSeconds() else { return nil }
    return ProcessStatus(
      stat: stat, bootSeconds: boot, ticks: Double(sysconf(Int32(_SC_CLK_TCK))),
      page: Double(sysconf(Int32(_SC_PAGESIZE))),
      openFiles: openFileCount(), openFilesLimit: openFileLimit())
  }

  /// Reads the line of /proc/self/stat. Its second field, the name, may contain anything: counting starts behind its last parenthesis.
  init?(
    stat: String, bootSeconds: Double, ticks: Double, page: Double, openFiles: Double, openFilesLimit: Double
  ) {
    guard let name = stat.lastIndex(of: ")") else { return nil }
    let fields = stat[name...].split(separator: " ").dropFirst().map { Double($0) }
    // Field 3 (state) is fields[0]; utime is field 14, stime 15, starttime 22, vsize 23, rss 24.
    guard fields.count > 21, let user = fields[11], let system = fields[12], let start = fields[19],
      let virtual = fields[20], let resident = fields[21]
    else { return nil }
    cpuSeconds = (user + system) / ticks
    startSeconds = bootSeconds + start / ticks
    virtualBytes = virtual
    residentBytes = resident * page
    self.openFiles = openFiles
    self.openFilesLimit = openFilesLimit
  }

  func families() -> [MetricFamily] {
    [
      MetricFamily(
        name: "process_cpu_seconds_total", help: "Processor time, user and system, in seconds.", kind: .counter,
        value: cpuSeconds),
      MetricFamily(
        name: "process_start_time_seconds", help: "When the process started, in seconds since 1970.", kind: .gauge,
        value: startSeconds),
      MetricFamily(
        name: "process_virtual_memory_bytes", help: "Size of the address space.", kind: .gauge, value: virtualBytes),
      MetricFamily(
        name: "process_resident_memory_bytes", help: "Memory in use.", kind: .gauge, value: residentBytes),
      MetricFamily(name: "process_open_fds", help: "Open file descriptors.", kind: .gauge, value: openFiles),
      MetricFamily(
        name: "process_max_fds", help: "File descriptors that may be open.", kind: .gauge, value: openFilesLimit),
    ]
  }

  private static func bootSeconds() -> Double? {
    contents(of: "/proc/stat")?.split(separator: "\n").first { $0.hasPrefix("btime ") }
      .flatMap { Double($0.dropFirst("btime ".count)) }
  }

  private static func openFileLimit() -> Double {
    var limit = rlimit()
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 0 }
    return Double(limit.rlim_cur)
  }

  private static func openFileCount() -> Double {
    guard let folder = unsafe opendir("/proc/self/fd") else { return 0 }
    defer { unsafe closedir(folder) }
    var count = 0
    while unsafe readdir(folder) != nil { count += 1 }
    // Not the entries `.` and `..`, nor the descriptor that reads the folder.
    return Double(max(0, count - 3))
  }

  /// A file of /proc as text; at most 1 MiB of it.
  private static func contents(of path: String) -> String? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16_384)
    while bytes.count < 1 << 20 {
      let count = unsafe chunk.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { break }
      bytes += chunk[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
