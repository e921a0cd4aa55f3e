/// Runs the probes of all upstreams of a block, as long as its configuration is in force.
final class ForwardProbes: BackgroundService {
  private let requests: AsyncStream<ForwardTarget>
  private let continuation: AsyncStream<ForwardTarget>.Continuation

  init() { (requests, continuation) = AsyncStream.makeStream() }

  deinit { continuation.finish() }

  /// Asks for probes of an upstream until it is well. Each upstream asks at most once until then.
  func request(_ target: ForwardTarget) { continuation.yield(target) }

  func run() async {
    await withDiscardingTaskGroup { group in
      for await target in requests { group.addTask { await target.probeUntilWell() } }
      group.cancelAll()
    }
  }
}
