import DNSWire
import NetworkAddresses
import QueryEngine
import Synchronization

/// Sends the probe of `loop` through the block's own stages, until an answer comes or half a minute is over.
final class LoopProbe: BackgroundService {
  private let stage: LoopStage
  private let clock: StageClock
  private let plan = Mutex<StagePlan?>(nil)

  /// How long answers are tried for: upstreams may start later than we do.
  private static let window: Duration = .seconds(30)
  /// How long after a failure the next probe begins; and how long a probe may take to come back after an answer.
  private static let pause: Duration = .seconds(2)

  init(stage: LoopStage, clock: StageClock) {
    self.stage = stage
    self.clock = clock
  }

  /// Tells which stages the block has.
  func use(_ plan: StagePlan) { self.plan.withLock { $0 = plan } }

  func run() async {
    defer { stage.endWatch() }
    guard let plan = plan.withLock({ $0 }) else { return }
    let deadline = clock.now().advanced(by: Self.window)
    var isAnswered = false
    while !isAnswered, !Task.isCancelled, clock.now() < deadline {
      let response = await plan.answer(query())
      isAnswered = response != nil && response?.failure == nil
      do { try await clock.sleep(Self.pause) } catch { return }
    }
  }

  private func query() -> Query {
    var message = Message(id: .random(in: .min ... .max), questions: [stage.beginWatch()])
    message.recursionDesired = true
    let here = SocketAddress(.v4(.loopback), port: 0)
    return Query(
      message: message, origin: QueryOrigin(client: here, local: here, transport: .udp), size: message.encoded().count)
  }
}
