public import ClusterZone
public import Corefile
public import DNSWire
import Glibc
public import Logging
public import NetworkAddresses
public import QueryEngine
public import Reclamation

/// Reads one kind of directive. Each has a folder of its own here, named as the directive.
protocol DirectiveReader: SendableMetatype {
  /// The directive's name in a Corefile.
  static var name: String { get }

  /// Reads all lines of this directive in one server block (there is at least one), in the order of the file, and adds to the
  /// setup what they ask for.
  static func read(_ lines: [Directive], into setup: BlockSetup) throws(CorefileError)
}

/// What one server block becomes: directives add to it, the server is built from it.
public final class BlockSetup {
  /// The block as it is written.
  public let block: ServerBlock
  /// The zones that this block answers at one port, canonical (lower case).
  public let zones: [DomainName]
  /// The server's name in logs and metrics: `dns://.:53`.
  public let server: String
  /// What stages need from the world.
  public let environment: StageEnvironment

  /// The stages, in the order in which they will be asked: `stageOrder` decides it.
  public internal(set) var stages: [any QueryStage] = []
  /// What runs beside the queries: health checks, files that are watched.
  public internal(set) var services: [any BackgroundService] = []
  /// What must be done before the first query comes.
  public internal(set) var preparations: [any Preparation] = []
  /// The zones of `kubernetes`, which the next configuration may take over.
  public internal(set) var suppliedZones: [SuppliedZone] = []
  /// What `/ready` asks: the names of stages that are not ready yet are its answer.
  public internal(set) var readiness: [any ReadinessCheck] = []
  /// HTTP paths that this block wants served.
  public internal(set) var pages: [HTTPPage] = []
  /// The addresses of `bind`; empty for all addresses.
  public internal(set) var bindAddresses: [IPAddress] = []
  /// How long `/health` says 503 and queries are still answered before a stop.
  public internal(set) var lameduck: Duration = .zero
  /// The directive `reload`; `nil` without one.
  public internal(set) var reload: ReloadSettings?
  /// The folder that relative file names of this block start from (`root`).
  public internal(set) var root = "."
  /// Whether queries are counted (`prometheus`), by the fast path too.
  public internal(set) var countsQueries = false
  /// What remains to be done when all directives of the block are read.
  var finishers: [(BlockSetup) -> Void] = []

  /// A block of which nothing is read yet: see ``read()``.
  public init(block: ServerBlock, zones: [DomainName], server: String, environment: StageEnvironment) {
    self.block = block
    self.zones = zones
    self.server = server
    self.environment = environment
  }

  /// A file name of the Corefile as a path: relative ones start from ``root``.
  func path(of file: String) -> String {
    file.hasPrefix("/") ? file : root + "/" + file
  }
}

/// What stages need from the world.
public struct StageEnvironment: Sendable {
  /// Makes the logger with a label such as `plugin/cache`.
  public var logger: @Sendable (_ label: String) -> Logger
  /// Where stages count.
  public var metrics: MetricsRegistry
  /// How stages ask other servers.
  public var upstream: any Upstream
  /// Where `kubernetes` takes its objects from.
  public var cluster: any ClusterFeed
  /// What the configuration that is to be replaced leaves to this one.
  public var inherited = InheritedZones()
  /// Keeps finished answers in memory as long as somebody reads them: one for all zones and workers.
  public var reclaimer: Reclaimer
  /// Whether the process is about to stop.
  public var lameduck: LameduckSwitch
  /// Ends the process: something is wrong that only the operator can mend, and that the log has told.
  public var giveUp: @Sendable () -> Void = { exit(1) }

  /// The world of one configuration.
  public init(
    logger: @escaping @Sendable (String) -> Logger, metrics: MetricsRegistry, upstream: any Upstream,
    cluster: any ClusterFeed, reclaimer: Reclaimer, lameduck: LameduckSwitch
  ) {
    self.logger = logger
    self.metrics = metrics
    self.upstream = upstream
    self.cluster = cluster
    self.reclaimer = reclaimer
    self.lameduck = lameduck
  }
}

/// Something that runs beside the queries as long as its configuration is in force.
public protocol BackgroundService: Sendable {
  /// Runs until it is cancelled.
  func run() async
}

/// Something that takes its time before a configuration can come into force.
public protocol Preparation: Sendable {
  /// Returns when all is ready, or when waiting longer is no use. Called once, before the first query.
  func prepare() async
}

/// Whether a stage can answer yet.
public protocol ReadinessCheck: Sendable {
  /// The directive's name, as `/ready` lists it.
  var name: String { get }
  var isReady: Bool { get }
}

/// A path of an HTTP address that a directive serves; pages of one address share its listener.
public struct HTTPPage: Sendable {
  /// Where the page is served; `[::]:PORT` stands for all addresses of both families.
  public var address: SocketAddress
  /// Absolute: `/health`.
  public var path: String
  /// What a request gets.
  public var respond: @Sendable () async -> HTTPReply

  /// A page.
  public init(address: SocketAddress, path: String, respond: @escaping @Sendable () async -> HTTPReply) {
    self.address = address
    self.path = path
    self.respond = respond
  }
}

/// What a page answers.
public struct HTTPReply: Sendable, Hashable {
  /// 200 or 503.
  public var status: Int
  /// The media type.
  public var contentType: String
  /// The whole text.
  public var body: String

  /// A reply, of plain text unless said otherwise.
  public init(status: Int, contentType: String = "text/plain; charset=utf-8", body: String) {
    self.status = status
    self.contentType = contentType
    self.body = body
  }
}

/// When a changed Corefile is looked for: every `interval`, give or take up to `jitter`.
public struct ReloadSettings: Sendable, Hashable {
  /// At least 2 s.
  public var interval: Duration
  /// At most half of the interval.
  public var jitter: Duration
}
