import Glibc

/// The clock of TTLs: whole seconds since some time before the start, at least 1.
public enum ServerClock {
  /// The present second.
  public static var seconds: UInt32 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC_COARSE, &time)
    return UInt32(truncatingIfNeeded: time.tv_sec) &+ 1
  }

  /// A fine clock, for how long things take.
  public static var nanoseconds: UInt64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(truncatingIfNeeded: time.tv_sec) &* 1_000_000_000 &+ UInt64(truncatingIfNeeded: time.tv_nsec)
  }
}
