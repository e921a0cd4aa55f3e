extension Token {
  /// A span of time as Go writes it: `5s`, `1m30s`, `300ms`, `1.5h`. Units are ns, us (or µs), ms, s, m and h.
  ///
  /// - Parameter range: what is accepted; by default nothing negative.
  public func duration(in range: ClosedRange<Duration> = longestDuration) throws(CorefileError) -> Duration {
    guard let duration = parseDuration(text) else {
      throw error("a duration is expected instead of \(shown)", hint: "write it like 5s, 1m30s or 300ms")
    }
    guard range.contains(duration) else {
      throw error(
        "the duration \(shown) is out of range",
        hint: range.upperBound == longestDuration.upperBound
          ? "it is at least \(range.lowerBound)" : "it is \(range.lowerBound) to \(range.upperBound)")
    }
    return duration
  }

  /// A span of time, where a number without a unit means seconds.
  public func durationOrSeconds(in range: ClosedRange<Duration> = longestDuration) throws(CorefileError) -> Duration {
    guard let seconds = UInt32(text), !text.hasPrefix("+") else { return try duration(in: range) }
    let duration = Duration.seconds(Int64(seconds))
    return range.contains(duration) ? duration : try Token(text + "s", at: location).duration(in: range)
  }
}

/// From nothing to the longest duration that Go knows: 2^63-1 nanoseconds, 292 years.
public let longestDuration: ClosedRange<Duration> = .zero ... .nanoseconds(Int64.max)

/// Reads numbers with units, one after the other; `nil` when the text is none, or out of Go's range.
private func parseDuration(_ text: String) -> Duration? {
  var rest = Array(text.utf8)[...]
  let isNegative = rest.first == UInt8(ascii: "-")
  if isNegative || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
  if rest.elementsEqual([UInt8(ascii: "0")]) { return .zero }
  guard !rest.isEmpty else { return nil }
  var total: Int64 = 0
  while !rest.isEmpty {
    guard let part = takeNanoseconds(&rest) else { return nil }
    let (sum, overflow) = total.addingReportingOverflow(part)
    if overflow { return nil }
    total = sum
  }
  return .nanoseconds(isNegative ? -total : total)
}

/// One number, with or without a fraction, and its unit.
private func takeNanoseconds(_ rest: inout ArraySlice<UInt8>) -> Int64? {
  let whole = takeDigits(&rest)
  var fraction: ArraySlice<UInt8> = []
  if rest.first == UInt8(ascii: ".") {
    rest.removeFirst()
    fraction = takeDigits(&rest)
  }
  guard !whole.isEmpty || !fraction.isEmpty, let unit = takeUnit(&rest) else { return nil }
  guard let count = whole.isEmpty ? 0 : Int64(String(decoding: whole, as: UTF8.self)) else { return nil }
  let (product, tooLong) = count.multipliedReportingOverflow(by: unit)
  // Less than one unit; a double has all the digits that a nanosecond needs.
  let share = Double("0." + String(decoding: fraction, as: UTF8.self) + "0") ?? 0
  let (sum, overflow) = product.addingReportingOverflow(Int64(share * Double(unit)))
  return tooLong || overflow ? nil : sum
}

private func takeDigits(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
  let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  rest = rest.dropFirst(digits.count)
  return digits
}

/// The unit's length in nanoseconds.
private func takeUnit(_ rest: inout ArraySlice<UInt8>) -> Int64? {
  let name = rest.prefix { $0 != UInt8(ascii: ".") && !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  rest = rest.dropFirst(name.count)
  switch String(decoding: name, as: UTF8.self) {
  case "ns": return 1
  case "us", "\u{B5}s", "\u{3BC}s": return 1_000
  case "ms": return 1_000_000
  case "s": return 1_000_000_000
  case "m": return 60_000_000_000
  case "h": return 3_600_000_000_000
  default: return nil
  }
}
