/// Turns 64 bits into one of `count` places, each as often as its weight says.
///
/// Each place owns an interval of the 64-bit numbers. Random bits meet it by chance. Multiples of the golden ratio's fraction meet it in
/// turn, evenly spread: for each interval the gaps between two hits have at most three lengths (three-distance theorem), and after k picks no
/// place is more than a few hits off its share. That is the smooth weighted schedule: its memory does not grow with the weights, unlike
/// a list of turns, it needs one counter, and an interval is never cut in parts, unlike in an alias table.
///
/// Safety: the pointers lead into the picker's block, and live as long as it.
@safe
struct WeightedDraw {
  /// How many places; at least 1.
  let count: UInt32
  /// How far right a number is shifted to give its place in the guide.
  let shift: UInt8
  /// Where each interval ends, rising; unused when all weights are equal.
  let ends: UnsafeMutablePointer<UInt64>?
  /// For each part of the circle the first place that has some of it.
  let guide: UnsafeMutablePointer<UInt32>?

  /// Complexity: O(1) on average over all bits.
  @inline(__always)
  func place(_ bits: UInt64) -> Int {
    guard let ends = unsafe ends, let guide = unsafe guide else {
      return Int(truncatingIfNeeded: bits.multipliedFullWidth(by: UInt64(count)).high)
    }
    var place = unsafe Int(guide[Int(truncatingIfNeeded: bits >> UInt64(shift))])
    while unsafe place < Int(count) - 1 && ends[place] <= bits { place += 1 }
    return place
  }

  /// The place whose turn it is.
  @inline(__always)
  func turn(_ number: UInt64) -> Int {
    if unsafe ends == nil { return Int(UInt32(truncatingIfNeeded: number) % count) }
    return place(number &* KeyHash.golden)
  }

  /// How many parts the circle has for so many places: a power of two, at least twice as many.
  static func guideLog(_ count: Int) -> Int { max(1, Int.bitWidth - (max(count, 1) * 2 - 1).leadingZeroBitCount) }

  /// Places of equal weight.
  init(equal count: Int) {
    self.count = UInt32(truncatingIfNeeded: count)
    shift = 0
    unsafe ends = nil
    unsafe guide = nil
  }

  /// Fills in intervals and guide, for which there is room (`ends`: one a weight, `guide`: 2 to the power of ``guideLog(_:)``).
  ///
  /// - Parameter weights: positive and finite.
  init(_ weights: [Double], ends: UnsafeMutablePointer<UInt64>, guide: UnsafeMutablePointer<UInt32>) {
    count = UInt32(truncatingIfNeeded: weights.count)
    let log = Self.guideLog(weights.count)
    shift = UInt8(64 - log)
    unsafe self.ends = ends
    unsafe self.guide = guide
    let total = weights.reduce(0, +)
    var sum = 0.0
    for index in weights.indices {
      sum += weights[index]
      // The largest Double below 2⁶⁴ is 2⁶⁴ - 2048.
      unsafe ends[index] = UInt64(min(sum / total * 0x1p64, 0x1p64 - 2048))
    }
    var place = 0
    for part in 0..<(1 << log) {
      let start = UInt64(part) << UInt64(shift)
      while unsafe place < weights.count - 1 && ends[place] <= start { place += 1 }
      unsafe guide[part] = UInt32(truncatingIfNeeded: place)
    }
  }
}
