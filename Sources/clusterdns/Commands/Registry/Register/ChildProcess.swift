import Glibc

/// A program that runs beside us, with our standard streams and environment.
final class ChildProcess: Sendable {
  private let number: pid_t

  /// Starts a program.
  ///
  /// - Parameter arguments: its name, looked for in PATH, and its arguments.
  /// - Throws: ``Failure`` when there is no such program.
  init(_ arguments: [String]) throws {
    var number: pid_t = 0
    var pointers: [UnsafeMutablePointer<CChar>?] = unsafe arguments.map { unsafe strdup($0) }
    unsafe pointers.append(nil)
    defer { for index in unsafe pointers.indices { unsafe free(pointers[index]) } }
    let error = unsafe posix_spawnp(&number, arguments[0], nil, nil, pointers, environ)
    guard error == 0 else {
      errno = error
      throw Failure.configuration("\(arguments[0]) cannot be run: \(systemMessage())")
    }
    self.number = number
  }

  /// Asks it to stop.
  func terminate() { _ = kill(number, SIGTERM) }

  /// Waits for its end, and returns what the shell would: its exit status, or 128 and the signal that ended it. A cancelled wait returns at once.
  func end() async -> CInt {
    while !Task.isCancelled {
      var status: CInt = 0
      let found = unsafe waitpid(number, &status, WNOHANG)
      if found == number { return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F }
      if found < 0, errno != EINTR { return 0 }
      try? await Task.sleep(for: .milliseconds(50))
    }
    return 0
  }
}
