/// How much a client has under way at once. What is beyond fails at once: an overloaded service is not helped by a longer queue.
public struct CircuitLimits: Sendable, Hashable {
  /// Requests under way at once, over all endpoints, at least 1.
  public var concurrent = 1024
  /// Requests under way at once at one endpoint, at least 1.
  public var concurrentPerEndpoint = 1024
  /// Requests that wait for one of those to end; 0: none waits.
  public var pending = 1024

  /// The defaults.
  public init() {}

  /// How many may be under way with so many endpoints, and so many that take one at a time.
  func places(endpoints: Int, onProbation: Int) -> Int {
    let (all, overflow) = max(concurrentPerEndpoint, 1).multipliedReportingOverflow(by: endpoints)
    let (sum, overflows) = all.addingReportingOverflow(onProbation)
    return max(overflow || overflows ? concurrent : min(concurrent, sum), 1)
  }
}

/// The places for requests under way, and the queue before them, first come first served.
///
/// A value: it gives tickets to those who wait, and says whose turn it is.
public struct Circuit: Sendable {
  /// What a request finds.
  public enum Entry: Sendable, Hashable {
    /// It has a place.
    case admitted
    /// It has to wait until its ticket's turn.
    case waits(ticket: UInt64)
    /// All places are taken, and the queue is full.
    case refused
  }

  private let pending: Int
  private var places: Int
  /// Tickets in their order; those that nobody waits for any more are skipped.
  private var queue: [UInt64] = []
  private var head = 0
  private var waiting: Set<UInt64> = []
  private var nextTicket: UInt64 = 0

  /// How many places are taken.
  public private(set) var underWay = 0

  /// A circuit that nobody is in.
  public init(places: Int, pending: Int) {
    self.places = max(places, 1)
    self.pending = max(pending, 0)
  }

  /// How many wait.
  public var waiters: Int { waiting.count }

  /// Takes a place, or a ticket.
  public mutating func enter() -> Entry {
    if enterAtOnce() { return .admitted }
    guard waiting.count < pending else { return .refused }
    nextTicket &+= 1
    queue.append(nextTicket)
    waiting.insert(nextTicket)
    return .waits(ticket: nextTicket)
  }

  /// Takes a place if one is free and nobody waits for it.
  public mutating func enterAtOnce() -> Bool {
    guard underWay < places, waiting.isEmpty else { return false }
    underWay += 1
    return true
  }

  /// Gives a place back. The ticket that has it now, if any.
  public mutating func leave() -> UInt64? {
    underWay -= 1
    return admitNext()
  }

  /// Gives a ticket back. Whether it was still waiting; if not, it has a place, which is to be left.
  public mutating func abandon(_ ticket: UInt64) -> Bool {
    guard waiting.remove(ticket) != nil else { return false }
    compactIfWorthIt()
    return true
  }

  /// Changes the number of places. The tickets that have one now.
  public mutating func resize(places: Int) -> [UInt64] {
    self.places = max(places, 1)
    var admitted: [UInt64] = []
    while let ticket = admitNext() { admitted.append(ticket) }
    return admitted
  }

  private mutating func admitNext() -> UInt64? {
    guard underWay < places else { return nil }
    while head < queue.count {
      let ticket = queue[head]
      head += 1
      if waiting.remove(ticket) != nil {
        underWay += 1
        compactIfWorthIt()
        return ticket
      }
    }
    compactIfWorthIt()
    return nil
  }

  /// Drops what was passed and what nobody waits for; its cost is spread over the tickets since the last time.
  private mutating func compactIfWorthIt() {
    guard queue.count > 2 * waiting.count + 16 else { return }
    queue = queue[head...].filter(waiting.contains)
    head = 0
  }
}
