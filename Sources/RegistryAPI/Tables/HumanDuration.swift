/// Durations as kubectl shows them: two units at most, and the smaller one only where it still says something.
enum HumanDuration {
  /// The age of what began at `start`, both in seconds since 1970; `<unknown>` when nobody knows, as 0 says.
  static func since(_ start: Int64, now: Int64) -> String {
    start == 0 ? "<unknown>" : text(now.subtractingReportingOverflow(start).partialValue)
  }

  /// A duration in seconds; one that is further below zero than clocks differ is `<invalid>`.
  static func text(_ seconds: Int64) -> String {
    let (minutes, hours) = (seconds / minute, seconds / hour)
    switch true {
    case seconds < -1: return "<invalid>"
    case seconds < 0: return "0s"
    case seconds < 2 * minute: return "\(seconds)s"
    case minutes < 10: return pair(minutes, "m", seconds % minute, "s")
    case minutes < 180: return "\(minutes)m"
    case hours < 8: return pair(hours, "h", minutes % 60, "m")
    case hours < 48: return "\(hours)h"
    case hours < 8 * 24: return pair(hours / 24, "d", hours % 24, "h")
    case hours < 2 * year: return "\(hours / 24)d"
    case hours < 8 * year: return pair(hours / year, "y", hours / 24 % 365, "d")
    default: return "\(hours / year)y"
    }
  }

  private static let minute: Int64 = 60
  private static let hour: Int64 = 3_600
  /// In hours.
  private static let year: Int64 = 24 * 365

  private static func pair(_ large: Int64, _ unit: String, _ small: Int64, _ smallUnit: String) -> String {
    small == 0 ? "\(large)\(unit)" : "\(large)\(unit)\(small)\(smallUnit)"
  }
}
