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
  /// Complexity: O(table size × log of table size) on average.
  ///
  /// - Parameters:
  ///   - identities: the hash of each endpoint, at least one, in an order that all processes have in common.
  ///   - weights: positive; an endpoint takes its turn so often that the shares are as the weights.
  ///   - table: the entries.
  func fill(_ table: UnsafeMutablePointer<UInt32>, identities: [UInt64], weights: [Double]) {
    let size = UInt32(truncatingIfNeeded: tableSize)
    var seekers = identities.map { Seeker($0, size: size) }
    let isWeighted = weights.contains { $0 != weights[0] }
    // What a round grants to each: one turn on average.
    let grant = Double(weights.count) / weights.reduce(0, +)
    var credit = [Double](repeating: 0, count: isWeighted ? weights.count : 0)
    var filled = [UInt64](repeating: 0, count: tableSize / 64 + 1)
    var left = tableSize
    while true {
      for place in seekers.indices {
        var turns = 1
        if isWeighted {
          // Sums of fractions fall short of whole numbers by a rounding.
          let due = credit[place] + weights[place] * grant + 1e-9
          turns = Int(due)
          credit[place] = due - Double(turns)
        }
        for _ in 0..<turns {
          let entry = seekers[place].nextFree(&filled, size: size)
          unsafe table[entry] = UInt32(truncatingIfNeeded: place)
          left -= 1
          if left == 0 { return }
        }
      }
    }
  }

  /// How far an endpoint is in its order of entries: offset, then always `skip` further around the table.
  private struct Seeker {
    var next: UInt32
    let skip: UInt32

    init(_ identity: UInt64, size: UInt32) {
      next = UInt32(truncatingIfNeeded: KeyHash.mix(identity, 1).multipliedFullWidth(by: UInt64(size)).high)
      skip = 1 + UInt32(truncatingIfNeeded: KeyHash.mix(identity, 2).multipliedFullWidth(by: UInt64(size - 1)).high)
    }

    /// The next entry in its order that nobody has; takes it. There must be one: skip and size have no divisor in common.
    @inline(__always)
    mutating func nextFree(_ filled: inout [UInt64], size: UInt32) -> Int {
      while true {
        let entry = Int(next)
        next += skip
        if next >= size { next -= size }
        if filled[entry >> 6] >> UInt64(entry & 63) & 1 == 0 {
          filled[entry >> 6] |= 1 << UInt64(entry & 63)
          return entry
        }
      }
    }
  }
}
