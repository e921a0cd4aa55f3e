package import Foundation
import Synchronization

/// A program that runs in a folder, with what it says in a file; it ends when this object, or this process, does.
package final class ServerProcess {
  /// The number of the process.
  package let pid: pid_t
  /// The program is ended when nobody holds the writing end of this pipe any more, however the tests end.
  private let lifeline: Int32
  private var isStopped = false
  /// Once it has ended: its exit status, or 128 and the signal's number.
  package private(set) var exitStatus: Int32?

  /// Starts `program` with `arguments`; standard output and error go to the file `log`, which is emptied.
  package init(_ program: String, _ arguments: [String], folder: String, log: String) throws {
    // The watcher reads until the lifeline closes, then ends the program, whose number is the shell's own.
    let script =
      "cd \"$1\"; shift; exec 3<&0; (cat <&3 >/dev/null; kill -TERM $$ 2>/dev/null) & exec \"$@\" </dev/null 3<&-"
    let command = ["/bin/sh", "-c", script, "sh", folder, program] + arguments
    (pid, lifeline) = try Self.starting.withLock { _ in
      var ends: [Int32] = [0, 0]
      guard pipe(&ends) == 0 else { throw SocketError(call: "pipe") }
      defer { close(ends[0]) }
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      return (try Self.spawn(command, input: ends[0], log: log), ends[1])
    }
  }

  /// One start at a time: no other program may inherit a pipe before it is marked.
  private static let starting = Mutex(())

  /// Below this are all descriptors that tests open; closing one that is not open does no harm.
  private static var descriptorBound: Int32 {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    return Int32(max(3, min(4_096, limit.rlim_cur)))
  }

  private static func spawn(_ command: [String], input: Int32, log: String) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, input, 0)
    posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0o644)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    // Sockets of servers in this process: who inherited them would keep their connections open.
    for descriptor in 3..<descriptorBound { posix_spawn_file_actions_addclose(&actions, descriptor) }
    var arguments = command.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var pid: pid_t = 0
    let status = posix_spawn(&pid, command[0], &actions, nil, &arguments, environ)
    guard status == 0 else { throw SocketError(call: "posix_spawn", code: status) }
    return pid
  }

  deinit { stop() }

  package var isRunning: Bool {
    collect(WNOHANG)
    return exitStatus == nil
  }

  package func signal(_ number: Int32) {
    if isRunning { kill(pid, number) }
  }

  /// Ends it and waits for it.
  package func stop() {
    guard !isStopped else { return }
    isStopped = true
    close(lifeline)
    collect(0)
  }

  /// Takes the exit status if there is one, or waits for it.
  private func collect(_ options: Int32) {
    guard exitStatus == nil else { return }
    var status: Int32 = 0
    guard waitpid(pid, &status, options) == pid else { return }
    let signal = status & 0x7F
    exitStatus = signal == 0 ? status >> 8 & 0xFF : 128 + signal
  }
}
