extension DomainName: Comparable {
  /// DNSSEC's canonical order (RFC 4034 §6.1): by labels from the right, as lower-case octets; a name comes before those
  /// below it.
  public static func < (a: DomainName, b: DomainName) -> Bool {
    let (aStarts, bStarts) = (LabelStarts(a.wire), LabelStarts(b.wire))
    var (i, j) = (aStarts.count, bStarts.count)
    while i > 0 && j > 0 {
      (i, j) = (i - 1, j - 1)
      let order = compareLabels(a.wire, at: aStarts[i], b.wire, at: bStarts[j])
      if order != 0 { return order < 0 }
    }
    return j > 0
  }

  /// Less than, equal to or more than 0, as the label at one place comes before, is, or comes after the other.
  private static func compareLabels(_ a: [UInt8], at i: Int, _ b: [UInt8], at j: Int) -> Int {
    let (aLength, bLength) = (Int(a[i]), Int(b[j]))
    for k in 0..<min(aLength, bLength) {
      let (x, y) = (a[i + 1 + k].asciiLowercased, b[j + 1 + k].asciiLowercased)
      if x != y { return x < y ? -1 : 1 }
    }
    return aLength - bLength
  }
}

/// Where the labels of a name begin, so that it can be walked from the right; without allocation.
struct LabelStarts {
  private var starts = InlineArray<127, UInt8>(repeating: 0)
  /// The number of labels, 0–127.
  private(set) var count = 0

  /// Takes a name in wire form.
  init(_ wire: [UInt8]) {
    var offset = 0
    while wire[offset] != 0 {
      starts[count] = UInt8(offset)
      count += 1
      offset += 1 + Int(wire[offset])
    }
  }

  /// The offset of the label's length octet, the leftmost label first.
  subscript(index: Int) -> Int { Int(starts[index]) }
}
