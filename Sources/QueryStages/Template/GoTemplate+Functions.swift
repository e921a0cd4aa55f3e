/// The functions that templates know: Go's own that make sense in a record, and CoreDNS's `parseInt`.
enum TemplateFunction: String, Sendable, CaseIterable {
  case and, or, not, eq, ne, lt, le, gt, ge, index, slice, len, print, println, printf, parseInt

  /// Those that Go has and that are left out here.
  private static let others = ["call", "html", "js", "urlquery"]

  init(named name: String) throws(TemplateError) {
    if let known = Self(rawValue: name) {
      self = known
      return
    }
    let names = Self.allCases.map(\.rawValue).joined(separator: ", ")
    throw TemplateError(
      message: Self.others.contains(name)
        ? "the function '\(name)' is not supported in templates here"
        : "there is no function '\(name)'; there is \(names)")
  }

  /// How many arguments it takes.
  var arguments: ClosedRange<Int> {
    switch self {
    case .not, .len: 1...1
    case .ne, .lt, .le, .gt, .ge: 2...2
    case .eq: 2...100
    case .and, .or, .index, .printf: 1...100
    case .slice: 1...3
    case .print, .println: 0...100
    case .parseInt: 3...3
    }
  }

  /// - Precondition: as many arguments as ``arguments`` allows.
  func call(_ values: [TemplateValue]) throws(TemplateError) -> TemplateValue {
    switch self {
    case .and: return values.first { !$0.isTrue } ?? values[values.count - 1]
    case .or: return values.first { $0.isTrue } ?? values[values.count - 1]
    case .not: return .bool(!values[0].isTrue)
    case .eq:
      for other in values.dropFirst() where try isEqual(values[0], other) { return .bool(true) }
      return .bool(false)
    case .ne: return .bool(!(try isEqual(values[0], values[1])))
    case .lt: return .bool(try isLess(values[0], values[1]))
    case .ge: return .bool(!(try isLess(values[0], values[1])))
    case .gt: return .bool(try isLess(values[1], values[0]))
    case .le: return .bool(!(try isLess(values[1], values[0])))
    case .index:
      var value = values[0]
      for key in values.dropFirst() { value = try value.element(key) }
      return value
    case .slice: return try slice(values)
    case .len: return try length(values[0])
    case .print: return .string(try printed(values))
    case .println: return .string(try joined(values, separator: " ") + "\n")
    case .printf: return .string(try TemplateFormat.format(values))
    case .parseInt: return try parsedInteger(values)
    }
  }

  private func isEqual(_ one: TemplateValue, _ other: TemplateValue) throws(TemplateError) -> Bool {
    switch (one, other) {
    case (.string(let a), .string(let b)): return a == b
    case (.integer(let a), .integer(let b)): return a == b
    case (.bool(let a), .bool(let b)): return a == b
    case (.none, .none): return true
    case (.none, _), (_, .none): return false
    default: throw TemplateError(message: "'\(rawValue)' compares values of different kinds")
    }
  }

  private func isLess(_ one: TemplateValue, _ other: TemplateValue) throws(TemplateError) -> Bool {
    switch (one, other) {
    case (.string(let a), .string(let b)): return a.utf8.lexicographicallyPrecedes(b.utf8)
    case (.integer(let a), .integer(let b)): return a < b
    default: throw TemplateError(message: "'\(rawValue)' compares values that have no order")
    }
  }

  private func length(_ value: TemplateValue) throws(TemplateError) -> TemplateValue {
    switch value {
    case .string(let text): return .integer(Int128(text.utf8.count))
    case .list(let values): return .integer(Int128(values.count))
    case .map(let values): return .integer(Int128(values.count))
    default: throw TemplateError(message: "'len' needs a text, a list or a map")
    }
  }

  private func slice(_ values: [TemplateValue]) throws(TemplateError) -> TemplateValue {
    guard case .integer(let count) = try length(values[0]) else { return .none }
    var bounds: [Int128] = [0, count]
    for (place, value) in values.dropFirst().enumerated() {
      guard case .integer(let bound) = value else { throw TemplateError(message: "'slice' needs numbers") }
      bounds[place] = bound
    }
    guard bounds[0] >= 0, bounds[0] <= bounds[1], bounds[1] <= count else {
      throw TemplateError(message: "'slice' from \(bounds[0]) to \(bounds[1]) is out of range")
    }
    let range = Int(bounds[0])..<Int(bounds[1])
    switch values[0] {
    case .string(let text): return .string(String(decoding: Array(text.utf8)[range], as: UTF8.self))
    case .list(let list): return .list(Array(list[range]))
    default: throw TemplateError(message: "'slice' needs a text or a list")
    }
  }

  /// Go's Sprint: a space between two values of which none is a text.
  private func printed(_ values: [TemplateValue]) throws(TemplateError) -> String {
    var text = ""
    var lastIsText = true
    for (place, value) in values.enumerated() {
      var isText = false
      if case .string = value { isText = true }
      if place > 0 && !isText && !lastIsText { text += " " }
      text += try value.text()
      lastIsText = isText
    }
    return text
  }

  private func joined(_ values: [TemplateValue], separator: String) throws(TemplateError) -> String {
    var texts: [String] = []
    for value in values { texts.append(try value.text()) }
    return texts.joined(separator: separator)
  }

  /// Go's strconv.ParseUint: a text, its base (0: as the prefix says; 2–36), and the bits that the number may have.
  private func parsedInteger(_ values: [TemplateValue]) throws(TemplateError) -> TemplateValue {
    guard case .string(let text) = values[0], case .integer(let base) = values[1], case .integer(let bits) = values[2],
      base == 0 || (2...36).contains(base), (0...64).contains(bits)
    else { throw TemplateError(message: "'parseInt' takes a text, a base of 2 to 36 and 0 to 64 bits") }
    var digits = text.lowercased()
    var radix = base == 0 ? 10 : Int(base)
    if base == 0 {
      for (prefix, value) in [("0x", 16), ("0b", 2), ("0o", 8), ("0", 8)]
      where digits.hasPrefix(prefix) && digits.count > prefix.count {
        (digits, radix) = (String(digits.dropFirst(prefix.count)), value)
        break
      }
    }
    guard digits.first != "+", digits.first != "-", let value = UInt64(digits, radix: radix),
      bits == 0 || value.leadingZeroBitCount >= 64 - Int(bits)
    else { throw TemplateError(message: "'\(text)' is no number of \(bits) bits to the base \(base)") }
    return .integer(Int128(value))
  }
}
