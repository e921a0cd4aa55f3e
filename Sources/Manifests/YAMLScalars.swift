import ClusterModel

/// What plain scalars are, by their look: YAML 1.1 as Kubernetes' Go library reads it. `yes` is a truth, `010` is eight,
/// `1:30` and dates are texts.
enum YAMLScalars {
  private static let nulls: Set<String> = ["", "~", "null", "Null", "NULL"]
  private static let booleans: Set<String> = [
    "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON",
    "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF",
  ]
  private static let specialReals: Set<String> = [
    ".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF",
  ]

  static func type(of text: String) -> ScalarType {
    guard let first = text.utf8.first else { return .null }
    switch first {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
      return number(text)
    default: break
    }
    if text.utf8.count > 5 { return .string }
    if nulls.contains(text) { return .null }
    return booleans.contains(text) ? .boolean : .string
  }

  private static func number(_ text: String) -> ScalarType {
    if specialReals.contains(text) { return .real }
    let digits = text.utf8.filter { $0 != UInt8(ascii: "_") }
    let unsigned =
      digits.first == UInt8(ascii: "+") || digits.first == UInt8(ascii: "-") ? digits.dropFirst() : digits[...]
    if isInteger(unsigned) { return .integer }
    return isReal(unsigned) ? .real : .string
  }

  /// `12`, `0x1F`, `0o17`, `017`, `0b11`.
  private static func isInteger(_ digits: ArraySlice<UInt8>) -> Bool {
    guard let first = digits.first else { return false }
    guard first == UInt8(ascii: "0"), let second = digits.dropFirst().first else {
      return digits.allSatisfy { $0.isDigit(below: 10) }
    }
    let rest = digits.dropFirst(2)
    switch second {
    case UInt8(ascii: "x"), UInt8(ascii: "X"): return !rest.isEmpty && rest.allSatisfy { $0.isDigit(below: 16) }
    case UInt8(ascii: "o"), UInt8(ascii: "O"): return !rest.isEmpty && rest.allSatisfy { $0.isDigit(below: 8) }
    case UInt8(ascii: "b"), UInt8(ascii: "B"): return !rest.isEmpty && rest.allSatisfy { $0.isDigit(below: 2) }
    default: return digits.allSatisfy { $0.isDigit(below: 8) }
    }
  }

  /// `1.5`, `.5`, `1.`, `1e3`.
  private static func isReal(_ digits: ArraySlice<UInt8>) -> Bool {
    let exponent = digits.firstIndex { $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "E") }
    let mantissa = digits[..<(exponent ?? digits.endIndex)]
    let parts = mantissa.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count <= 2, mantissa.count >= parts.count, parts.allSatisfy({ $0.allSatisfy { $0.isDigit(below: 10) } })
    else { return false }
    guard let exponent else { return true }
    var power = digits[(exponent + 1)...]
    if power.first == UInt8(ascii: "+") || power.first == UInt8(ascii: "-") { power = power.dropFirst() }
    return !power.isEmpty && power.allSatisfy { $0.isDigit(below: 10) }
  }
}

extension UInt8 {
  /// Whether the octet is an ASCII digit of that radix.
  fileprivate func isDigit(below radix: UInt8) -> Bool { hexDigitValue.map { $0 < radix } ?? false }
}
