import CLinux
import Glibc
import NIOCore
import NIOPosix

/// A thread for work that takes long and that no query waits for: manifests that are read again, a configuration that replaces another.
///
/// It is nice: a worker that wakes has the CPU at once, however much there is to do here (the kernel lets a thread finish its slice only
/// before others that had as much). Where all CPUs are busy with queries this thread still gets a tenth of one.
final class BackgroundThread: TaskExecutor {
  private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)

  /// How much nicer than the rest of the process.
  private static let niceness: CInt = 10

  init() {
    group.next().execute {
      unsafe cl_name_thread("background")
      _ = nice(Self.niceness)
    }
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    group.next().execute { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }

  /// Ends the thread, once nothing runs on it any more.
  func stop() async { try? await group.shutdownGracefully() }
}
