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
    var index = unsafe Int(guide[Int(truncatingIfNeeded: key >> UInt64(shift))])
    while unsafe index < count && hashes[index] < key { index += 1 }
    return unsafe Int(places[index < count ? index : 0])
  }

  /// Fills in what there is room for: `hashes` and `places` one a point, `guide` 2 to the power of ``WeightedDraw/guideLog(_:)``.
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
    for (index, point) in points.enumerated() {
      unsafe hashes[index] = point.hash
      unsafe places[index] = point.place
    }
    var index = 0
    for part in 0..<(1 << log) {
      let start = UInt64(part) << UInt64(shift)
      while unsafe index < points.count && hashes[index] < start { index += 1 }
      unsafe guide[part] = UInt32(truncatingIfNeeded: index)
    }
  }

  /// One hash of an endpoint.
  struct Point {
    let hash: UInt64
    let place: UInt32
  }

  /// The points of endpoints on the ring, in order; of equal hashes the first endpoint's comes first.
  static func points(of identities: [UInt64], shares: [Int]) -> [Point] {
    var points: [Point] = []
    points.reserveCapacity(shares.reduce(0, +))
    for place in identities.indices {
      for number in 0..<shares[place] {
        points.append(
          Point(hash: KeyHash.mix(identities[place], UInt64(number)), place: UInt32(truncatingIfNeeded: place)))
      }
    }
    points.sort { $0.hash != $1.hash ? $0.hash < $1.hash : $0.place < $1.place }
    return points
  }
}
