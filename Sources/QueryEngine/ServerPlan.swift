public import DNSWire
import FinishedAnswers
import Synchronization

/// One server block as the engine sees it: the zones it answers, and its stages in order.
public final class BlockPlan: Sendable {
  /// In lower case.
  public let zones: [DomainName]
  /// The server's name in logs and metrics: `dns://:53`.
  public let server: String
  /// The stages.
  public let plan: StagePlan

  /// A block with its stages in their order.
  public init(zones: [DomainName], server: String, stages: [any QueryStage]) {
    self.zones = zones.map { $0.lowercased() }
    self.server = server
    plan = StagePlan(stages: stages)
  }
}

/// All server blocks of one port, ready for lookup: which block answers a name, and whether it is answered from finished answers.
///
/// Immutable; a new configuration is a new plan.
@safe
public final class ServerPlan: Sendable {
  /// The blocks, in the order of the configuration.
  public let blocks: [BlockPlan]
  /// One for each zone of a block and each zone that is answered from finished answers; longest names first.
  ///
  /// Safety: written only before anybody else has the plan.
  nonisolated(unsafe) let routes: UnsafeMutableBufferPointer<Route>
  /// The counters of the cache before each route's zone.
  let cacheCounters: [FastCacheCounters?]
  /// When replies would have been stored by a cache before the cluster zone.
  let clock = CacheClock()

  /// The way of all names below one name.
  @safe
  struct Route {
    /// The name in wire form, in lower case.
    var wire: UnsafeMutablePointer<UInt8>
    var wireLength: Int
    /// The block, by index, and its zone, by index, that the names belong to.
    var block: Int
    var zone: Int
    /// Which zone that is of all zones of all blocks.
    var row: Int
    /// Where finished answers are; `nil` when the stages answer.
    var answers: AnswerZone.Reader?
    var shuffles = false
    /// Shut when stages must see the queries though there are finished answers. A stage of the plan keeps it alive.
    var gate: UnsafeMutablePointer<Atomic<Bool>>?
    /// How a cache before the zone bounds TTLs, without references.
    var positive: TTLBounds?
    var negative: TTLBounds?
    /// What a cache keeps for the names that have no finished answers.
    var cached: CacheReader?
  }

  /// What readers use of a cache, without references.
  @safe
  struct CacheReader {
    let denials: AnswerTable.Reader
    let successes: AnswerTable.Reader
    let keepsTTL: Bool
  }

  /// The TTLs that a cache would give: seconds.
  struct TTLBounds: BitwiseCopyable {
    var least: UInt32
    var most: UInt32
    var keepsTTL: Bool

    init?(_ range: ClosedRange<UInt32>?, keepsTTL: Bool) {
      guard let range else { return nil }
      (least, most) = (range.lowerBound, range.upperBound)
      self.keepsTTL = keepsTTL
    }

    /// The TTL within the bounds.
    @inline(__always)
    func bound(_ ttl: UInt32) -> UInt32 { min(max(ttl, least), most) }
  }

  /// Lays out the routes of all blocks.
  public init(blocks: [BlockPlan]) {
    self.blocks = blocks
    let drafts = RouteDraft.all(of: blocks)
    cacheCounters = drafts.map { $0.cache?.counters ?? $0.kept?.counters }
    unsafe routes = .allocate(capacity: drafts.count)
    for (index, draft) in drafts.enumerated() { unsafe routes.initializeElement(at: index, to: draft.route) }
  }

  deinit {
    for index in unsafe routes.indices { unsafe routes[index].wire.deallocate() }
    unsafe routes.deinitialize()
    unsafe routes.deallocate()
  }

  /// Where a route stands.
  @inline(__always)
  borrowing func index(of route: UnsafeMutablePointer<Route>) -> Int {
    unsafe route - routes.baseAddress.unsafelyUnwrapped
  }

  /// The index of the route with the longest name that ends a name; `nil` when no block answers it.
  ///
  /// - Parameter name: in lower case, `count` octets with the root octet.
  ///
  /// Safety: a route's name is compared only when the name is at least as long.
  func route(for name: UnsafePointer<UInt8>, count: Int) -> Int? {
    for index in unsafe routes.indices {
      let length = unsafe routes[index].wireLength
      guard length <= count else { continue }
      if unsafe Self.ends(name, count: count, with: routes[index].wire, length: length) { return index }
    }
    return nil
  }

  /// Whether a name ends in another one, at the start of a label.
  private static func ends(
    _ name: UnsafePointer<UInt8>, count: Int, with suffix: UnsafePointer<UInt8>, length: Int
  ) -> Bool {
    let boundary = count - length
    var index = length - 1
    while index >= 0 {
      if unsafe name[boundary + index] != suffix[index] { return false }
      index -= 1
    }
    var label = 0
    while label < boundary { label += unsafe 1 + Int(name[label]) }
    return label == boundary
  }

  /// The block that answers a name, and the zone by which it does.
  public func block(for name: DomainName) -> (block: BlockPlan, zone: DomainName)? {
    let wire = name.lowercased().wire
    let index = unsafe wire.withUnsafeBufferPointer { buffer in
      unsafe buffer.baseAddress.flatMap { unsafe route(for: $0, count: buffer.count) }
    }
    guard let index else { return nil }
    let block = unsafe blocks[routes[index].block]
    return unsafe (block, block.zones[routes[index].zone])
  }
}

/// A route while the plan is made.
private struct RouteDraft {
  let name: DomainName
  let block: Int
  let zone: Int
  let row: Int
  var answers: AnswerZone?
  var shuffles = false
  var cache: FastCachePolicy?
  var gate: FastGate?
  var kept: FastCacheAnswers?

  /// The routes of all blocks, longest names first.
  static func all(of blocks: [BlockPlan]) -> [RouteDraft] {
    var drafts: [RouteDraft] = []
    for (index, block) in blocks.enumerated() {
      for zone in block.zones.indices {
        var draft = RouteDraft(name: block.zones[zone], block: index, zone: zone, row: drafts.count)
        draft.takeCache(of: block)
        drafts.append(draft)
      }
    }
    let plain = drafts
    for (index, block) in blocks.enumerated() { drafts += finished(in: block, index: index, plain: plain) }
    // Stable: of two with the same name the one with finished answers comes first.
    return drafts.enumerated().sorted { a, b in
      let (x, y) = (a.element.name.wire.count, b.element.name.wire.count)
      if x != y { return x > y }
      let (finishedA, finishedB) = (a.element.answers != nil, b.element.answers != nil)
      return finishedA == finishedB ? a.offset < b.offset : finishedA
    }.map(\.element)
  }

  /// What the block's cache keeps is given at once, as far as the stages before it allow it.
  private mutating func takeCache(of block: BlockPlan) {
    var passage = FastPassage.open
    for stage in block.plan.stages {
      switch stage.fastPath {
      case .opaque, .answers: return
      case .transparent: continue
      case .guards(let stage): passage = passage.and(stage.passage(to: name))
      case .shufflesAddresses: shuffles = true
      case .caches(let cache): return take(cache.kept, behind: passage)
      }
    }
  }

  private mutating func take(_ answers: FastCacheAnswers?, behind passage: FastPassage) {
    switch passage {
    case .shut: return
    case .gate(let gate): self.gate = gate
    case .open: break
    }
    kept = answers
  }

  /// The routes to the zones that a block answers from finished answers, as far as its stages allow it.
  static func finished(in block: BlockPlan, index: Int, plain: [RouteDraft]) -> [RouteDraft] {
    var shuffles = false
    var caches: [any FastCaching] = []
    var guards: [any FastGuard] = []
    var drafts: [RouteDraft] = []
    for stage in block.plan.stages {
      switch stage.fastPath {
      case .opaque: return drafts
      case .transparent: continue
      case .guards(let stage): guards.append(stage)
      case .shufflesAddresses: shuffles = true
      case .caches(let cache): caches.append(cache)
      case .answers(let zones):
        for zone in zones {
          drafts += routes(to: zone, of: block, index: index, plain: plain).compactMap { draft in
            var draft = draft
            switch guards.reduce(FastPassage.open, { $0.and($1.passage(to: draft.name)) }) {
            case .shut: return nil
            case .gate(let gate): draft.gate = gate
            case .open: break
            }
            draft.shuffles = shuffles
            draft.kept = caches.first?.kept
            draft.cache = caches.lazy.compactMap { $0.fastPolicy(for: zone.name) }.first
            return draft
          }
        }
      }
    }
    return drafts
  }

  /// Where names of the block lie in the answer zone: at the longer of both names.
  private static func routes(to zone: AnswerZone, of block: BlockPlan, index: Int, plain: [RouteDraft]) -> [RouteDraft]
  {
    block.zones.indices.compactMap { position in
      let blockZone = block.zones[position]
      let name: DomainName
      if zone.name.isSubdomain(of: blockZone) {
        name = zone.name
      } else if blockZone.isSubdomain(of: zone.name) {
        name = blockZone
      } else {
        return nil
      }
      let owner = plain.filter { name.isSubdomain(of: $0.name) }.max { $0.name.labelCount < $1.name.labelCount }
      guard let owner, owner.block == index, owner.zone == position else { return nil }
      return RouteDraft(name: name, block: index, zone: position, row: owner.row, answers: zone)
    }
  }

  /// The route; whoever takes it owns its name.
  var route: ServerPlan.Route {
    let octets = name.wire
    let wire = UnsafeMutablePointer<UInt8>.allocate(capacity: octets.count)
    for (index, octet) in octets.enumerated() { unsafe (wire + index).initialize(to: octet) }
    return unsafe ServerPlan.Route(
      wire: wire, wireLength: octets.count, block: block, zone: zone, row: row, answers: answers?.reader,
      shuffles: shuffles,
      gate: gate?.state, positive: ServerPlan.TTLBounds(cache?.success, keepsTTL: cache?.keepsTTL ?? false),
      negative: ServerPlan.TTLBounds(cache?.denial, keepsTTL: cache?.keepsTTL ?? false),
      cached: kept.map {
        ServerPlan.CacheReader(denials: $0.denials.reader, successes: $0.successes.reader, keepsTTL: $0.keepsTTL)
      })
  }
}
