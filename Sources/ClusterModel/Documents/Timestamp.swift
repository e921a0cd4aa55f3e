/// Points in time as Kubernetes writes them: RFC 3339, in UTC and whole seconds (`2026-11-23T02:48:22Z`).
public enum Timestamp {
  /// Seconds since 1970 as text; years 0–9999.
  public static func text(_ seconds: Int64) -> String { String(decoding: octets(seconds) + "Z".utf8, as: UTF8.self) }

  /// Microseconds since 1970 as text with six digits behind the point (`2026-11-23T02:48:22.000001Z`); years 0–9999.
  public static func text(microseconds: Int64) -> String {
    let seconds = microseconds.flooredDivision(by: 1_000_000)
    var octets = octets(seconds)
    append(microseconds - seconds * 1_000_000, 6, behind: ".", to: &octets)
    return String(decoding: octets + "Z".utf8, as: UTF8.self)
  }

  /// The text up to whole seconds. Lists have tens of thousands of these, so no text is made of each number.
  private static func octets(_ seconds: Int64) -> [UInt8] {
    let day = seconds.flooredDivision(by: 86_400)
    let second = seconds - day * 86_400
    let (year, month, dayOfMonth) = civil(daysSince1970: day)
    var octets: [UInt8] = []
    octets.reserveCapacity(28)
    append(year, 4, to: &octets)
    append(month, 2, behind: "-", to: &octets)
    append(dayOfMonth, 2, behind: "-", to: &octets)
    append(second / 3600, 2, behind: "T", to: &octets)
    append(second / 60 % 60, 2, behind: ":", to: &octets)
    append(second % 60, 2, behind: ":", to: &octets)
    return octets
  }

  /// A number with so many digits, zeros in front; one that has more, or is negative, as it is.
  private static func append(
    _ value: Int64, _ width: Int, behind separator: Unicode.Scalar? = nil, to octets: inout [UInt8]
  ) {
    if let separator { octets.append(UInt8(ascii: separator)) }
    let start = octets.count
    var rest = value
    for _ in 0..<width {
      octets.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
      rest /= 10
    }
    octets[start...].reverse()
    if value < 0 || rest > 0 { octets.replaceSubrange(start..., with: String(value).utf8) }
  }

  /// Reads RFC 3339 §5.6 with any offset; fractions of a second are dropped. `nil` for everything else.
  public static func seconds(_ text: String) -> Int64? { parts(text)?.seconds }

  /// As `seconds(_:)`, but to the microsecond; what is finer is dropped.
  public static func microseconds(_ text: String) -> Int64? {
    parts(text).map { $0.seconds * 1_000_000 + $0.microseconds }
  }

  /// Seconds since 1970, and the microseconds on top.
  private static func parts(_ text: String) -> (seconds: Int64, microseconds: Int64)? {
    var rest = Substring(text).utf8
    guard let year = digits(4, &rest), take("-", &rest), let month = digits(2, &rest), take("-", &rest),
      let day = digits(2, &rest), take("Tt ", &rest), let hour = digits(2, &rest), take(":", &rest),
      let minute = digits(2, &rest), take(":", &rest), let second = digits(2, &rest)
    else { return nil }
    guard (1...12).contains(month), (1...daysIn(month, of: year)).contains(day), hour < 24, minute < 60, second <= 60
    else { return nil }
    guard let microseconds = take(".", &rest) ? fraction(&rest) : 0, let offset = offset(&rest), rest.isEmpty
    else { return nil }
    let seconds = days(since1970: year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset
    return (seconds, microseconds)
  }

  /// The digits behind the point, in microseconds.
  private static func fraction(_ rest: inout Substring.UTF8View) -> Int64? {
    let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard !digits.isEmpty else { return nil }
    rest = rest[digits.endIndex...]
    var value: Int64 = 0
    for digit in digits.prefix(6) { value = value * 10 + Int64(digit - UInt8(ascii: "0")) }
    for _ in digits.count..<max(6, digits.count) { value *= 10 }
    return value
  }

  /// `Z` or `+hh:mm`, in seconds east of UTC.
  private static func offset(_ rest: inout Substring.UTF8View) -> Int64? {
    if take("Zz", &rest) { return 0 }
    let sign: Int64 = rest.first == UInt8(ascii: "-") ? -1 : 1
    guard take("+-", &rest), let hour = digits(2, &rest), take(":", &rest), let minute = digits(2, &rest),
      hour < 24, minute < 60
    else { return nil }
    return sign * (hour * 3600 + minute * 60)
  }

  private static func digits(_ count: Int, _ rest: inout Substring.UTF8View) -> Int64? {
    var value: Int64 = 0
    for _ in 0..<count {
      guard let octet = rest.popFirst(), (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(octet) else { return nil }
      value = value * 10 + Int64(octet - UInt8(ascii: "0"))
    }
    return value
  }

  /// Takes one octet when it is one of those.
  private static func take(_ octets: StaticString, _ rest: inout Substring.UTF8View) -> Bool {
    guard let first = rest.first, octets.description.utf8.contains(first) else { return false }
    rest.removeFirst()
    return true
  }

  private static func daysIn(_ month: Int64, of year: Int64) -> Int64 {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Days from 1970-01-01 in the Gregorian calendar; years count from March, so that the leap day comes last.
  private static func days(since1970 year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted.flooredDivision(by: 400)
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  /// The reverse of `days(since1970:)`.
  private static func civil(daysSince1970 days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = shifted.flooredDivision(by: 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
  }
}

extension Int64 {
  /// Division that rounds towards minus infinity; the divisor is positive.
  fileprivate func flooredDivision(by divisor: Int64) -> Int64 {
    self / divisor - (self % divisor < 0 ? 1 : 0)
  }
}
