// The presentation form (RFC 1035 §5.1): labels with dots between, `\.` and `\DDD` for what can't stand for itself.

extension DomainName: CustomStringConvertible {
  /// Reads the presentation form. The dot at the end may be missing: a name is always absolute. Octets outside of ASCII
  /// are taken as they are.
  public init(_ text: String) throws(NameError) {
    guard !text.isEmpty else { throw .empty }
    if text == "." {
      self = .root
      return
    }
    var octets = EscapedText(text)
    var builder = NameBuilder()
    while let (octet, isEscaped) = try octets.next() {
      if octet == UInt8(ascii: "."), !isEscaped {
        try builder.endLabel(next: octets.offset)
      } else {
        try builder.append(octet)
      }
    }
    if !builder.isLabelEmpty { try builder.endLabel() }
    wire = builder.wire
  }

  /// The presentation form, with the dot at the end: `web.shop.svc.cluster.local.`.
  public var description: String {
    guard !isRoot else { return "." }
    var text: [UInt8] = []
    text.reserveCapacity(wire.count)
    for label in labels {
      for octet in label { text.append(escaping: octet, special: Self.needsBackslash) }
      text.append(UInt8(ascii: "."))
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// What means something else in a master file.
  private static func needsBackslash(_ octet: UInt8) -> Bool {
    switch octet {
    case UInt8(ascii: "."), UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: ";"), UInt8(ascii: "("),
      UInt8(ascii: ")"), UInt8(ascii: "@"), UInt8(ascii: "$"):
      true
    default: false
    }
  }
}

/// A text octet by octet, with `\c` and `\DDD` resolved.
private struct EscapedText {
  private var octets: String.UTF8View.Iterator
  /// The octet of the text that comes next.
  private(set) var offset = 0

  init(_ text: String) { octets = text.utf8.makeIterator() }

  /// The next octet and whether it was escaped; `nil` at the end.
  mutating func next() throws(NameError) -> (octet: UInt8, isEscaped: Bool)? {
    guard let octet = take() else { return nil }
    guard octet == UInt8(ascii: "\\") else { return (octet, false) }
    let start = offset - 1
    guard let escaped = take() else { throw .badEscape(at: start) }
    guard let hundreds = escaped.decimalDigit else { return (escaped, true) }
    guard let tens = take()?.decimalDigit, let units = take()?.decimalDigit,
      let value = UInt8(exactly: hundreds * 100 + tens * 10 + units)
    else { throw .badEscape(at: start) }
    return (value, true)
  }

  private mutating func take() -> UInt8? {
    guard let octet = octets.next() else { return nil }
    offset += 1
    return octet
  }
}

extension UInt8 {
  /// The value of an ASCII digit.
  var decimalDigit: Int? {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) ? Int(self - UInt8(ascii: "0")) : nil
  }
}
