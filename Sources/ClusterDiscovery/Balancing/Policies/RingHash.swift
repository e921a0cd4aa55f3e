/// Options of ``BalancingPolicy/ringHash(_:)``: a ring of hashes, several an endpoint (ketama's, sized as Envoy does).
///
/// A key goes to the endpoint whose hash comes next on the ring. When one of n endpoints leaves, only its keys move, to its neighbours. Weights say
/// how many hashes an endpoint has. Spread and movement are better the more hashes there are: with a hundred an endpoint the shares
/// differ by about a tenth.
public struct RingHash: Sendable, Hashable {
  /// How many hashes the ring has at least, 1 to 8,388,608.
  public var minimumSize: Int
  /// How many hashes the ring has at most, 1 to 8,388,608, though at least one an endpoint.
  public var maximumSize: Int

  /// Options; Envoy's sizes are 1,024 and 8,388,608.
  public init(minimumSize: Int = 1024, maximumSize: Int = 1 << 23) {
    self.minimumSize = min(max(minimumSize, 1), 1 << 23)
    self.maximumSize = min(max(maximumSize, 1), 1 << 23)
  }

  /// How many hashes each endpoint gets: so many that the lightest has a whole number of them, within the bounds.
  ///
  /// - Parameter weights: positive.
  func shares(_ weights: [Double]) -> [Int] {
    let total = weights.reduce(0, +)
    guard let lightest = weights.min(), total > 0 else { return [] }
    let size = min((Double(minimumSize) * lightest / total).rounded(.up) * total / lightest, Double(maximumSize))
    return weights.map { max(1, Int(($0 / total * size).rounded())) }
  }
}

/// The ring: hashes in rising order, the place of each one's endpoint, and for each part of the circle the first hash in it.
///
/// Safety: the pointers lead into the picker's block, and live as long as it.
@safe
struct Ring {
  let count: Int
  let shift: UInt8
  let hashes: UnsafeMutablePointer<UInt64>
  let places: UnsafeMutablePointer<UInt32>
  let guide: UnsafeMutablePointer<UInt32>

  /// The place of a key's endpoint. Complexity: O(1) on average over all keys.
  @inline(__always)
  func place(_ key: UInt64) -> Int {
    var index = unsafe Int(guide[part(key)])
    while unsafe index < count && hashes[index] < key { index += 1 }
    return unsafe Int(places[index < count ? index : 0])
  }

  /// Puts points in order into what there is room for: `hashes` and `places` one a point, `guide` 2 to the power of
  /// ``WeightedDraw/guideLog(_:)``.
  ///
  /// Hashes are spread evenly, so the parts of the guide, at most one point each on average, sort them: they are counted, placed, and
  /// put in order within their part. Of equal hashes the first endpoint's comes first.
  ///
  /// Complexity: O(points) on average.
  init(
    _ points: [Point], hashes: UnsafeMutablePointer<UInt64>, places: UnsafeMutablePointer<UInt32>,
    guide: UnsafeMutablePointer<UInt32>
  ) {
    count = points.count
    let log = WeightedDraw.guideLog(points.count)
    shift = UInt8(64 - log)
    unsafe self.hashes = hashes
    unsafe self.places = places
    unsafe self.guide = guide
    unsafe guide.initialize(repeating: 0, count: 1 << log)
    for point in points { unsafe guide[part(point.hash)] += 1 }
    var ends = [UInt32](repeating: 0, count: 1 << log)
    var sum: UInt32 = 0
    for part in ends.indices {
      sum += unsafe guide[part]
      unsafe guide[part] = sum
      ends[part] = sum
    }
    // Each part is filled from its end, so that the guide shows its beginning when all are placed.
    for point in points.reversed() {
      let part = part(point.hash)
      unsafe guide[part] -= 1
      unsafe insert(point, at: Int(guide[part]), until: Int(ends[part]))
    }
  }

  /// The part of the circle that a hash is in.
  @inline(__always)
  private func part(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: hash >> UInt64(shift)) }

  /// Puts a point before those of its part that are there already, behind which it may have to move.
  private func insert(_ point: Point, at first: Int, until end: Int) {
    var index = first
    while unsafe index + 1 < end && hashes[index + 1] < point.hash {
      unsafe hashes[index] = hashes[index + 1]
      unsafe places[index] = places[index + 1]
      index += 1
    }
    unsafe hashes[index] = point.hash
    unsafe places[index] = point.place
  }

  /// One hash of an endpoint.
  struct Point: BitwiseCopyable {
    let hash: UInt64
    let place: UInt32
  }

  /// The points of endpoints on the ring, the first endpoint's first.
  static func points(of identities: [UInt64], shares: [Int]) -> [Point] {
    var points: [Point] = []
    points.reserveCapacity(shares.reduce(0, +))
    for place in identities.indices {
      for number in 0..<shares[place] {
        points.append(
          Point(hash: KeyHash.mix(identities[place], UInt64(number)), place: UInt32(truncatingIfNeeded: place)))
      }
    }
    return points
  }
}
