extension Duration {
  /// As Go prints it: `30s`, `5m0s`, `1h0m0s`, `1.5s`, `300ms`, `0s`.
  var goText: String {
    if self < .zero { return "-" + (.zero - self).goText }
    let nanoseconds = wholeNanoseconds
    switch nanoseconds {
    case 0: return "0s"
    case ..<1_000: return "\(nanoseconds)ns"
    case ..<1_000_000: return Self.decimal(nanoseconds, unit: 1_000) + "µs"
    case ..<1_000_000_000: return Self.decimal(nanoseconds, unit: 1_000_000) + "ms"
    default: break
    }
    let (minutes, rest) = (nanoseconds / 60_000_000_000, nanoseconds % 60_000_000_000)
    let seconds = Self.decimal(rest, unit: 1_000_000_000) + "s"
    if minutes == 0 { return seconds }
    return (minutes >= 60 ? "\(minutes / 60)h" : "") + "\(minutes % 60)m" + seconds
  }

  /// In seconds, without an exponent and without zeros at its end: `0.037990251`.
  var secondsText: String { Self.decimal(wholeNanoseconds, unit: 1_000_000_000) }

  /// At most 2^63-1.
  var wholeNanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (product, isTooLong) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, overflows) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
    return isTooLong || overflows ? .max : sum
  }

  /// A quotient with all its decimal digits, of which there are as many as `unit` (a power of ten) has zeros.
  private static func decimal(_ value: Int64, unit: Int64) -> String {
    let (whole, fraction) = (value / unit, value % unit)
    guard fraction > 0 else { return "\(whole)" }
    // A one in front keeps the zeros.
    var digits = String(fraction + unit).dropFirst()
    while digits.last == "0" { digits.removeLast() }
    return "\(whole).\(digits)"
  }
}
