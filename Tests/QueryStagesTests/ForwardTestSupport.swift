import ClusterZone
import Corefile
import DNSWire
import FinishedAnswers
import Logging
import NetworkAddresses
import QueryEngine
import Reclamation
import Synchronization
import Testing

@testable import QueryStages

/// A clock that goes on only when it is told to, or slept on.
final class ManualClock: Sendable {
  private let instant = Mutex(ContinuousClock.now)

  var now: ContinuousClock.Instant { instant.withLock { $0 } }
  func advance(_ duration: Duration) { instant.withLock { $0 = $0.advanced(by: duration) } }

  /// Sleeping ends at once, with the clock further on.
  var stageClock: StageClock {
    StageClock(
      now: { self.now },
      sleep: { duration in
        self.advance(duration)
        await Task.yield()
        try Task.checkCancellation()
      })
  }
}

/// An upstream whose answers a script gives.
final class ScriptedUpstream: Upstream {
  /// One question that was asked.
  struct Exchange: Sendable {
    var query: Message
    var server: SocketAddress
    var transport: UpstreamTransport
    var timeout: Duration
    var expire: Duration

    var question: Question { query.questions[0] }

    /// The answer: an address at the name that was asked, with these flags.
    func answer(_ change: (inout Message) -> Void = { _ in }) -> Message {
      var message = Message.response(to: query)
      message.recursionAvailable = true
      message.answers = [record("\(question.name)", .a(IPv4Address(192, 0, 2, 1)))]
      change(&message)
      return message
    }
  }

  typealias Script = @Sendable (Exchange) async throws(UpstreamError) -> Message
  private let script: Script
  private let asked = Mutex<[Exchange]>([])

  init(_ script: @escaping Script) { self.script = script }

  /// What was asked so far.
  var exchanges: [Exchange] { asked.withLock { $0 } }

  func exchange(
    _ query: Message, with server: SocketAddress, over transport: UpstreamTransport, timeout: Duration, expire: Duration
  ) async throws(UpstreamError) -> UpstreamReply {
    let exchange = Exchange(query: query, server: server, transport: transport, timeout: timeout, expire: expire)
    asked.withLock { $0.append(exchange) }
    var message = try await script(exchange)
    message.id = query.id
    return UpstreamReply(message)
  }
}

/// The stage behind the one under test.
final class LastStage: QueryStage {
  static let name = "last"
  private let respond: @Sendable (Query) async -> Response?
  private let count = Atomic<Int>(0)

  init(_ respond: @escaping @Sendable (Query) async -> Response?) { self.respond = respond }

  /// How often it was asked.
  var asked: Int { count.load(ordering: .relaxed) }

  func answer(_ query: Query, next: NextStage) async -> Response? {
    count.wrappingAdd(1, ordering: .relaxed)
    return await respond(query)
  }

  var fastPath: FastPathRole { .opaque }
}

private struct NoCluster: ClusterFeed {
  func attach(_ zone: ClusterZone) {}
  func detach(_ zone: ClusterZone) {}
}

/// A server block of the zone ".", ready for these directives.
func setup(
  _ text: String, upstream: any Upstream = ScriptedUpstream { _ throws(UpstreamError) in throw .cancelled },
  giveUp: @escaping @Sendable () -> Void = {}
) throws -> (setup: BlockSetup, lines: [Directive]) {
  let block = try Corefile.parse(". {\n\(text)\n}").blocks[0]
  var environment = StageEnvironment(
    logger: { Logger(label: $0) { _ in SwiftLogNoOpLogHandler() } }, metrics: MetricsRegistry(), upstream: upstream,
    cluster: NoCluster(), reclaimer: Reclaimer(), lameduck: LameduckSwitch())
  environment.giveUp = giveUp
  let zones = try block.keys.map { try DomainName($0.zone) }
  return (BlockSetup(block: block, zones: zones, server: "dns://.:53", environment: environment), block.directives)
}

/// The samples of a metric, as the exposition writes them, without the name.
func samples(_ name: String, _ registry: MetricsRegistry) -> [String] {
  registry.exposition().split(separator: "\n").filter { $0.hasPrefix(name) }.map { String($0.dropFirst(name.count)) }
}

// MARK: - Messages

func name(_ text: String) -> DomainName { (try? DomainName(text)) ?? .root }

func record(_ owner: String, _ data: RecordData, ttl: UInt32 = 60) -> ResourceRecord {
  ResourceRecord(name: name(owner), ttl: ttl, data: data)
}

/// An SOA record.
func soa(_ owner: String, ttl: UInt32 = 60, minimum: UInt32 = 60) -> ResourceRecord {
  record(
    owner,
    .soa(
      SOA(
        primary: name("ns.\(owner)"), mailbox: name("mail.\(owner)"), serial: 1, refresh: 2, retry: 3, expire: 4,
        minimum: minimum)), ttl: ttl)
}

/// A client's query.
func ask(
  _ owner: String, _ type: RecordType = .a, id: UInt16 = 4711, over transport: Transport = .udp,
  change: (inout Message) -> Void = { _ in }
) -> Query {
  var message = Message(id: id, questions: [Question(name: name(owner), type: type)])
  message.recursionDesired = true
  change(&message)
  let here = SocketAddress(.v4(.loopback), port: 53)
  return Query(message: message, origin: QueryOrigin(client: here, local: here, transport: transport), size: 40)
}
