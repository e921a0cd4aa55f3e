import NetworkAddresses

/// Compiles candidates to a ``Picker``.
struct PickerCompiler {
  let policy: BalancingPolicy
  let loads: EndpointLoads
  /// The table of clients, for session affinity.
  let clients: AffinityTable?
  /// What is allocated for the picker.
  var memory = PickerMemory()

  init(_ policy: BalancingPolicy, _ loads: EndpointLoads, _ clients: AffinityTable?) {
    self.policy = policy
    self.loads = loads
    self.clients = clients
  }

  /// The picker; `nil` without candidates.
  ///
  /// - Parameters:
  ///   - known: slots and addresses of all endpoints.
  ///   - current: the slot that ``BalancingPolicy/pickFirst`` stays with, if it can.
  mutating func compile(
    _ candidates: [Candidate], _ endpoints: [Endpoint], _ known: [KnownEndpoints.Known], current: UInt32?
  ) -> UnsafeMutablePointer<Picker>? {
    guard !candidates.isEmpty else { return nil }
    let places = unsafe memory.room(candidates.count, of: Picker.Place.self)
    for (index, candidate) in candidates.enumerated() {
      unsafe places[index] = Picker.Place(
        address: endpoints[candidate.place].address, slot: known[candidate.place].slot)
    }
    if case .pickFirst = policy { unsafe Self.moveForward(places, candidates.count, current) }
    let rule = unsafe rule(candidates, known, places)
    let picker = unsafe memory.room(1, of: Picker.self)
    unsafe picker.initialize(to: Picker(places: places, count: candidates.count, rule: rule))
    return unsafe picker
  }

  private mutating func rule(
    _ candidates: [Candidate], _ known: [KnownEndpoints.Known], _ places: UnsafeMutablePointer<Picker.Place>
  ) -> Picker.Rule {
    switch policy {
    case .roundRobin, .weighted: .roundRobin(draw(candidates))
    case .random: .random(draw(candidates))
    case .leastRequests: unsafe .leastRequests(twoChoices(candidates, places))
    case .peakEWMA(let options): unsafe .peakEWMA(twoChoices(candidates, places), options.average)
    case .ringHash(let options): .ring(ring(options, candidates, known))
    case .maglev(let options): .table(table(options, candidates, known))
    case .sessionAffinity: unsafe affinity(candidates, places)
    case .pickFirst: .first
    }
  }

  /// Draws by weight; equal weights need no table.
  private mutating func draw(_ candidates: [Candidate]) -> WeightedDraw {
    let first = candidates[0].weight
    if candidates.allSatisfy({ $0.weight == first }) { return WeightedDraw(equal: candidates.count) }
    let ends = unsafe memory.room(candidates.count, of: UInt64.self)
    let guide = unsafe memory.room(1 << WeightedDraw.guideLog(candidates.count), of: UInt32.self)
    return unsafe WeightedDraw(candidates.map(\.weight), ends: ends, guide: guide)
  }

  private mutating func twoChoices(
    _ candidates: [Candidate], _ places: UnsafeMutablePointer<Picker.Place>
  ) -> Picker.TwoChoices {
    let blocks = unsafe memory.room(candidates.count, of: UnsafeMutablePointer<EndpointLoad>.self)
    for index in candidates.indices { unsafe blocks[index] = loads.reserve(places[index].slot) }
    return unsafe Picker.TwoChoices(draw: draw(candidates), loads: blocks)
  }

  private mutating func ring(
    _ options: RingHash, _ candidates: [Candidate], _ known: [KnownEndpoints.Known]
  ) -> Ring {
    let points = Ring.points(
      of: candidates.map { known[$0.place].key.identity }, shares: options.shares(candidates.map(\.weight)))
    return unsafe Ring(
      points, hashes: memory.room(points.count, of: UInt64.self), places: memory.room(points.count, of: UInt32.self),
      guide: memory.room(1 << WeightedDraw.guideLog(points.count), of: UInt32.self))
  }

  private mutating func table(
    _ options: Maglev, _ candidates: [Candidate], _ known: [KnownEndpoints.Known]
  ) -> Picker.MaglevTable {
    let table = unsafe memory.room(options.tableSize, of: UInt32.self)
    unsafe options.fill(
      table, identities: candidates.map { known[$0.place].key.identity }, weights: candidates.map(\.weight))
    return unsafe Picker.MaglevTable(places: table, count: UInt64(options.tableSize))
  }

  private mutating func affinity(
    _ candidates: [Candidate], _ places: UnsafeMutablePointer<Picker.Place>
  ) -> Picker.Rule {
    guard let clients else { return .roundRobin(draw(candidates)) }
    let slots = (candidates.indices.map { unsafe places[$0].slot }.max() ?? 0) + 1
    let placeOfSlot = unsafe memory.room(Int(slots), of: UInt32.self)
    unsafe placeOfSlot.initialize(repeating: Picker.Affinity.none, count: Int(slots))
    for index in candidates.indices {
      unsafe placeOfSlot[Int(places[index].slot)] = UInt32(truncatingIfNeeded: index)
    }
    return unsafe .affinity(
      Picker.Affinity(draw: draw(candidates), table: clients, placeOfSlot: placeOfSlot, slots: slots))
  }

  /// Puts the endpoint with a slot to the front, if it is there.
  private static func moveForward(_ places: UnsafeMutablePointer<Picker.Place>, _ count: Int, _ slot: UInt32?) {
    guard let slot, let index = (0..<count).first(where: { unsafe places[$0].slot == slot }) else { return }
    let place = unsafe places[index]
    unsafe places[index] = places[0]
    unsafe places[0] = place
  }
}
