import DNSWire
import FinishedAnswers
import Synchronization

/// What the fast path makes of a datagram.
public enum FastOutcome: Sendable {
  /// The reply is this many octets long.
  case reply(Int)
  /// No reply is due.
  case silence
  /// The stages must see it.
  case stages
}

/// Answers queries from finished answers: no allocation, no lock, no reference count. One for each worker.
///
/// A batch of datagrams is answered in three steps, each for all of them before the next one: ``read(_:count:at:plan:)``,
/// ``fetchAnswers(at:)`` and ``answer(_:count:at:into:plan:arrival:)``. What a step needs from memory was asked for by the one before it,
/// so that a batch waits for memory once and not for every datagram.
///
/// The caller is a reader of the `Reclaimer` from the first step to the last.
@safe
public struct FastPath: ~Copyable {
  /// The queries of a batch, between the steps.
  private let queries: UnsafeMutablePointer<ReadQuery>
  /// The questions' names in lower case, one after the other.
  private let names: UnsafeMutablePointer<UInt8>
  let random: UnsafeMutablePointer<ShuffleSource>
  /// What is counted, one for each block and zone of the plan, and one for queries that no block takes.
  let counters: FastCounters
  /// What a cache would have done with the answers of this batch, for each route.
  var tallies: CacheTallies
  /// The plan's, which outlives this.
  let clock: CacheClock.Reader
  /// Where answers of endpoints are put together.
  let endpoints = EndpointAnswers()

  /// How many queries a batch has at most.
  public static let capacity = 64
  /// Room for a name and what is written behind it; no multiple of the distance at which cache lines collide.
  private static let nameStride = 320

  /// A fast path for one worker and one plan, which must outlive it; a new plan takes a new one.
  public init(plan: ServerPlan, metrics: QueryMetrics) {
    unsafe queries = .allocate(capacity: Self.capacity)
    unsafe queries.initialize(repeating: ReadQuery(), count: Self.capacity)
    unsafe names = .allocate(capacity: Self.capacity * Self.nameStride)
    unsafe names.initialize(repeating: 0, count: Self.capacity * Self.nameStride)
    unsafe random = .allocate(capacity: 1)
    unsafe random.initialize(to: ShuffleSource())
    counters = FastCounters(plan: plan, metrics: metrics)
    tallies = CacheTallies(plan.cacheCounters)
    clock = plan.clock.reader
  }

  deinit {
    counters.retire()
    unsafe queries.deallocate()
    unsafe names.deallocate()
    unsafe random.deallocate()
  }

  /// What a query's reply depends on beside its octets.
  public struct Arrival {
    /// How the query came.
    public var transport: Transport
    /// Whether the client's address is an IPv6 address; only counted.
    public var isIPv6: Bool
    /// The server's clock in seconds, at least 1.
    public var now: UInt32
    /// How long a query takes, as far as is known: the time that the worker's batch before this one took.
    public var nanoseconds: UInt64

    /// The circumstances of one query.
    public init(transport: Transport, isIPv6: Bool, now: UInt32, nanoseconds: UInt64 = 0) {
      self.transport = transport
      self.isIPv6 = isIPv6
      self.now = now
      self.nanoseconds = nanoseconds
    }
  }

  /// Answers one query: all steps at once.
  ///
  /// - Parameters: as of the steps.
  public mutating func answer(
    _ packet: UnsafePointer<UInt8>, count: Int, into out: UnsafeMutablePointer<UInt8>, plan: borrowing ServerPlan,
    arrival: Arrival
  ) -> FastOutcome {
    unsafe read(packet, count: count, at: 0, plan: plan)
    return unsafe answer(packet, count: count, at: 0, into: out, plan: plan, arrival: arrival)
  }

  /// The first step: reads the query, finds whose name it is, and fetches the word that leads to its answers.
  ///
  /// - Parameters:
  ///   - packet: the query; `QueryHead.slack` octets behind it must be readable.
  ///   - count: its length, in octets.
  ///   - plan: what answers.
  ///   - place: which query of the batch it is, below ``capacity``.
  public func read(_ packet: UnsafePointer<UInt8>, count: Int, at place: Int, plan: borrowing ServerPlan) {
    let query = unsafe queries + place
    let name = unsafe names + place * Self.nameStride
    var head = QueryHead()
    unsafe query.pointee.verdict = head.read(packet, count: count, name: name)
    unsafe query.pointee.head = head
    unsafe query.pointee.route = nil
    guard unsafe query.pointee.verdict == .question,
      let index = unsafe plan.route(for: name, count: head.nameLength)
    else { return }
    let route = unsafe plan.routes.baseAddress.unsafelyUnwrapped + index
    unsafe query.pointee.route = route
    guard let zone = unsafe route.pointee.answers else { return }
    let hash = unsafe zone.table.hash(of: name, count: head.nameLength - zone.wireLength)
    unsafe query.pointee.hash = hash
    zone.table.fetchWord(hash)
  }

  /// The second step: fetches the answers themselves.
  public func fetchAnswers(at place: Int) {
    let query = unsafe queries + place
    if let zone = unsafe query.pointee.route?.pointee.answers { unsafe zone.table.fetchAnswers(query.pointee.hash) }
  }

  /// The last step: the reply.
  ///
  /// - Parameters:
  ///   - count: its length, in octets.
  ///   - place: which query of the batch it is.
  ///   - plan: what answers.
  ///   - arrival: how it came.
  ///   - packet: the query, as it was read in the first step.
  ///   - out: room for the longest reply over the transport (65,535 octets over TCP, 1,232 over UDP) and `QueryHead.slack` more.
  public mutating func answer(
    _ packet: UnsafePointer<UInt8>, count: Int, at place: Int, into out: UnsafeMutablePointer<UInt8>,
    plan: borrowing ServerPlan, arrival: Arrival
  ) -> FastOutcome {
    let query = unsafe queries + place
    let head = unsafe query.pointee.head
    guard unsafe query.pointee.verdict == .question else {
      return unsafe refuse(query.pointee.verdict, packet, count: count, head: head, into: out, arrival: arrival)
    }
    guard let route = unsafe query.pointee.route else {
      return unsafe reply(.refused, packet, count: count, head: head, into: out, arrival: arrival)
    }
    if let gate = unsafe route.pointee.gate, unsafe !gate.pointee.load(ordering: .relaxed) { return .stages }
    guard head.class == 1, !Self.isMeta(head.type) else { return .stages }
    let name = unsafe names + place * Self.nameStride
    guard let zone = unsafe route.pointee.answers else {
      return unsafe answerFromCache(packet, count: count, head, name, into: out, route, plan: plan, arrival: arrival)
    }
    guard zone.isSynced else { return .stages }
    let below = head.nameLength - zone.wireLength
    var writer = unsafe ReplyWriter(packet, head: head, into: out, limit: Self.limit(head, arrival.transport))
    var code: UInt16 = 0
    if let found = unsafe zone.table.find(name, count: below, hash: query.pointee.hash) {
      if found.needsStages { return .stages }
      unsafe append(found, query, to: &writer, zone, route: plan.index(of: route), now: arrival.now)
    } else {
      if unsafe EndpointAnswers.mayFind(name, count: below),
        let length = unsafe answerEndpoint(
          packet, count: count, query, name, into: out, zone, route: plan.index(of: route), arrival: arrival)
      {
        return .reply(length)
      }
      if unsafe zone.leavesToStages(name, count: below) {
        return unsafe answerFromCache(packet, count: count, head, name, into: out, route, plan: plan, arrival: arrival)
      }
      unsafe appendDenial(query, to: &writer, zone, route: plan.index(of: route), now: arrival.now)
      code = 3
    }
    let length = writer.finish(code, authoritative: true)
    unsafe counters.count(route, head: head, code: code, size: count, reply: length, arrival: arrival)
    return .reply(length)
  }

  /// Hands what was counted of caches to their counters, which all workers share. Called once a batch.
  public mutating func finishBatch() { tallies.handOver() }

  /// Appends the RRset of the type, or the denial of it.
  @inline(__always)
  private mutating func append(
    _ found: NameAnswers, _ query: UnsafeMutablePointer<ReadQuery>, to writer: inout ReplyWriter,
    _ zone: AnswerZone.Reader, route index: Int, now: UInt32
  ) {
    guard let rrset = unsafe found.rrset(query.pointee.head.type), let route = unsafe query.pointee.route else {
      return unsafe appendDenial(query, to: &writer, zone, route: index, now: now)
    }
    var ttl = unsafe found.ttl(of: rrset)
    if let bounds = unsafe route.pointee.positive {
      ttl = bounds.bound(ttl)
      let age = unsafe rrset.age(now: now, lifetime: ttl)
      tallies.count(age == nil ? .miss : .successHit, route: index)
      if let age, !bounds.keepsTTL { ttl -= age }
    }
    unsafe writer.append(rrset, of: found, in: zone, ttl: ttl, random: route.pointee.shuffles ? random : nil)
  }

  /// Appends the zone's SOA.
  @inline(__always)
  mutating func appendDenial(
    _ query: UnsafeMutablePointer<ReadQuery>, to writer: inout ReplyWriter, _ zone: AnswerZone.Reader,
    route index: Int, now: UInt32
  ) {
    var ttl = zone.soaTTL
    if let bounds = unsafe query.pointee.route?.pointee.negative {
      ttl = bounds.bound(ttl)
      let hash = unsafe NameHash.mix(query.pointee.hash, with: query.pointee.head.type)
      let age = clock.age(hash: hash, now: now, lifetime: ttl)
      tallies.count(age == nil ? .miss : .denialHit, route: index)
      if let age, !bounds.keepsTTL { ttl -= age }
    }
    writer.appendSOA(zone, ttl: ttl)
  }

  /// The reply to what is no plain question.
  private mutating func refuse(
    _ verdict: QueryVerdict, _ packet: UnsafePointer<UInt8>, count: Int, head: QueryHead,
    into out: UnsafeMutablePointer<UInt8>, arrival: Arrival
  ) -> FastOutcome {
    switch verdict {
    case .question, .unusual: .stages
    case .ignore: .silence
    case .malformed: unsafe reply(.formErr, packet, count: count, head: head, into: out, arrival: arrival)
    case .notImplemented: unsafe reply(.notImp, packet, count: count, head: head, into: out, arrival: arrival)
    case .badVersion: unsafe reply(.badVers, packet, count: count, head: head, into: out, arrival: arrival)
    }
  }

  /// A reply that is only a response code.
  private mutating func reply(
    _ code: ResponseCode, _ packet: UnsafePointer<UInt8>, count: Int, head: QueryHead,
    into out: UnsafeMutablePointer<UInt8>, arrival: Arrival
  ) -> FastOutcome {
    var writer = unsafe ReplyWriter(packet, head: head, into: out, limit: Self.limit(head, arrival.transport))
    let length = writer.finish(code.rawValue, authoritative: false)
    unsafe counters.count(nil, head: head, code: code.rawValue, size: count, reply: length, arrival: arrival)
    return .reply(length)
  }

  /// The longest reply: what the client can take, and over UDP what passes without fragments.
  @inline(__always)
  static func limit(_ head: QueryHead, _ transport: Transport) -> Int {
    guard transport == .udp else { return transport.defaultLimit }
    return head.hasEDNS ? min(max(Int(head.payloadSize), 512), Int(ReplyWriter.payloadSize)) : 512
  }

  /// TKEY, TSIG, IXFR, AXFR: transactions and transfers (RFC 6895 §3.1); MAILB, MAILA and ANY are types that no name has.
  @inline(__always)
  private static func isMeta(_ type: UInt16) -> Bool { (249...252).contains(type) }
}

/// A query of a batch between the steps of the fast path.
@safe
struct ReadQuery {
  var verdict = QueryVerdict.ignore
  var head = QueryHead()
  /// Whose name it is; `nil` when no block takes it.
  var route: UnsafeMutablePointer<ServerPlan.Route>?
  /// The hash of the name below the route's zone.
  var hash: UInt64 = 0
}
