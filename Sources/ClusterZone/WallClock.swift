import Glibc

/// The time of day.
enum WallClock {
  /// Seconds since 1970.
  static var now: Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// Reads `2026-01-31T12:00:00.25Z` (RFC 3339) as seconds since 1970; `nil` for anything else. Other offsets than `Z` are not
  /// written by Kubernetes.
  static func seconds(rfc3339 text: String) -> Double? {
    let octets = Array(text.utf8)
    guard octets.count >= 20, octets.last == UInt8(ascii: "Z") else { return nil }
    let separators: [(Int, UInt8)] = [(4, 0x2D), (7, 0x2D), (10, 0x54), (13, 0x3A), (16, 0x3A)]
    guard separators.allSatisfy({ octets[$0.0] == $0.1 }) else { return nil }
    func number(_ range: Range<Int>) -> Int? { Int(String(decoding: octets[range], as: UTF8.self)) }
    guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10), let hour = number(11..<13),
      let minute = number(14..<16), (1...12).contains(month), (1...31).contains(day), (0..<24).contains(hour),
      (0..<60).contains(minute), let second = Double(String(decoding: octets[17..<(octets.count - 1)], as: UTF8.self)),
      (0..<61).contains(second)
    else { return nil }
    return Double(days(year, month, day) * 86_400 + hour * 3600 + minute * 60) + second
  }

  /// Days since 1970 of a date in the Gregorian calendar; years are counted from March, so that leap days come last.
  private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let year = month <= 2 ? year - 1 : year
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    return 365 * year + year / 4 - year / 100 + year / 400 + dayOfYear - 719_468
  }
}
