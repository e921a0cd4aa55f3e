import ClusterZone
import Corefile
import DNSWire
import FinishedAnswers
import Logging
import NetworkAddresses
import QueryEngine
import Reclamation
import Synchronization

@testable import QueryStages

/// A stage that answers by a closure, and stands behind the stage under test.
struct Script: QueryStage {
  static let name = "script"
  var body: @Sendable (Query) -> Response?
  var fastPath: FastPathRole { .opaque }

  init(_ body: @escaping @Sendable (Query) -> Response?) { self.body = body }

  func answer(_ query: Query, next: NextStage) async -> Response? { body(query) }

  /// Answers every question with these records (lines of a master file).
  static func records(_ lines: String..., authorities: [String] = [], code: ResponseCode = .noError) -> Script {
    let records = lines.map(record)
    let authorities = authorities.map(record)
    return Script { query in
      var message = Message.response(to: query.message)
      message.responseCode = code
      message.answers = records
      message.authorities = authorities
      return Response(message)
    }
  }

  /// Answers with a failure.
  static func failing(_ reason: String, _ code: ResponseCode = .servFail) -> Script {
    Script { Response(code, to: $0, failure: reason) }
  }
}

/// A record from its text.
func record(_ line: String) -> ResourceRecord {
  do {
    return try RecordText.parse(line)
  } catch {
    fatalError("\(line): \(error.message)")
  }
}

/// A question from a client.
func query(
  _ owner: String, _ type: RecordType = .a, class: RecordClass = .in, from client: String = "10.1.2.3:40212",
  over transport: Transport = .udp, edns: EDNS? = nil, id: UInt16 = 7
) -> Query {
  let question = Question(name: name(owner), type: type, class: `class`)
  var message = Message(id: id, questions: [question], edns: edns)
  message.recursionDesired = true
  guard let client = SocketAddress(client), let local = SocketAddress("10.96.0.10:53") else { fatalError("no address") }
  return Query(
    message: message, origin: QueryOrigin(client: client, local: local, transport: transport),
    size: message.encoded().count)
}

/// Lines of the log, as `level label: message`.
final class LogLines: Sendable {
  private let state = Mutex<[String]>([])
  var lines: [String] { state.withLock { $0 } }

  func logger(_ label: String) -> Logger {
    var logger = Logger(label: label) { _ in Handler(lines: self, label: label) }
    logger.logLevel = .debug
    return logger
  }

  private struct Handler: LogHandler {
    let lines: LogLines
    let label: String
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .debug

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      lines.state.withLock { $0.append("\(event.level) \(label.isEmpty ? "" : label + ": ")\(event.message)") }
    }
  }
}

private struct NoUpstream: Upstream {
  func exchange(
    _ query: Message, with server: SocketAddress, over transport: UpstreamTransport, timeout: Duration, expire: Duration
  ) async throws(UpstreamError) -> UpstreamReply { throw .cancelled }
}

/// One server block read from text, with what it logged and counted.
struct Block {
  let setup: BlockSetup
  let log: LogLines
  let metrics: MetricsRegistry
  let lameduck: LameduckSwitch

  /// Reads the block's lines, for a zone.
  init(
    _ lines: String, zone: String = ".", cluster: (any ClusterFeed)? = nil, inherited: InheritedZones = InheritedZones()
  ) throws(CorefileError) {
    try self.init(
      Corefile.parse("\(zone) {\n\(lines)\n}\n").blocks[0], server: "dns://\(zone):53", cluster: cluster,
      inherited: inherited)
  }

  init(
    _ block: ServerBlock, server: String = "dns://.:53", cluster: (any ClusterFeed)? = nil,
    inherited: InheritedZones = InheritedZones()
  ) throws(CorefileError) {
    log = LogLines()
    metrics = MetricsRegistry()
    lameduck = LameduckSwitch()
    var environment = StageEnvironment(
      logger: log.logger, metrics: metrics, upstream: NoUpstream(), cluster: cluster ?? NoCluster(),
      reclaimer: Reclaimer(),
      lameduck: lameduck)
    environment.inherited = inherited
    setup = BlockSetup(block: block, zones: block.keys.map { name($0.zone) }, server: server, environment: environment)
    try setup.read()
  }

  /// What the block's stages, with others behind them, answer.
  func answer(_ query: Query, then others: any QueryStage...) async -> Response? {
    await StagePlan(stages: setup.stages + others).answer(query)
  }

  /// The text of a page.
  func page(_ path: String) async -> HTTPReply? {
    guard let page = setup.pages.first(where: { $0.path == path }) else { return nil }
    return await page.respond()
  }
}

/// The error that reading a block gives, as one line; `nil` when there is none.
func readError(_ lines: String) -> String? {
  do {
    _ = try Block(lines)
    return nil
  } catch {
    return error.description
  }
}

/// Whether the one stage of a block lets the fast path answer names in a zone.
func isOpenToFastPath(_ lines: String, zone: String) throws -> Bool {
  let block = try Block(lines)
  guard case .guards(let stage)? = block.setup.stages.first?.fastPath else { return false }
  switch stage.passage(to: name(zone)) {
  case .open: return true
  case .shut: return false
  case .gate(let gate): return gate.isOpen
  }
}

extension Response {
  /// The answer section as lines of a master file.
  var answers: [String] { message.answers.map(\.description) }
  var additionals: [String] { message.additionals.map(\.description) }
  var authorities: [String] { message.authorities.map(\.description) }
}

private struct NoCluster: ClusterFeed {
  func attach(_ zone: ClusterZone) {}
  func detach(_ zone: ClusterZone) {}
}
