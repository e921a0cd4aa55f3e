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
/// The caller is a reader of the ``Reclaimer`` for as long as it calls.
@safe
public struct FastPath: ~Copyable {
  /// The question's name in lower case.
  private let name: UnsafeMutablePointer<UInt8>
  private let random: UnsafeMutablePointer<ShuffleSource>
  /// What is counted, one for each block and zone of the plan, and one for queries that no block takes.
  private var counters: FastCounters
  /// What a cache would have done with the answers of this batch, for each route.
  private var tallies: CacheTallies

  /// A fast path for one worker and one plan; a new plan takes a new one.
  public init(plan: ServerPlan, metrics: QueryMetrics) {
    let room = QueryHead.longestName + 2 * QueryHead.slack
    unsafe name = .allocate(capacity: room)
    unsafe name.initialize(repeating: 0, count: room)
    unsafe random = .allocate(capacity: 1)
    unsafe random.initialize(to: ShuffleSource())
    counters = FastCounters(plan: plan, metrics: metrics)
    tallies = unsafe CacheTallies(routes: plan.routes.count)
  }

  deinit {
    counters.retire()
    unsafe name.deallocate()
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

  /// Answers one query.
  ///
  /// - Parameters:
  ///   - packet: the query; ``QueryHead/slack`` octets behind it must be readable.
  ///   - out: room for the longest reply over the transport (65,535 octets over TCP, 1,232 over UDP) and ``QueryHead/slack`` more.
  public mutating func answer(
    _ packet: UnsafePointer<UInt8>, count: Int, into out: UnsafeMutablePointer<UInt8>, plan: borrowing ServerPlan,
    arrival: Arrival
  ) -> FastOutcome {
    var head = QueryHead()
    let verdict = unsafe head.read(packet, count: count, name: name)
    guard verdict == .question else {
      return unsafe refuse(verdict, packet, count: count, head: head, into: out, arrival: arrival)
    }
    guard let index = unsafe plan.route(for: name, count: head.nameLength) else {
      return unsafe reply(.refused, packet, count: count, head: head, into: out, arrival: arrival)
    }
    let route = unsafe plan.routes.baseAddress.unsafelyUnwrapped + index
    if let gate = unsafe route.pointee.gate, unsafe !gate.pointee.load(ordering: .relaxed) { return .stages }
    guard unsafe route.pointee.answers != nil, head.class == 1, !Self.isMeta(head.type) else { return .stages }
    let zone = unsafe route.pointee.answers.unsafelyUnwrapped
    let below = head.nameLength - zone.wireLength
    var writer = unsafe ReplyWriter(packet, head: head, into: out, limit: Self.limit(head, arrival.transport))
    guard zone.isSynced else { return .stages }
    let code: ResponseCode
    if let found = unsafe zone.find(name, count: below) {
      if found.needsStages { return .stages }
      unsafe append(found, head.type, to: &writer, zone, route, plan: plan, below: below, now: arrival.now)
      code = .noError
    } else {
      if unsafe zone.leavesToStages(name, count: below) { return .stages }
      unsafe appendDenial(head.type, to: &writer, zone, route, plan: plan, below: below, now: arrival.now)
      code = .nxDomain
    }
    let length = writer.finish(code.rawValue, authoritative: true)
    unsafe counters.count(route.pointee, head: head, code: code, size: count, reply: length, arrival: arrival)
    return .reply(length)
  }

  /// Hands what was counted of caches to their counters, which all workers share. Called once a batch.
  public mutating func finishBatch(plan: borrowing ServerPlan) { tallies.handOver(to: plan.cacheCounters) }

  /// Appends the RRset of the type, or the denial of it.
  private mutating func append(
    _ found: NameAnswers, _ type: UInt16, to writer: inout ReplyWriter, _ zone: AnswerZone.Reader,
    _ route: UnsafeMutablePointer<ServerPlan.Route>, plan: borrowing ServerPlan, below: Int, now: UInt32
  ) {
    guard let rrset = unsafe found.rrset(type) else {
      return unsafe appendDenial(type, to: &writer, zone, route, plan: plan, below: below, now: now)
    }
    var ttl = unsafe found.ttl(of: rrset)
    if let bounds = unsafe route.pointee.positive {
      ttl = bounds.bound(ttl)
      let age = unsafe rrset.age(now: now, lifetime: ttl)
      tallies.count(age == nil ? .miss : .successHit, route: unsafe plan.index(of: route))
      if let age, !bounds.keepsTTL { ttl -= age }
    }
    unsafe writer.append(rrset, of: found, in: zone, ttl: ttl, random: route.pointee.shuffles ? random : nil)
  }

  /// Appends the zone's SOA.
  private mutating func appendDenial(
    _ type: UInt16, to writer: inout ReplyWriter, _ zone: AnswerZone.Reader,
    _ route: UnsafeMutablePointer<ServerPlan.Route>, plan: borrowing ServerPlan, below: Int, now: UInt32
  ) {
    var ttl = zone.soaTTL
    if let bounds = unsafe route.pointee.negative {
      ttl = bounds.bound(ttl)
      let hash = unsafe NameHash.of(name, count: below, seed: NameHash.seed &+ UInt64(type))
      let age = plan.denials.age(hash: hash, now: now, lifetime: ttl)
      tallies.count(age == nil ? .miss : .denialHit, route: unsafe plan.index(of: route))
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
    counters.countDropped(head: head, code: code, size: count, reply: length, arrival: arrival)
    return .reply(length)
  }

  /// The longest reply: what the client can take, and over UDP what passes without fragments.
  private static func limit(_ head: QueryHead, _ transport: Transport) -> Int {
    guard transport == .udp else { return transport.defaultLimit }
    return head.hasEDNS ? min(max(Int(head.payloadSize), 512), Int(ReplyWriter.payloadSize)) : 512
  }

  /// TKEY, TSIG, IXFR, AXFR: transactions and transfers (RFC 6895 §3.1); MAILB, MAILA and ANY are types that no name has.
  private static func isMeta(_ type: UInt16) -> Bool { (249...252).contains(type) }
}

/// The counters that one worker writes: a row for each zone of each block.
struct FastCounters {
  /// The rows, in the order of the blocks' zones; the last one is for queries that no block takes.
  private let rows: [QueryCounters]
  /// The first row of each block.
  private let first: [Int]
  private let metrics: QueryMetrics

  init(plan: ServerPlan, metrics: QueryMetrics) {
    var rows: [QueryCounters] = []
    var first: [Int] = []
    for block in plan.blocks {
      first.append(rows.count)
      for zone in block.zones {
        rows.append(
          metrics.counters(QueryLabels(server: block.server, zone: zone.description), plugins: ["", "kubernetes"]))
      }
    }
    let server = plan.blocks.first?.server ?? ""
    rows.append(metrics.counters(QueryLabels(server: server, zone: "dropped"), plugins: [""]))
    self.rows = rows
    self.first = first
    self.metrics = metrics
  }

  /// Leaves what was counted to the totals: the worker goes, or has a new plan.
  func retire() { rows.forEach(metrics.retire) }

  @inline(__always)
  func count(
    _ route: ServerPlan.Route, head: QueryHead, code: ResponseCode, size: Int, reply: Int, arrival: FastPath.Arrival
  ) {
    let row = first[route.block] + route.zone
    count(row, plugin: 1, head: head, code: code, size: size, reply: reply, arrival: arrival)
  }

  func countDropped(head: QueryHead, code: ResponseCode, size: Int, reply: Int, arrival: FastPath.Arrival) {
    count(rows.count - 1, plugin: 0, head: head, code: code, size: size, reply: reply, arrival: arrival)
  }

  @inline(__always)
  private func count(
    _ row: Int, plugin: Int, head: QueryHead, code: ResponseCode, size: Int, reply: Int, arrival: FastPath.Arrival
  ) {
    rows[row].count(
      QueryObservation(
        transport: arrival.transport, isIPv6: arrival.isIPv6, type: head.type, dnssecOK: head.dnssecOK,
        responseCode: code.rawValue, plugin: plugin, requestSize: size, responseSize: reply,
        nanoseconds: arrival.nanoseconds))
  }
}
