import CLinux
import Glibc

/// What the system says of the last call that failed.
func systemMessage() -> String {
  unsafe String(cString: strerror(errno))
}

/// What the process was started with, and what the system lets it have.
enum ProcessEnvironment {
  /// The environment variables.
  static var variables: [String: String] {
    var variables: [String: String] = [:]
    var entry = unsafe environ
    while unsafe entry.pointee != nil {
      guard let text = unsafe entry.pointee else { break }
      let parts = unsafe String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
      unsafe entry += 1
    }
    return variables
  }

  /// Whether the process runs in a pod of a cluster whose API it may use.
  static var isInCluster: Bool {
    let hasToken = unsafe access("/var/run/secrets/kubernetes.io/serviceaccount/token", F_OK) == 0
    return hasToken && variables["KUBERNETES_SERVICE_HOST"] != nil
  }

  /// Keeps the heap from growing with each large array that comes and goes; to be called before there are any.
  static func boundMemory() { cl_bound_heap() }

  /// Gives the memory back that reading many objects has left behind.
  static func trimMemory() { cl_trim_heap() }

  /// Raises the bound on open descriptors as far as the system allows.
  ///
  /// - Returns: the bound in force.
  static func raiseDescriptorLimit() -> Int {
    var limit = rlimit()
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
    limit.rlim_cur = limit.rlim_max
    unsafe _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    unsafe _ = getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    return Int(clamping: limit.rlim_cur)
  }
}
