import NetworkAddresses
import Synchronization

/// An immutable choice: the endpoints that may be picked, and the rule by which one is.
///
/// Everything is plain values in memory that ``PickerMemory`` owns; copying a part of it counts no references.
///
/// Safety: the pointers lead to arrays of as many elements as said, filled before the picker is published, and freed after the last reader
/// has left. Places and slots in tables were made from the same candidates.
@safe
struct Picker {
  /// The endpoints that may be picked; at least one.
  let places: UnsafeMutablePointer<Place>
  /// How many they are.
  let count: Int
  let rule: Rule

  /// An endpoint.
  struct Place {
    let address: SocketAddress
    let slot: UInt32
  }

  /// How one is chosen.
  enum Rule {
    case roundRobin(WeightedDraw)
    case random(WeightedDraw)
    case leastRequests(TwoChoices)
    case peakEWMA(TwoChoices, PeakAverage)
    case ring(Ring)
    case table(MaglevTable)
    case affinity(Affinity)
    case first
  }

  /// What is drawn from for two choices, and each place's load.
  @safe
  struct TwoChoices {
    let draw: WeightedDraw
    let loads: UnsafeMutablePointer<UnsafeMutablePointer<EndpointLoad>>
  }

  /// Maglev's table.
  @safe
  struct MaglevTable {
    let places: UnsafeMutablePointer<UInt32>
    let count: UInt64
  }

  /// Whom clients had, and where that is now.
  @safe
  struct Affinity {
    let draw: WeightedDraw
    let table: AffinityTable
    /// The place of each slot; `none` for one that cannot be picked.
    let placeOfSlot: UnsafeMutablePointer<UInt32>
    let slots: UInt32

    /// No place.
    static let none = UInt32.max
  }

  /// What is drawn from when a pick does not bring bits of its own: the seed of a cell, and the number of its picks.
  struct Turns: ~Copyable {
    let seed: UInt64
    let number: Atomic<UInt64>

    /// The number of this pick.
    @inline(__always)
    func next() -> UInt64 { number.wrappingAdd(1, ordering: .relaxed).oldValue }

    /// Random bits.
    @inline(__always)
    func bits(_ context: PickContext) -> UInt64 { context.random ?? KeyHash.mix(seed, next()) }
  }

  /// The place that is next.
  @inline(__always)
  func place(_ context: PickContext, _ turns: borrowing Turns) -> Int {
    switch rule {
    case .roundRobin(let draw): return draw.turn(turns.next())
    case .random(let draw): return draw.place(turns.bits(context))
    case .leastRequests(let choices): return choices.lighter(turns.bits(context))
    case .peakEWMA(let choices, let average):
      return choices.cheaper(turns.bits(context), average, at: context.now ?? coarseNow())
    case .ring(let ring): return ring.place(hash(context, turns))
    case .table(let table):
      let entry = hash(context, turns).multipliedFullWidth(by: table.count).high
      return unsafe Int(table.places[Int(truncatingIfNeeded: entry)])
    case .affinity(let affinity):
      guard let key = context.key else { return affinity.draw.turn(turns.next()) }
      return affinity.place(KeyHash.mix(key), in: self, turns, at: context.now ?? coarseNow())
    case .first: return 0
    }
  }

  /// The hash of the client's key; without a key any.
  @inline(__always)
  private func hash(_ context: PickContext, _ turns: borrowing Turns) -> UInt64 {
    context.key.map { KeyHash.mix($0) } ?? turns.bits(context)
  }
}

extension Picker.TwoChoices {
  /// Two places, different ones where there are two of equal weight.
  @inline(__always)
  private func two(_ bits: UInt64) -> (Int, Int) {
    guard unsafe draw.ends == nil else { return (draw.place(bits), draw.place(KeyHash.mix(bits))) }
    let count = UInt64(draw.count)
    let first = ((bits >> 32) * count) >> 32
    let second = ((bits & 0xFFFF_FFFF) * (count - 1)) >> 32
    return (Int(first), count == 1 ? 0 : Int(second < first ? second : second + 1))
  }

  /// The one of two with fewer requests under way.
  @inline(__always)
  func lighter(_ bits: UInt64) -> Int {
    let (a, b) = two(bits)
    return unsafe loads[b].pointee.requests < loads[a].pointee.requests ? b : a
  }

  /// The one of two that costs less.
  @inline(__always)
  func cheaper(_ bits: UInt64, _ average: PeakAverage, at now: UInt64) -> Int {
    let (a, b) = two(bits)
    return unsafe average.cost(loads[b].pointee, at: now) < average.cost(loads[a].pointee, at: now) ? b : a
  }
}

extension Picker.Affinity {
  /// The place that the client had; else the next one in turn, which is remembered.
  func place(_ key: UInt64, in picker: Picker, _ turns: borrowing Picker.Turns, at now: UInt64) -> Int {
    var new: Int?
    // Whoever else writes the bucket has made progress; after some tries the client is not remembered this time.
    for _ in 0..<4 {
      let entry = table.find(key, at: now)
      if let slot = entry.slot, slot < slots, unsafe placeOfSlot[Int(slot)] != Self.none {
        table.touch(entry, at: now)
        return unsafe Int(placeOfSlot[Int(slot)])
      }
      let place = new ?? draw.turn(turns.next())
      new = place
      if unsafe table.assign(entry, key: key, slot: picker.places[place].slot, at: now) { return place }
    }
    return new ?? 0
  }
}
