import Glibc

/// The time of day.
enum WallClock {
  /// Seconds since 1970.
  static var seconds: Int { Glibc.time(nil) }
}
