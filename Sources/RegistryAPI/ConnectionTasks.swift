import NIOCore

/// Runs the task of a connection on the event loop that has its socket: what comes is read, answered and written by one thread,
/// and no other one is woken for it. What may take long is done elsewhere, for the loop's other connections wait meanwhile.
final class ConnectionTasks: TaskExecutor {
  private let eventLoop: any EventLoop

  init(_ eventLoop: any EventLoop) { self.eventLoop = eventLoop }

  /// A job runs once, as an executor has to see to: the loop runs each closure once.
  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    eventLoop.execute { [self] in unsafe job.runSynchronously(on: asUnownedTaskExecutor()) }
  }

  /// Does something that may take long on threads that other tasks share.
  static func leaveLoop<Result: Sendable>(_ body: @Sendable () async -> Result) async -> Result {
    await withTaskExecutorPreference(globalConcurrentExecutor) { await body() }
  }
}
