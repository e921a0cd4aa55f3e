/// Options of ``BalancingPolicy/maglev(_:)``: the table of "Maglev: A Fast and Reliable Software Network Load Balancer" (Eisenbud et al.,
/// NSDI 2016, §3.4).
///
/// Each endpoint has an order of its own in which it would like to have the table's entries; in turn they take the next one that is free. Shares
/// are even to one entry, and a change moves little more than it must. The table should be a hundred times as long as there are endpoints.
public struct Maglev: Sendable, Hashable {
  /// How many entries the table has: a prime, 2 to 5,000,011.
  public let tableSize: Int

  /// Options.
  ///
  /// - Parameter tableSize: what is no prime becomes the next one above; the paper's sizes are 65,537 and 655,373.
  public init(tableSize: Int = 65_537) { self.tableSize = Self.prime(from: min(max(tableSize, 2), 5_000_011)) }

  private static func prime(from number: Int) -> Int {
    var number = number
    while !isPrime(number) { number += 1 }
    return number
  }

  private static func isPrime(_ number: Int) -> Bool {
    var divisor = 2
    while divisor * divisor <= number {
      if number % divisor == 0 { return false }
      divisor += 1
    }
    return true
  }

  /// Fills the table with the places of endpoints; there is room for ``tableSize`` entries.
  ///
  /// Complexity: O(table size × log of table size + endpoints) on average.
  ///
  /// - Parameters:
  ///   - identities: the hash of each endpoint, at least one, in an order that all processes have in common.
  ///   - weights: positive; an endpoint takes its turn so often that the shares are as the weights.
  ///   - table: the entries.
  func fill(_ table: UnsafeMutablePointer<UInt32>, identities: [UInt64], weights: [Double]) {
    var turns = Turns(weights)
    let taken = UnsafeMutablePointer<UInt64>.allocate(capacity: tableSize / 64 + 1)
    unsafe taken.initialize(repeating: 0, count: tableSize / 64 + 1)
    defer { unsafe taken.deallocate() }
    let size = UInt32(truncatingIfNeeded: tableSize)
    var seekers = identities.map { Seeker($0, size: size) }
    unsafe seekers.withUnsafeMutableBufferPointer { seekers in
      // What is free at the end, when it is quicker to reckon who comes to it when than to go there.
      var free: [UInt32] = []
      var left = tableSize
      while true {
        for place in 0..<seekers.count {
          for _ in 0..<turns.next(place) {
            let entry =
              unsafe free.isEmpty
              ? seekers[place].takeNext(taken, size: size) : seekers[place].takeFirst(of: &free, size: size)
            unsafe table[entry] = UInt32(truncatingIfNeeded: place)
            left -= 1
            if left == 0 { return }
            if free.isEmpty && left * left <= tableSize { free = unsafe Self.free(taken, of: tableSize) }
          }
        }
      }
    }
  }

  /// The entries that nobody has.
  private static func free(_ taken: UnsafeMutablePointer<UInt64>, of size: Int) -> [UInt32] {
    (0..<size).filter { unsafe taken[$0 >> 6] >> UInt64($0 & 63) & 1 == 0 }.map(UInt32.init)
  }

  /// How many entries an endpoint may take in a round: one on average, and all in all as its weight says.
  private struct Turns {
    /// What a round gives to each, in 2⁻³² of an entry; empty when all weights are equal.
    private var grants: [UInt64] = []
    /// What each has left over from its rounds.
    private var credit: [UInt64] = []

    init(_ weights: [Double]) {
      if weights.allSatisfy({ $0 == weights[0] }) { return }
      let unit = 0x1p32 * Double(weights.count) / weights.reduce(0, +)
      grants = weights.map { UInt64(($0 * unit).rounded()) }
      credit = [UInt64](repeating: 0, count: weights.count)
    }

    @inline(__always)
    mutating func next(_ place: Int) -> Int {
      if grants.isEmpty { return 1 }
      let due = credit[place] + grants[place]
      credit[place] = due & 0xFFFF_FFFF
      return Int(truncatingIfNeeded: due >> 32)
    }
  }

  /// How far an endpoint is in its order of entries: offset, then always `skip` further around the table. As the size is prime, that
  /// order meets every entry.
  private struct Seeker {
    private var next: UInt32
    private let skip: UInt32

    init(_ identity: UInt64, size: UInt32) {
      next = UInt32(truncatingIfNeeded: KeyHash.mix(identity, 1).multipliedFullWidth(by: UInt64(size)).high)
      skip = 1 + UInt32(truncatingIfNeeded: KeyHash.mix(identity, 2).multipliedFullWidth(by: UInt64(size - 1)).high)
    }

    /// Takes the next entry in its order that nobody has; there must be one.
    ///
    /// - Parameter taken: one bit an entry, set when it is taken.
    @inline(__always)
    mutating func takeNext(_ taken: UnsafeMutablePointer<UInt64>, size: UInt32) -> Int {
      var next = next
      while true {
        let entry = Int(next)
        next &+= skip
        if next >= size { next &-= size }
        let (word, bit) = (entry >> 6, UInt64(1) << UInt64(truncatingIfNeeded: entry & 63))
        // Safety: an entry is below the size.
        if unsafe taken[word] & bit == 0 {
          unsafe taken[word] |= bit
          self.next = next
          return entry
        }
      }
    }

    /// Takes the entry that comes first in its order, of those that are free; there must be one.
    func takeFirst(of free: inout [UInt32], size: UInt32) -> Int {
      let inverse = power(skip, size - 2, modulo: UInt64(size))
      var (best, first) = (0, UInt64.max)
      for index in free.indices {
        let distance = UInt64(free[index] >= next ? free[index] - next : free[index] + size - next)
        let steps = distance * inverse % UInt64(size)
        if steps < first { (best, first) = (index, steps) }
      }
      free.swapAt(best, free.count - 1)
      return Int(free.removeLast())
    }

    /// A power. The one to a prime less 2 is the inverse modulo that prime (Fermat).
    private func power(_ base: UInt32, _ exponent: UInt32, modulo size: UInt64) -> UInt64 {
      var (result, square, exponent) = (UInt64(1), UInt64(base), exponent)
      while exponent > 0 {
        if exponent & 1 == 1 { result = result * square % size }
        square = square * square % size
        exponent >>= 1
      }
      return result
    }
  }
}
