import FinishedAnswers
import QueryEngine
import Reclamation

/// A worker's loop over batches, without the socket: what is counted.
struct Worker: ~Copyable {
  /// Room for a reply and what is written behind it.
  static let replyRoom = 65_600

  private let plan: ServerPlan
  private let reclaimer: Reclaimer
  private let packets: UnsafeMutablePointer<UInt8>
  private let lengths: UnsafeMutablePointer<Int>
  private let out: UnsafeMutablePointer<UInt8>
  private var fast: FastPath
  /// How many replies there were.
  private(set) var replies = 0

  /// A worker that asks a cluster the queries of the mix, which must outlive it.
  init(_ cluster: borrowing SampleCluster, _ mix: borrowing QueryMix) {
    self.init(cluster.plan, cluster.zone.reclaimer, cluster.metrics, mix)
  }

  /// A worker that asks a plan's fast path the queries of the mix, which must outlive it.
  init(_ plan: ServerPlan, _ reclaimer: Reclaimer, _ metrics: MetricsRegistry, _ mix: borrowing QueryMix) {
    self.plan = plan
    self.reclaimer = reclaimer
    (packets, lengths) = (mix.packets, mix.lengths)
    out = .allocate(capacity: Self.replyRoom)
    fast = FastPath(plan: plan, metrics: metrics.queries)
  }

  deinit { out.deallocate() }

  /// Answers so many batches as a worker does. The counter collects while this runs; one call, so that nothing else is counted.
  @inline(never)
  mutating func answerMeasuredBatches(_ batches: Int, _ deliberate: Deliberate?) {
    var first = 0
    for _ in 0..<batches {
      answerBatch(first)
      first = (first + FastPath.capacity) % QueryMix.count
    }
    deliberate?.happen()
  }

  @inline(__always)
  private mutating func answerBatch(_ first: Int) {
    let slot = reclaimer.enter(hint: 0)
    let arrival = FastPath.Arrival(transport: .udp, isIPv6: false, now: ServerClock.seconds, nanoseconds: 1)
    for place in 0..<FastPath.capacity {
      fast.read(packets + (first + place) * QueryMix.stride, count: lengths[first + place], at: place, plan: plan)
    }
    for place in 0..<FastPath.capacity { fast.fetchAnswers(at: place) }
    for place in 0..<FastPath.capacity {
      let outcome = fast.answer(
        packets + (first + place) * QueryMix.stride, count: lengths[first + place], at: place, into: out, plan: plan,
        arrival: arrival)
      if case .reply = outcome { replies += 1 }
    }
    reclaimer.leave(slot)
    fast.finishBatch()
  }
}
