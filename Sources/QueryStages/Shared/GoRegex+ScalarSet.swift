/// A set of Unicode scalars: a bit for each of ASCII, sorted ranges above.
struct ScalarSet: Sendable, Hashable {
  private var low: UInt64 = 0
  private var high: UInt64 = 0
  /// Of values from 128, sorted, neither overlapping nor touching.
  private var ranges: [ClosedRange<UInt32>] = []

  private static let last: UInt32 = 0x10_FFFF

  init(_ scalars: [Unicode.Scalar]) { self.init(ranges: scalars.map { $0.value...$0.value }) }

  init(ranges: [ClosedRange<UInt32>]) {
    for range in ranges { insert(range) }
    normalize()
  }

  @inline(__always)
  func contains(_ value: UInt32) -> Bool {
    if value < 64 { return low >> UInt64(value) & 1 == 1 }
    if value < 128 { return high >> UInt64(value - 64) & 1 == 1 }
    return ranges.contains { $0.contains(value) }
  }

  private mutating func insert(_ range: ClosedRange<UInt32>) {
    for value in range.lowerBound...max(range.lowerBound, min(127, range.upperBound)) where value < 128 {
      if value < 64 { low |= 1 << UInt64(value) } else { high |= 1 << UInt64(value - 64) }
    }
    if range.upperBound >= 128 { ranges.append(max(128, range.lowerBound)...range.upperBound) }
  }

  private mutating func normalize() {
    var merged: [ClosedRange<UInt32>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = merged.last, range.lowerBound <= last.upperBound + 1 {
        merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        merged.append(range)
      }
    }
    ranges = merged
  }

  mutating func formUnion(_ other: ScalarSet) {
    low |= other.low
    high |= other.high
    ranges += other.ranges
    normalize()
  }

  func inverted() -> ScalarSet {
    var set = self
    set.low = ~low
    set.high = ~high
    set.ranges = []
    var next: UInt32 = 128
    for range in ranges {
      if range.lowerBound > next { set.ranges.append(next...range.lowerBound - 1) }
      next = range.upperBound + 1
    }
    if next <= Self.last { set.ranges.append(next...Self.last) }
    return set
  }

  /// With the other case of each ASCII letter.
  func foldingCase() -> ScalarSet {
    var set = self
    // Letters lie at 65–90 and 97–122: bits 1–26 and 33–58 of the upper word.
    let letters: UInt64 = 0x07FF_FFFE
    set.high |= (high & letters) << 32 | (high >> 32 & letters)
    return set
  }

  static let all = ScalarSet([]).inverted()
  static let digits = ScalarSet(ranges: [48...57])
  static let letters = ScalarSet(ranges: [65...90, 97...122])
  static let words = ScalarSet(ranges: [48...57, 65...90, 95...95, 97...122])
  static let spaces = ScalarSet(["\t", "\n", "\u{C}", "\r", " "])

  /// The classes in brackets: `alpha`, `xdigit`, …
  init?(named name: String) {
    switch name {
    case "alnum": self.init(ranges: [48...57, 65...90, 97...122])
    case "alpha": self = .letters
    case "ascii": self.init(ranges: [0...127])
    case "blank": self.init(["\t", " "])
    case "cntrl": self.init(ranges: [0...31, 127...127])
    case "digit": self = .digits
    case "graph": self.init(ranges: [33...126])
    case "lower": self.init(ranges: [97...122])
    case "print": self.init(ranges: [32...126])
    case "punct": self.init(ranges: [33...47, 58...64, 91...96, 123...126])
    case "space": self.init(ranges: [9...13, 32...32])
    case "upper": self.init(ranges: [65...90])
    case "word": self = .words
    case "xdigit": self.init(ranges: [48...57, 65...70, 97...102])
    default: return nil
    }
  }
}
