import Glibc

/// Work on many objects that lets other threads have the CPU in between.
///
/// Where the kernel puts preemption off to its next tick (PREEMPT_NONE, PREEMPT_LAZY: up to 4 ms), a worker with queries that wakes on
/// this CPU has to wait for that, or for a system call: this makes one.
struct LongWork {
  private var objects = 0

  /// Counts an object that is done.
  mutating func step() {
    objects &+= 1
    if objects & 7 == 0 { sched_yield() }
  }
}
